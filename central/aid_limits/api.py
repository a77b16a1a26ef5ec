"""``/api/v1/aid/limits`` and ``/api/v1/aid/notices``: what comes near, what is over and why, and who was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid_limits import store, store_of_lists
from central.aid_limits.clocks import id_of
from central.aid_limits.rules import LateReason, Outcome, light_of
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.rest_days.store import day_table
from central.units import store as unit_store
from central.web_doors import Limit, Looking, May, Strict, StrictRoute, TheParts, UnitId
from hall.law.days import DayTable
from hall.law.limits import Light, yellow_until
from hall_config.limit_tables import limit_table
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["aid limits"])

Worker = Annotated[Person, Depends(May(Act.AID_WORK))]
PathLimit = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,16}\.[1-9][0-9]{0,3}$")]
PathNotice = Annotated[int, Path(ge=1, le=2**31 - 1)]
_LINE = r"^[^\x00-\x1f\x7f]*$"


class Reason(Strict):
    """Why a limit was missed; ``note`` says which other reason it was, and is kept sealed."""

    reason: Annotated[str, Field(pattern=r"^[A-Z_]{2,24}$")]
    note: Annotated[str, Field(max_length=400, pattern=_LINE)] = ""
    command_id: Key | None = None


class Seen(Strict):
    """Nothing but the key."""

    command_id: Key | None = None


@router.get("/limits")
def limits(
    person: Worker,
    parts: TheParts,
    light: Annotated[str | None, Query(pattern=r"^(red|yellow|green)$")] = None,
    unit: UnitId | None = None,
    limit: Limit = 100,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """Limits that run, and those somebody was late with and has not explained: the nearest end first."""
    after, now = cursors.read("aid-limits", cursor, int, str, int), now_ms()
    shown = Light(light.upper()) if light else None
    place = (after[0], after[1], after[2]) if after else None
    with parts.database.read() as connection:
        path, table = _path(connection, person, unit), day_table(connection)
        until = yellow_until(now, limit_table().nearness, table)
        rows = store_of_lists.limits(connection, path, shown, now, until, place, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    given = cursors.give("aid-limits", (last["near_ms"], last["case"], last["k"])) if last is not None else None
    return {"items": [_told(row, table, now) for row in rows[:limit]], "next": given}


@router.get("/limit-counts")
def limit_counts(person: Worker, parts: TheParts, unit: UnitId | None = None) -> dict[str, int]:
    """How many limits are red, yellow and green."""
    now = now_ms()
    with parts.database.read() as connection:
        path, table = _path(connection, person, unit), day_table(connection)
        found = store_of_lists.counts(connection, path, now, yellow_until(now, limit_table().nearness, table))
    return {light.value.lower(): count for light, count in found.items()}


@router.post("/limits/{limit_id}/reason")
def give_reason(
    limit_id: PathLimit, body: Reason, person: Worker, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say why a limit was missed. It is said once and stays."""
    asked, now = the_key(key, body.command_id), now_ms()
    why, note = _reason(body)
    case, _, k = limit_id.rpartition(".")
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = store_of_lists.limit_at(connection, case, int(k), person.path)
            if row is None:
                raise NotFound("NO_SUCH_LIMIT")
            _check_late(row, now)
            about = f"aid_limit/{limit_id}/late"
            sealed = parts.vault.seal(connection, row["unit"], note, about, now) if note else None
            facts = {"late_reason": why.value, "late_note": sealed, "late_by": person.name, "late_ms": now}
            store.change(connection, row, **facts)
            store.close_notices(connection, row, now)
            note_change(connection, person, request, "aid_limit.reason", limit_id, now, reason=why.value)
            fresh = store_of_lists.limit_at(connection, case, int(k), person.path)
            assert fresh is not None
            return _told(fresh, day_table(connection), now)

        digest = parts.vault.index(connection, "aid_limit.note", note, now) if note else ""
        wish = {"path": f"/aid/limits/{limit_id}/reason", "reason": body.reason, "note": digest}
        return once(connection, person.name, asked, wish, now, act)


