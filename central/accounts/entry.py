"""Whether somebody whose secret is right comes in, and what a session lets them do: decisions over what the store says.

A new secret is due when the present one is old, a second factor when the roles ask for one. Until that is done the
session serves for nothing else.
"""

from __future__ import annotations

from enum import Enum

from sqlalchemy import Connection, RowMapping

from central.accounts import factors, rules, store
from central.accounts.factors import SecondFactors
from central.accounts.permissions import ADMINISTRATORS
from central.accounts.person import Must, Person, roles_of
from central.accounts.settings import AccountSettings


class Entry(Enum):
    """How a sign-in ended; for those that are refused the code of the refusal."""

    IN = "IN"
    IN_WITH_CODE = "IN_WITH_CODE"
    IN_BY_EMERGENCY = "IN_BY_EMERGENCY"
    IN_BY_DIRECTORY = "IN_BY_DIRECTORY"
    IN_BY_STRONG_DIRECTORY = "IN_BY_STRONG_DIRECTORY"  # it asked for more than a secret itself
    WRONG_SECRET = "WRONG_SECRET"  # noqa: S105 - a code, no secret
    NO_CODE = "SECOND_FACTOR_NEEDED"
    WRONG_CODE = "SECOND_FACTOR_WRONG"
    UNUSED = "ACCOUNT_UNUSED"
    LOCKED = "ACCOUNT_LOCKED"


def entry(
    connection: Connection, kept: SecondFactors, account: RowMapping, code: str | None, now_ms: int, unused_ms: int
) -> Entry:
    """What becomes of somebody whose secret is right; a code that fits is used up."""
    if account["locked_ms"] is not None:
        return Entry.LOCKED
    seal = store.sealed_emergency(connection, account["id"])
    if seal is not None:
        return Entry.IN_BY_EMERGENCY if now_ms < seal["until_ms"] else Entry.WRONG_SECRET
    if now_ms - account["used_ms"] >= unused_ms:
        return Entry.UNUSED
    if not kept.on(connection, account["id"]):
        return Entry.IN
    if code is None:
        return Entry.NO_CODE
    return Entry.IN_WITH_CODE if kept.fits(connection, account["id"], code, now_ms) else Entry.WRONG_CODE


def person_of(session: RowMapping, now_ms: int, settings: AccountSettings) -> Person | None:
    """Whose session this is, and what they must do first; None when it is over."""
    if session["locked_ms"] is not None:  # also one that began in the very moment of the lock
        return None
    roles = roles_of(session["roles"])
    idle_ms = rules.ADMIN_IDLE_MS if roles & ADMINISTRATORS and not session["waived"] else rules.IDLE_MS
    if rules.session_ends(session["made_ms"], session["seen_ms"], now_ms, idle_ms, session["ends_ms"]):
        return None
    return Person(
        name=session["name"],
        roles=roles,
        unit=session["unit"],
        path=session["path"],
        token_hash=session["token_hash"],
        must=_must(session, now_ms, settings),
        emergency_until_ms=session["ends_ms"] if session["opened_ms"] else None,
        waived=session["waived"] and settings.waivers and factors.asked_of(session, waivers=False),
    )


def _must(session: RowMapping, now_ms: int, settings: AccountSettings) -> Must | None:
    if session["opened_ms"] is not None:  # an emergency waits for nothing
        return None
    if session["factor_ms"] is not None and not session["factor"]:
        return Must.GIVE_CODE
    if session["secret_ms"] is not None and now_ms - session["secret_ms"] >= settings.secret_ms:
        return Must.CHANGE_SECRET
    if session["factor_ms"] is None and not session["factor"] and factors.asked_of(session, waivers=settings.waivers):
        return Must.SET_UP_FACTOR
    return None
