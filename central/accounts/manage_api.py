"""``/api/v1/accounts``: who may come in, what they are, their sessions. For the security administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central import cursors
from central.accounts import factors, listing, rules, store
from central.accounts.desk import Person, roles_of
from central.accounts.entry import person_of
from central.accounts.permissions import Act, Role, check_roles
from central.accounts.person import digest
from central.audit.changes import note_change
from central.audit.reasons import Reason, audited
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound, RefusedByRule
from central.keys import Key, KeyHeader, the_key
from central.once import gone_before, once
from central.units import store as units
from central.web_doors import Limit, May, SignedIn, Strict, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["accounts"])

Manager = Annotated[Person, Depends(May(Act.MANAGE_ACCOUNTS))]
Roles = Annotated[list[Annotated[Role, Field(strict=False)]], Field(min_length=1, max_length=len(Role))]
UnitId = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[0-9a-z-]+$")]
PathName = Annotated[str, Path(pattern=r"^[a-z][0-9a-z._-]{2,39}$")]
PathSession = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


class NewAccount(Strict):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    roles: Roles
    unit: UnitId
    command_id: Key | None = None


class AccountChange(Strict):
    """What is left out stays as it is."""

    roles: Roles | None = None
    unit: UnitId | None = None
    command_id: Key | None = None


class Lock(Strict):
    """``reason``: stands in the audit and beside the account; nothing about a visitor belongs in it."""

    reason: Reason
    command_id: Key | None = None


@router.get("/accounts")
def accounts(person: Manager, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None) -> dict[str, Any]:
    """Accounts at or below one's own unit, by name."""
    after = cursors.read("accounts", cursor, str)
    with parts.database.read() as connection:
        found = store.accounts(connection, person.path, after[0] if after else "", limit + 1)
        items = _all_told(connection, found[:limit], now_ms())
    return {
        "items": items,
        "next": cursors.give("accounts", (found[limit - 1]["name"],)) if len(found) > limit else None,
    }


@router.post("/accounts", status_code=201)
def add(body: NewAccount, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """A new account and its one-time code, which is told once: whoever missed it asks for a new one."""
    asked, now, code = the_key(key, body.command_id), now_ms(), rules.new_code()
    told: dict[str, Any] = {}
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, body.unit, person.path)
            parts.accounts.write_account(connection, body.name, frozenset(body.roles), now, body.unit, code)
            note_change(
                connection, person, request, "account.add", body.name, now, roles=sorted(body.roles), unit=body.unit
            )
            told["code"] = code
            return _told(connection, _theirs(connection, body.name, person), now)

        wish = {"path": "/accounts", **body.model_dump()}
        return {"code": None, **once(connection, person.name, asked, wish, now, act), **told}


