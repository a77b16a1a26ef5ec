"""Sign-in by the bureau's directory, and which account an entry of it belongs to.

``/sign-in/directory`` and its way back are pages: a browser is sent there and comes back. An entry of the directory
gets in only as the account that the security administrator named; nothing is ever made for it.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from central.accounts import store
from central.accounts.api import set_cookie
from central.accounts.desk import Person
from central.accounts.directory import BACK, WAITS_S, DirectoryAsker
from central.accounts.entry import Entry
from central.accounts.manage_api import PathName, others
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import ApiError, NotFound, NotSignedIn, RefusedByRule
from central.keys import Key, KeyHeader, the_key
from central.once import gone_before, once
from central.pages import page
from central.parts import Parts
from central.web_doors import May, Strict, StrictRoute, TheParts, source_of

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["accounts"])
pages = APIRouter(include_in_schema=False)

Manager = Annotated[Person, Depends(May(Act.MANAGE_ACCOUNTS))]
_COOKIE = "central_directory"
_SECURE_COOKIE = "__Host-central_directory"


class Link(Strict):
    """``subject``: what the directory calls this person in ``sub``."""

    subject: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,255}$")]
    command_id: Key | None = None


@router.put("/accounts/{name}/directory")
def link(
    name: PathName, body: Link, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """From now on this entry of the directory signs in as this account."""
    asked, now, asker = the_key(key, body.command_id), now_ms(), _asker(parts)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = others(connection, name, person)
            if store.sealed_emergency(connection, row["id"]) is not None:
                raise RefusedByRule("EMERGENCY_ACCOUNT", "name")
            owner = store.account_of_subject(connection, asker.settings.issuer, body.subject)
            if owner is not None and owner["id"] != row["id"]:
                raise RefusedByRule("SUBJECT_TAKEN", "subject")
            store.link_subject(connection, row["id"], asker.settings.issuer, body.subject)
            note_change(connection, person, request, "account.link", name, now)
            return {"name": name, "issuer": asker.settings.issuer, "subject": body.subject}

        wish = {"path": f"/accounts/{name}/directory", **body.model_dump()}
        return once(connection, person.name, asked, wish, now, act)


@router.delete("/accounts/{name}/directory", status_code=204)
def unlink(name: PathName, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None) -> None:
    """The directory no longer signs in as this account; its sessions end."""
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now_ms()):
            return
        row = others(connection, name, person)
        if not store.unlink_subject(connection, row["id"]):
            raise NotFound("NO_DIRECTORY_ENTRY")
        store.end_sessions(connection, row["id"])
        note_change(connection, person, request, "account.unlink", name, now_ms())


@pages.get("/sign-in/directory")
def to_directory(request: Request, parts: TheParts) -> Response:
    """Send the browser to the directory."""
    try:
        place, kept = _asker(parts).begin(now_ms())
    except ApiError as problem:
        return page(request, "error.html", None, status=problem.status, code=problem.code, trace=None)
    answer = RedirectResponse(place, 303)
    secure = request.url.scheme == "https"
    name = _SECURE_COOKIE if secure else _COOKIE
    # lax: it has to come along when the directory sends the browser back
    answer.set_cookie(name, kept, max_age=WAITS_S, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


@pages.get(BACK)
def back(request: Request, parts: TheParts) -> Response:
    """The directory sent somebody back."""
    kept = request.cookies.get(_SECURE_COOKIE) or request.cookies.get(_COOKIE) or ""
    try:
        token = _let_in(request, parts, kept)
    except ApiError as problem:
        answer = page(request, "error.html", None, status=problem.status, code=problem.code, trace=None)
    else:
        # a page that goes on by itself: a redirect would still count as led by the directory's page, without cookies
        answer = page(request, "directory_done.html", None, sections=("account",))
        set_cookie(request, answer, token)
    for name, secure in ((_COOKIE, False), (_SECURE_COOKIE, True)):
        answer.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def _let_in(request: Request, parts: Parts, kept: str) -> str:
    now = now_ms()
    subject = _asker(parts).finish(kept, dict(request.query_params), now)
    with parts.database.write() as connection:
        row = store.account_of_subject(connection, subject.issuer, subject.name)
        if row is not None and row["locked_ms"] is not None:
            raise NotSignedIn(Entry.LOCKED.value)
        if row is not None and now - row["used_ms"] < parts.accounts.settings.unused_ms:
            how = Entry.IN_BY_STRONG_DIRECTORY if subject.strong else Entry.IN_BY_DIRECTORY
            return parts.accounts.open_session(connection, row, now, source_of(request), how)
    raise NotSignedIn("DIRECTORY_UNKNOWN" if row is None else "ACCOUNT_UNUSED")


def _asker(parts: Parts) -> DirectoryAsker:
    if parts.accounts.directory is None:
        raise RefusedByRule("NO_DIRECTORY")
    return parts.accounts.directory
