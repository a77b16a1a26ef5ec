"""The key that a changing request carries, in its header or its body, so that it acts once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from pydantic import Field

from central.failures import WrongField

Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]
KeyHeader = Annotated[Key | None, Header(alias="Idempotency-Key", description="the same key acts once, for 24 h")]


def the_key(header: str | None, body: str | None) -> str:
    """The key of a request; raises `WrongField` for none, or for two that differ."""
    key = header or body
    if not key:
        raise WrongField("KEY_MISSING", "Idempotency-Key")
    if header and body and header != body:
        raise WrongField("TWO_KEYS", "command_id")
    return key