@router.patch("/accounts/{name}")
def change(
    name: PathName, body: AccountChange, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Other roles, another unit; the sessions of the account end, so that nobody goes on as what they were."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = others(connection, name, person)
            facts: dict[str, Any] = {}
            if body.roles is not None:
                check_roles(frozenset(body.roles))
                facts["roles"] = " ".join(sorted(set(body.roles)))
            if body.unit is not None:
                units.require_unit(connection, body.unit, person.path)
                facts["unit"] = body.unit
            waived = row["waived"] and body.roles is None  # it was given to the roles that it had
            store.change_account(connection, row["id"], now, waived=waived, **facts)
            store.end_sessions(connection, row["id"])
            note_change(connection, person, request, "account.change", name, now, **facts)
            return _told(connection, _theirs(connection, name, person), now)

        return once(connection, person.name, asked, {"path": f"/accounts/{name}", **body.model_dump()}, now, act)


@router.post("/accounts/{name}/code", status_code=201)
def code(name: PathName, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """A new one-time code for somebody who lost code or secret; their sessions end. Told once."""
    asked, now, fresh = the_key(key, None), now_ms(), rules.new_code()
    told: dict[str, Any] = {}
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            parts.accounts.write_code(connection, others(connection, name, person), fresh, now)
            note_change(connection, person, request, "account.code", name, now)
            told["code"] = fresh
            return {"name": name}

        return {
            "code": None,
            **once(connection, person.name, asked, {"path": f"/accounts/{name}/code"}, now, act),
            **told,
        }


@router.put("/accounts/{name}/lock")
def lock(
    name: PathName, body: Lock, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Let nobody in by this account, however they prove who they are; its sessions end. Everything else stays."""
    asked, now, reason = the_key(key, body.command_id), now_ms(), audited(body.reason, ())
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = others(connection, name, person)
            if row["locked_ms"] is not None:
                raise RefusedByRule("LOCKED_ALREADY", "name")
            store.lock(connection, row["id"], now, person.name, reason)
            note_change(connection, person, request, "account.lock", name, now, reason=reason)
            return _told(connection, _theirs(connection, name, person), now)

        return once(connection, person.name, asked, {"path": f"/accounts/{name}/lock", **body.model_dump()}, now, act)


@router.delete("/accounts/{name}/lock")
def unlock(name: PathName, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Take a lock back, one by hand and one by wrong attempts alike."""
    asked, now = the_key(key, None), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = others(connection, name, person)
            if listing.locks(connection, [row], now) == [{"locked": None, "locked_out_until": None}]:
                raise RefusedByRule("NOT_LOCKED", "name")
            store.unlock(connection, row["id"])
            store.forget_attempts(connection, digest(name))
            note_change(connection, person, request, "account.unlock", name, now)
            return _told(connection, _theirs(connection, name, person), now)

        wish = {"path": f"/accounts/{name}/lock", "method": "DELETE"}
        return once(connection, person.name, asked, wish, now, act)


@router.delete("/accounts/{name}/second-factor", status_code=204)
def reset_factor(name: PathName, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None) -> None:
    """Take a lost second factor away; the sessions of the account end, and a new one is set up at the next sign-in."""
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now_ms()):
            return
        row = others(connection, name, person)
        if not factors.forget(connection, row["id"]):
            raise RefusedByRule("NO_SECOND_FACTOR", "name")
        store.end_sessions(connection, row["id"])
        note_change(connection, person, request, "second_factor.reset", name, now_ms())


@router.delete("/accounts/{name}", status_code=204)
def remove(name: PathName, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None) -> None:
    """Remove an account and end its sessions; what it did stays in the audit."""
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now_ms()):
            return
        store.remove_account(connection, others(connection, name, person)["id"])
        note_change(connection, person, request, "account.remove", name, now_ms())


@router.get("/accounts/{name}/sessions")
def sessions(name: PathName, person: SignedIn, parts: TheParts) -> dict[str, Any]:
    """Where an account is signed in now: one's own, or for the security administrator anybody's."""
    now = now_ms()
    with parts.database.read() as connection:
        row = _own_or_theirs(connection, name, person)
        found = store.sessions(connection, row["id"])
    living = [one for one in found if person_of(one, now, parts.accounts.settings) is not None]
    return {"items": [_session(one, person) for one in living], "next": None}


@router.delete("/accounts/{name}/sessions/{session}", status_code=204)
def end_session(
    name: PathName,
    session: PathSession,
    person: SignedIn,
    parts: TheParts,
    request: Request,
    key: KeyHeader = None,
) -> None:
    """End one session."""
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now_ms()):
            return
        row = _own_or_theirs(connection, name, person)
        found = [one for one in store.sessions(connection, row["id"]) if one["token_hash"].startswith(session)]
        if not found:
            raise NotFound("NO_SUCH_SESSION")
        store.end_session(connection, found[0]["token_hash"])
        note_change(connection, person, request, "session.end", name, now_ms(), session=session)


def _own_or_theirs(connection: Connection, name: str, person: Person) -> RowMapping:
    if name != person.name and not person.may(Act.MANAGE_ACCOUNTS):
        raise NotFound("NO_SUCH_ACCOUNT")
    return _theirs(connection, name, person)


def _theirs(connection: Connection, name: str, person: Person) -> RowMapping:
    """An account at or below the person's own unit."""
    row = store.account(connection, name)
    if row is None or not row["path"].startswith(person.path):
        raise NotFound("NO_SUCH_ACCOUNT")
    return row


def others(connection: Connection, name: str, person: Person) -> RowMapping:
    """An account at or below the person's own unit that is not their own."""
    row = _theirs(connection, name, person)
    if name == person.name:
        raise RefusedByRule("OWN_ACCOUNT", "name")
    return row


def _told(connection: Connection, row: RowMapping, now: int) -> dict[str, Any]:
    return _all_told(connection, [row], now)[0]


def _all_told(connection: Connection, rows: Sequence[RowMapping], now: int) -> list[dict[str, Any]]:
    return [_facts(row) | lock for row, lock in zip(rows, listing.locks(connection, rows, now), strict=True)]


def _facts(row: RowMapping) -> dict[str, Any]:
    active = row["secret_hash"] is not None
    return {
        "name": row["name"],
        "roles": sorted(roles_of(row["roles"])),
        "unit": row["unit"],
        "active": active,
        "code_until": rfc3339(row["code_until_ms"]) if not active and row["code_until_ms"] else None,
        "made_at": rfc3339(row["made_ms"]),
        "used_at": listing.last_used(row),
        "second_factor": listing.factor_word(row),
    }


def _session(row: RowMapping, person: Person) -> dict[str, Any]:
    return {
        "id": row["token_hash"][:16],
        "source": row["source"],
        "made_at": rfc3339(row["made_ms"]),
        "seen_at": rfc3339(row["seen_ms"]),
        "this_one": row["token_hash"] == person.token_hash,
    }
