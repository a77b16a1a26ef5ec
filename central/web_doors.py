"""What every endpoint stands on: who asks, how errors look, how JSON is read, how lists are cut.

A session comes by cookie or by ``Authorization: Bearer``. A changing request that carries the cookie must come from a
page of ours: browsers say so in ``Sec-Fetch-Site`` or ``Origin``; a program that sends neither is no browser and cannot
be led by a foreign page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine, Mapping
from datetime import date
from json import JSONDecodeError
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict
from starlette.requests import ClientDisconnect

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.accounts.person import Must
from central.clock import now_ms
from central.failures import Forbidden, Malformed, NotSignedIn, TooLarge
from central.parts import Parts
from central.strict_json import NotJson, read_json
from hall_config.error_answer import ErrorAnswer, ErrorWords
from hall_config.wording import catalogue, say

COOKIE: Final = "central"
SECURE_COOKIE: Final = "__Host-central"
MAX_BODY_BYTES: Final = 64 * 1024
_HEARD_OUT_BYTES: Final = 64 * 1024 * 1024  # who sends more than that is cut off in the middle
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Strict(BaseModel):
    """A request's body: unknown fields are refused, a number is not a text, true is not 1."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _StrictRequest(Request):
    async def json(self) -> Any:
        try:
            return read_json(await self.body())
        except NotJson as problem:
            raise JSONDecodeError(str(problem), "", 0) from None  # the one error FastAPI passes on from here

    async def take_body(self, most_bytes: int) -> None:
        """Read the body, which is never larger than its route takes; raises `TooLarge`, `Malformed`.

        A larger one is heard out: an answer in the middle of it resets the line before anybody has read it.
        """
        chunks, size = [], 0
        try:
            async for chunk in self.stream():
                size += len(chunk)
                if size <= most_bytes:
                    chunks.append(chunk)
                elif size > _HEARD_OUT_BYTES:
                    break
        except ClientDisconnect:
            raise Malformed("MALFORMED") from None  # nobody hears it, and it is no fault of ours
        if size > most_bytes:
            raise TooLarge("TOO_LARGE")
        self._body = b"".join(chunks)
        if self._body and self.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Malformed("NOT_JSON")


class StrictRoute(APIRoute):
    """Reads bodies by `read_json` and nothing laxer, as large as a form that people fill in."""

    most_bytes: ClassVar[int] = MAX_BODY_BYTES

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            strict = _StrictRequest(request.scope, request.receive)
            await strict.take_body(self.most_bytes)
            return await inner(strict)

        return handle


def parts_of(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


def token_of(request: Request) -> str | None:
    """The session's token, wherever it is carried; raises `Forbidden` for a cookie led by a foreign page."""
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and bearer:
        return bearer.strip()
    cookie = request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE)
    if cookie and request.method in _CHANGING:
        check_origin(request)
    return cookie


def check_origin(request: Request) -> None:
    """Raises `Forbidden` when a browser says that another site's page made this request."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and _place(origin) != request.headers.get("host", "")
    if foreign:
        raise Forbidden("OTHER_ORIGIN")


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return origin


def known(request: Request) -> Person:
    """The person who asks, whatever they must still do; raises `NotSignedIn`."""
    token = token_of(request)
    person = parts_of(request).accounts.who(token, now_ms()) if token else None
    if person is None:
        raise NotSignedIn("NOT_SIGNED_IN")
    return person


Known = Annotated[Person, Depends(known)]


def signed_in(person: Known) -> Person:
    """The person who asks, when nothing is left to be done first; raises `Forbidden` that says what is."""
    if person.must is not None:
        raise Forbidden(person.must.value)
    return person


class Still:
    """The person who asks, also while one of these is what they must do first."""

    def __init__(self, *musts: Must) -> None:
        self._musts = frozenset(musts)

    def __call__(self, person: Known) -> Person:
        if person.must is not None and person.must not in self._musts:
            raise Forbidden(person.must.value)
        return person


class May:
    """The person who asks, if one of their roles may do this; raises `Forbidden`. The table: ``permissions.MAY``."""

    def __init__(self, act: Act) -> None:
        self.act = act

    def __call__(self, person: Annotated[Person, Depends(signed_in)]) -> Person:
        if not person.may(self.act):
            raise Forbidden("NOT_ALLOWED")
        return person


def real_day(day: str) -> str:
    """Raises ValueError for a day that no calendar has."""
    date.fromisoformat(day)
    return day


SignedIn = Annotated[Person, Depends(signed_in)]
Looking = Annotated[Person, Depends(May(Act.LOOK))]
EventReader = Annotated[Person, Depends(May(Act.READ_EVENTS))]
TheParts = Annotated[Parts, Depends(parts_of)]
Limit = Annotated[int, Query(ge=1, le=500)]
UnitId = Annotated[str, Query(pattern=r"^[0-9a-z][0-9a-z-]{0,39}$")]
HallId = Annotated[str, Query(pattern=r"^[0-9a-z-]{3,40}$")]
Day = Annotated[str, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(real_day)]


_ERROR_AS_JSON: Final = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
# said once more for a stream, or its errors would be described as events, which they never are
ERRORS_OF_A_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"description": "Client Error", "content": _ERROR_AS_JSON},
    "5XX": {"description": "Server Error", "content": _ERROR_AS_JSON},
}


def error_answer(
    status: int,
    code: str,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
    trace: str | None = None,
    told: tuple[str, str] | None = None,
) -> JSONResponse:
    """One error in that shape; the words come from the catalogue, unless they are ``told`` (Chinese, English)."""
    key = f"central.error.{code}"
    if key not in catalogue():  # a rule of the hall that a small place goes by
        key = f"refusal.{code}"
    zh, en = told or (say(key, "zh"), say(key, "en"))
    words = ErrorWords(code=code, message=en, message_zh=zh, field=field, trace=trace or new_trace())
    return JSONResponse(ErrorAnswer(error=words).model_dump(), status, dict(headers or {}))


def source_of(request: Request) -> str:
    """Where a request came from, as the audit keeps it."""
    return request.client.host if request.client is not None else ""


def new_trace() -> str:
    """What joins an answer to a line in the log."""
    return secrets.token_hex(8)
