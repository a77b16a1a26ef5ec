"""What every request passes before it reaches a route, and what every answer gets on its way out.

In: a number for the log, at most 64 KiB, JSON only and read strictly (no NaN, no key twice, no endless nesting), and
from our own pages only when a browser says where it comes from. Out: headers against framing, sniffing and foreign
scripts, and one line in the log with the route's pattern: never the path itself, which may hold a ticket's token.
"""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.screens.errors import error_answer
from edge.screens.figures import Figures

_BODY_LIMIT: Final = 64 * 1024
_HEARD_OUT: Final = 64 * 1024 * 1024  # who sends more than that is cut off in the middle
_CHANGING: Final = {"POST", "PUT", "PATCH", "DELETE"}
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_log = structlog.get_logger()


class _Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Guard:
    """The outermost layer of our own; holds nothing between requests."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = secrets.token_hex(8)
        scope.setdefault("state", {})["trace"] = trace
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                kept = scope["path"].startswith("/static/") and status == 200  # the version stands in the path
                headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if kept else "no-store")
                headers["X-Trace"] = trace
            await send(message)

        try:
            if scope["method"] in _CHANGING:
                receive = await _checked_body(scope, receive)
            await self._app(scope, receive, answer)
        except _Refused as refused:
            await error_answer(refused.status, refused.code, trace)(scope, receive, answer)
        finally:
            self._note(scope, status, trace)

    def _note(self, scope: Scope, status: int, trace: str) -> None:
        route = getattr(scope.get("route"), "path", "-")
        self._figures.requests.labels(scope["method"] if route != "-" else "-", route, str(status)).inc()
        if not route.startswith("/static"):
            _log.info("http_request", method=scope["method"], route=route, status=status, trace=trace)


async def _checked_body(scope: Scope, receive: Receive) -> Receive:
    headers = Headers(scope=scope)
    _require_own_origin(headers)
    body = await _read(receive)
    if body:
        if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise _Refused(400, "NOT_JSON")
        _require_strict_json(body)
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _require_own_origin(headers: Headers) -> None:
    """Cookies do not tell ports of one machine apart; the Origin that browsers send does."""
    origin = headers.get("origin")
    if origin is None:
        return
    try:
        place = urlsplit(origin).netloc
    except ValueError:
        place = ""
    if place != headers.get("host"):
        raise _Refused(403, "OTHER_ORIGIN")


async def _read(receive: Receive) -> bytes:
    """Heard out although it is too large: an answer in the middle of it resets the line before anybody has read it."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more and size <= _HEARD_OUT:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Refused(400, "MALFORMED")
        part = message.get("body", b"")
        size += len(part)
        if size <= _BODY_LIMIT:
            parts.append(part)
        more = message.get("more_body", False)
    if size > _BODY_LIMIT:
        raise _Refused(413, "TOO_LARGE")
    return b"".join(parts)


def _require_strict_json(body: bytes) -> None:
    try:
        json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite_float
        )
    except (ValueError, RecursionError):
        raise _Refused(400, "MALFORMED") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("too large a number")
    return value
