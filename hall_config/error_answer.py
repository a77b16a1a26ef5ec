"""The one shape of every answer that is not a success, on the edge and at central alike (contract section 2)."""

from __future__ import annotations

from pydantic import BaseModel


class ErrorWords(BaseModel):
    code: str
    message: str
    message_zh: str
    field: str | None
    trace: str


class ErrorAnswer(BaseModel):
    """Every answer that is not a success (contract section 2)."""

    error: ErrorWords
