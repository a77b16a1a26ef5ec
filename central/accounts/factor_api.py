"""``/api/v1/session/second-factor``: setting one's own second factor up, and giving its code in a session.

Setting it up is for a young session only (who found an open page does not have it), and who has one already gives its
code. Recovery codes are told once.
"""

from __future__ import annotations

import io
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection, RowMapping

from central.accounts import factors, rules, store
from central.accounts.api import Code
from central.accounts.attempts import check_lock, count_wrong, note
from central.accounts.person import Must, Person
from central.clock import now_ms
from central.failures import Forbidden, NotSignedIn, RefusedByRule
from central.web_doors import Known, Still, Strict, StrictRoute, TheParts, source_of
from hall_config.wording import rfc3339, say

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["session"])

SettingUp = Annotated[Person, Depends(Still(Must.SET_UP_FACTOR))]
GivingCode = Annotated[Person, Depends(Still(Must.GIVE_CODE))]


class Begin(Strict):
    """``code``: of the second factor that is in force, if there is one."""

    code: Code | None = None


class Given(Strict):
    code: Code


class Factor(Strict):
    """How things stand: whether one is asked of these roles, whether it is set up, recovery codes left."""

    asked: bool
    set_up: bool
    recovery_codes_left: int


class Waiting(Strict):
    """What an authenticator takes: by camera, or typed."""

    secret: str
    address: str
    qr_svg: str


class InForce(Strict):
    recovery_codes: list[str]
    set_at: str


@router.get("/session/second-factor")
def standing(person: Known, parts: TheParts) -> Factor:
    """How one's own second factor stands."""
    with parts.database.read() as connection:
        row = _own(connection, person)
        asked = factors.asked_of(row, waivers=parts.accounts.settings.waivers)
        left = factors.codes_left(connection, row["id"])
        return Factor(asked=asked, set_up=parts.accounts.factors.on(connection, row["id"]), recovery_codes_left=left)


@router.post("/session/second-factor", status_code=201)
def begin(body: Begin, person: SettingUp, parts: TheParts, request: Request) -> Waiting:
    """A new secret for an authenticator; it is in force once its first code has come."""
    now, kept = now_ms(), parts.accounts.factors
    secret = None
    with parts.database.write() as connection:
        row = _own(connection, person)
        _check_young(connection, person, now)
        check_lock(connection, person.name, now)
        if not kept.on(connection, row["id"]) or kept.fits(connection, row["id"], body.code or "", now):
            secret = kept.begin(connection, row["id"])
        else:
            count_wrong(connection, person.name, now, source_of(request))
    if secret is None:
        raise RefusedByRule("SECOND_FACTOR_WRONG", "code")
    address = factors.address(secret, person.name, say("central.page.product", "zh"))
    return Waiting(secret=secret, address=address, qr_svg=_picture(address))


@router.post("/session/second-factor/confirm", status_code=201)
def confirm(body: Given, person: SettingUp, parts: TheParts, request: Request) -> InForce:
    """The first code: the second factor is in force from now on, and every other session ends."""
    now = now_ms()
    with parts.database.write() as connection:
        row = _own(connection, person)
        _check_young(connection, person, now)
        codes = parts.accounts.factors.confirm(connection, row["id"], body.code, now)
        if codes is not None:
            store.change_account(connection, row["id"], row["changed_ms"], waived=False)
            store.end_sessions(connection, row["id"], but=person.token_hash)
            store.change_session(connection, person.token_hash, factor=True)
            note(connection, person.name, person.path, "second_factor.set", now, source_of(request))
    if codes is None:
        raise RefusedByRule("SECOND_FACTOR_WRONG", "code")
    return InForce(recovery_codes=codes, set_at=rfc3339(now))


@router.post("/session/code", status_code=204)
def give_code(body: Given, person: GivingCode, parts: TheParts, request: Request) -> None:
    """The code of the second factor, in a session that a directory began."""
    now = now_ms()
    with parts.database.write() as connection:
        check_lock(connection, person.name, now)
        fits = parts.accounts.factors.fits(connection, _own(connection, person)["id"], body.code, now)
        if fits:
            store.change_session(connection, person.token_hash, factor=True)
            note(connection, person.name, person.path, "session.code", now, source_of(request))
        else:
            count_wrong(connection, person.name, now, source_of(request))
    if not fits:
        raise NotSignedIn("SECOND_FACTOR_WRONG", "code")


def _own(connection: Connection, person: Person) -> RowMapping:
    row = store.account(connection, person.name)
    if row is None:
        raise NotSignedIn("NOT_SIGNED_IN")
    return row


def _check_young(connection: Connection, person: Person, now_ms: int) -> None:
    session: Any = store.session(connection, person.token_hash)
    if session is None or now_ms - session["made_ms"] >= rules.FRESH_MS:
        raise Forbidden("SIGN_IN_AGAIN")


def _picture(address: str) -> str:
    """The QR code as SVG: dark on light, whatever the page's colours are."""
    out = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(out, kind="svg", omitsize=True, border=4, dark="#000", light="#fff", xmldecl=False, nl=False)
    return out.getvalue().decode()
