"""What somebody asks of the control channel, read with care, and the error that answers a wrong request."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError

_BODY_LIMIT: Final = 64 * 1024


class Trouble(Exception):
    """An answer in the contract's error shape."""

    def __init__(self, status: int, code: str, field: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.field = field
        self.params = params


def trouble_of(problem: RequestValidationError) -> Trouble:
    """The contract's error for a body that FastAPI has refused; says where, never what stood there."""
    first = problem.errors()[0]
    if first["type"] == "json_invalid":
        return Trouble(400, "MALFORMED")
    field = str(first["loc"][-1])
    return Trouble(422, "WRONG_FIELD", field, what=field)


async def read_action(request: Request) -> dict[str, Any]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _BODY_LIMIT:
            raise Trouble(413, "TOO_LARGE")
    try:
        asked = json.loads(body, parse_constant=_no_such_number, object_pairs_hook=_no_doubles)
        json.dumps(asked, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise Trouble(400, "MALFORMED") from None
    if not isinstance(asked, dict):
        raise Trouble(400, "MALFORMED")
    return asked


def _no_such_number(name: str) -> float:
    raise ValueError(name)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
