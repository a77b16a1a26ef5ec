"""``/api/v1/session``, activation, and the secret of one's own account. Second factors: ``factor_api.py``."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from central.accounts.desk import Person
from central.accounts.person import Must
from central.accounts.rules import LONGEST_MS
from central.clock import now_ms, steady_s
from central.parts import Parts
from central.web_doors import (
    COOKIE,
    SECURE_COOKIE,
    Known,
    Still,
    Strict,
    StrictRoute,
    TheParts,
    check_origin,
    source_of,
    token_of,
)
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["session"])

Name = Annotated[str, Field(pattern=r"^[^\x00]{1,40}$")]  # PostgreSQL knows no NUL in a text
Secret = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
SecretChanger = Annotated[Person, Depends(Still(Must.CHANGE_SECRET, Must.SET_UP_FACTOR))]


class SignIn(Strict):
    """``code``: of the second factor, or a recovery code; who has none leaves it out."""

    name: Name
    secret: Secret
    code: Code | None = None


class Activation(Strict):
    name: Name
    code: Code
    secret: Secret


class SecretChange(Strict):
    secret: Secret
    new_secret: Secret


class Token(Strict):
    token: str


class Me(Strict):
    """``must``: the code of what is to be done before anything else is answered."""

    name: str
    roles: list[str]
    unit: str
    must: Must | None
    emergency_until: str | None


@router.post("/session", status_code=200)
def sign_in(body: SignIn, request: Request, response: Response, parts: TheParts) -> Token:
    """Sign in: a cookie for pages, the token for programs."""
    check_origin(request)
    with _guesses_counted(parts, request):
        token = parts.accounts.sign_in(body.name, body.secret, now_ms(), source_of(request), body.code)
    set_cookie(request, response, token)
    return Token(token=token)


@router.post("/activation", status_code=200)
def activate(body: Activation, request: Request, response: Response, parts: TheParts) -> Token:
    """Use the one-time code, choose a secret, be signed in."""
    check_origin(request)
    with _guesses_counted(parts, request):
        token = parts.accounts.activate(body.name, body.code, body.secret, now_ms(), source_of(request))
    set_cookie(request, response, token)
    return Token(token=token)


@router.get("/session")
def who_am_i(person: Known) -> Me:
    """Whose session this is; asking keeps it alive."""
    until = rfc3339(person.emergency_until_ms) if person.emergency_until_ms is not None else None
    return Me(
        name=person.name, roles=sorted(person.roles), unit=person.unit, must=person.must, emergency_until=until
    )  # fmt: skip


@router.delete("/session", status_code=204)
def sign_out(request: Request, parts: TheParts, response: Response) -> None:
    """End this session. Asking without one is no error: the wish is fulfilled."""
    token = token_of(request)
    if token:
        parts.accounts.sign_out(token)
    for name, secure in ((COOKIE, False), (SECURE_COOKIE, True)):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")


@router.post("/session/secret", status_code=204)
def change_secret(body: SecretChange, person: SecretChanger, parts: TheParts, request: Request) -> None:
    """Choose another secret; every other session of this account ends."""
    parts.accounts.change_secret(person, body.secret, body.new_secret, now_ms(), source_of(request))


def _guesses_counted(parts: Parts, request: Request) -> AbstractContextManager[None]:
    """Who guesses at one name is stopped by its lock; who tries one secret at many names, by this."""
    return parts.visitors.tries.wrong_ones("sign_in", source_of(request), steady_s(), "WRONG_")


def set_cookie(request: Request, response: Response, token: str) -> None:
    """The session's cookie, which no script reads and no foreign page sends."""
    secure = request.url.scheme == "https"
    flags: dict[str, Any] = {"httponly": True, "samesite": "strict", "path": "/", "secure": secure}
    response.set_cookie(SECURE_COOKIE if secure else COOKIE, token, max_age=LONGEST_MS // 1000, **flags)