@router.get("/notices")
def notices(
    person: Looking,
    parts: TheParts,
    state: Annotated[str, Query(pattern=r"^(unseen|all)$")] = "unseen",
    limit: Limit = 100,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """What one's roles, or oneself, were told of limits: the newest first."""
    after, now = cursors.read("aid-notices", cursor, int, int), now_ms()
    before = (after[0], after[1]) if after else None
    with parts.database.read() as connection:
        mine = (person.path, _roles(person), person.name)
        rows = store_of_lists.notices(connection, *mine, unseen=state == "unseen", before=before, limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    given = cursors.give("aid-notices", (last["at_ms"], last["id"])) if last is not None else None
    return {"items": [_notice(row, now) for row in rows[:limit]], "next": given}


@router.post("/notices/{notice}/seen")
def see(
    notice: PathNotice, body: Seen, person: Looking, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Acknowledge a notice that is for one's role or oneself; the first who does counts."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            mine = (person.path, _roles(person), person.name)
            row = store_of_lists.notice(connection, notice, *mine)
            if row is None:
                raise NotFound("NO_SUCH_NOTICE")
            if row["seen_ms"] is None:
                store_of_lists.see(connection, notice, person.name, now)
                about = id_of(row["case"], row["k"])
                note_change(connection, person, request, "aid_notice.seen", about, now, kind=row["kind"])
            fresh = store_of_lists.notice(connection, notice, *mine)
            assert fresh is not None
            return _notice(fresh, now)

        return once(connection, person.name, asked, {"path": f"/aid/notices/{notice}/seen"}, now, act)


def _path(connection: Connection, person: Person, unit: str | None) -> str:
    """Where to look: one's own units, or a part of them; raises `NotFound`."""
    return person.path if unit is None else str(unit_store.require_unit(connection, unit, person.path)["path"])


def _roles(person: Person) -> Sequence[str]:
    return [role.value for role in person.roles]


def _reason(body: Reason) -> tuple[LateReason, str]:
    if body.reason not in set(LateReason):
        raise WrongField("WRONG_FIELD", "reason")
    why, note = LateReason(body.reason), body.note.strip()
    if why is LateReason.OTHER and not note:
        raise WrongField("LIMIT_REASON_TEXT", "note")
    return why, note


def _check_late(row: RowMapping, now: int) -> None:
    over = row["ended_ms"] is None and row["near_ms"] < (row["paused_ms"] or now)
    if not over and row["outcome"] not in (Outcome.LATE, Outcome.PROMISE_MISSED):
        raise RefusedByRule("LIMIT_NOT_LATE")
    if row["late_reason"] is not None:
        raise RefusedByRule("LIMIT_REASON_GIVEN")


def _told(row: RowMapping, table: DayTable, now: int) -> dict[str, Any]:
    light = light_of(row["near_ms"], row["paused_ms"], now, table) if row["ended_ms"] is None else Light.RED
    return {
        "id": id_of(row["case"], row["k"]),
        "case": row["case"],
        "number": row["number"],
        "receipt": row["receipt"],
        "owner": row["owner"] or None,
        "unit": row["unit"],
        "rule": row["rule_id"],
        "light": light.value.lower(),
        "started_at": rfc3339(row["started_ms"]),
        "due_at": rfc3339(row["due_ms"]),
        "promised_at": _at(row["promised_ms"]),
        "provisional": row["provisional"],
        "paused_at": _at(row["paused_ms"]),
        "ended_at": _at(row["ended_ms"]),
        "late_reason": row["late_reason"],
    }


def _notice(row: RowMapping, now: int) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "limit": id_of(row["case"], row["k"]),
        "case": row["case"],
        "number": row["number"],
        "receipt": row["receipt"],
        "unit": row["unit"],
        "rule": row["rule_id"],
        "due_at": rfc3339(row["near_ms"]),
        "overdue": row["near_ms"] < now,
        "for_role": row["for_role"],
        "at": rfc3339(row["at_ms"]),
        "seen_at": _at(row["seen_ms"]),
        "seen_by": row["seen_by"] or None,
    }


def _at(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)
