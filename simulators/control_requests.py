"""What somebody asks of the control channel, read with care, and the error that answers a wrong request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BODY_LIMIT: Final = 64 * 1024
_HEARD_OUT: Final = 64 * 1024 * 1024  # who sends more than that is cut off in the middle


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


class BodyLimit:
    """Hears a body out before anybody answers: an answer in the middle of it would reset the connection, and the asker
    would never read why. No more of it is kept than the limit; a longer one gets the answer of ``refuse``."""

    def __init__(self, app: ASGIApp, *, refuse: Callable[[Trouble], Response]) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, size, more = bytearray(), 0, True
        while more and size <= _HEARD_OUT:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            piece = message.get("body", b"")
            size += len(piece)
            body += piece[: _BODY_LIMIT - len(body)]
            more = message.get("more_body", False)
        if size > _BODY_LIMIT:
            await self._refuse(Trouble(413, "TOO_LARGE"))(scope, receive, send)
            return
        await self._app(scope, _first(bytes(body), receive), send)


def _first(body: bytes, then: Receive) -> Receive:
    """Gives the body that was heard already, and from then on what comes."""
    heard: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return heard.pop() if heard else await then()

    return receive


async def read_action(request: Request) -> dict[str, Any]:
    try:
        asked = json.loads(await request.body(), parse_constant=_no_such_number, object_pairs_hook=_no_doubles)
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
