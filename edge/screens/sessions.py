"""Signing in and out, and who is asking. A cookie for pages, ``Authorization: Bearer`` for programs."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import SigningIn
from edge.staff import Role, Session
from hall.refusal import Code, Refusal

_TEN_HOURS_S = 36_000


class SignedIn(BaseModel):
    token: str
    name: str
    window: int | None
    role: str


def session_of(desk: Desk, request: Request, window: int | None = None) -> tuple[str, Session] | None:
    """Token and session of whoever asks; at a window the sign-in made there comes first."""
    for token in _tokens(desk, request, window):
        session = desk.staff.session(token, desk.door.now_ms()[0])
        if session is not None:
            return token, session
    return None


def staff_only(desk: Desk) -> Callable[[Request], Session]:
    """For `Depends`: the session of the person who asks, or 401."""

    def signed_in(request: Request) -> Session:
        number = request.path_params.get("n", "")
        window = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else None
        found = session_of(desk, request, window)
        if found is None:
            raise ApiError(401, "NOT_SIGNED_IN", headers={"WWW-Authenticate": "Bearer"})
        return found[1]

    return signed_in


def supervisors_only(desk: Desk) -> Callable[[Request], Session]:
    """For `Depends`: the session of a supervisor, or 401, or 403."""
    signed_in = staff_only(desk)

    def supervisor(request: Request) -> Session:
        session = signed_in(request)
        if session.staff.role is not Role.SUPERVISOR:
            raise ApiError(403, "SUPERVISOR_ONLY")
        return session

    return supervisor


def sessions_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1/session", tags=["staff"])

    @router.post("")
    def sign_in(body: SigningIn, response: Response) -> SignedIn:
        """Sign in with a personal name and secret; five wrong ones lock the name for a while."""
        if body.window is not None and desk.door.plan.window(body.window) is None:
            raise Refusal(Code.UNKNOWN_WINDOW, "window")
        now_ms = desk.door.now_ms()[0]
        staff = desk.staff.check(body.name, body.secret, now_ms)
        window = body.window or staff.window
        token = desk.staff.open_session(staff, window, now_ms)
        for name in {"staff", f"staff_{window}" if window else "staff"}:
            response.set_cookie(
                desk.cookie(name), token, max_age=_TEN_HOURS_S, httponly=True, samesite="strict", path="/"
            )
        return SignedIn(token=token, name=staff.name, window=window, role=staff.role.value)

    @router.delete("", status_code=204)
    def sign_out(request: Request, response: Response, window: int | None = None) -> None:
        """End this session. Asking without one is no error: the wish is fulfilled."""
        found = session_of(desk, request, window)
        if found is not None:
            token, session = found
            desk.staff.end_session(token)
            for name in {"staff", f"staff_{session.window}" if session.window else "staff"}:
                if request.cookies.get(desk.cookie(name)) == token:
                    response.delete_cookie(desk.cookie(name), path="/", httponly=True, samesite="strict")
        desk.hub.ring()

    return router


def _tokens(desk: Desk, request: Request, window: int | None) -> list[str]:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return [bearer.strip()]
    names = [f"staff_{window}", "staff"] if window is not None else ["staff"]
    return [token for name in names if (token := request.cookies.get(desk.cookie(name)))]
