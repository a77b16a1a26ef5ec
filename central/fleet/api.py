"""``/api/v1/fleet``: devices and controllers of all halls, what failed for how long, which version runs where."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from sqlalchemy import RowMapping

from central import cursors
from central.clock import now_ms
from central.cursors import Cursor
from central.fleet import rules, store
from central.live import store as live_store
from central.live import telling
from central.web_doors import Limit, Looking, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["fleet"])

PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
DeviceName = Annotated[str, Query(pattern=r"^[0-9A-Za-z._-]{1,60}$")]
_WEEK: Final = 7 * rules.DAY_MS
_MONTH: Final = 30 * rules.DAY_MS


@router.get("/fleet")
def fleet(person: Looking, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None) -> dict[str, Any]:
    """Halls with a controller, by id: version, clock, how much of the last 7 and 30 days each was reached, devices.

    ``versions`` counts the halls by version and ``kinds`` the devices by kind and state, of all that one may see.
    """
    after = cursors.read("fleet", cursor, str)
    now = now_ms()
    with parts.database.read() as connection:
        rows = live_store.read_halls(connection, person.path, after[0] if after else "", limit + 1)
        page = [row for row in rows[:limit] if row["state_ms"] and not row["kept_here"]]
        ids = [row["id"] for row in page]
        devices = live_store.devices_of(connection, ids) if ids else {}
        changes = store.line_changes(connection, ids)
        faults = store.faults_since(connection, ids, now - _MONTH)
        versions = store.versions(connection, person.path)
        everyone = live_store.devices_of(connection, [])
    known = {one["id"] for one in versions}
    by_device = defaultdict[tuple[str, str], list[RowMapping]](list)
    for fault in faults:
        by_device[fault["hall"], fault["device"]].append(fault)
    up_since = parts.link.up_since_ms
    return {
        "now": rfc3339(now),
        "items": [
            {
                **_hall(row, changes.get(row["id"], []), telling.connected(row, up_since, now), now),
                "devices": [
                    _device(one, by_device[row["id"], one["device"]], now) for one in devices.get(row["id"], [])
                ],
            }
            for row in page
        ],
        "versions": [
            {"version": name or None, "halls": count}
            for name, count in sorted(Counter(one["version"] for one in versions).items(), reverse=True)
        ],
        "kinds": _kinds(device for hall, found in everyone.items() if hall in known for device in found),
        "next": cursors.give("fleet", (rows[limit - 1]["id"],)) if len(rows) > limit else None,
    }


@router.get("/halls/{hall}/faults")
def faults(
    hall: PathHall,
    person: Looking,
    parts: TheParts,
    device: DeviceName | None = None,
    limit: Limit = 100,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """When devices of this hall were out of order, the newest first."""
    name = f"faults of {hall}"
    after = cursors.read(name, cursor, int, str)
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.faults(connection, hall, device, (after[0], after[1]) if after else None, limit + 1)
    last = (
        cursors.give(name, (found[limit - 1]["begun_ms"], found[limit - 1]["device"])) if len(found) > limit else None
    )
    return {"items": [_fault(row) for row in found[:limit]], "next": last}


def _hall(row: RowMapping, changes: list[tuple[int, bool]], online: bool, now: int) -> dict[str, Any]:
    week, _ = rules.reached(changes, now - _WEEK, now)
    month, outages = rules.reached(changes, now - _MONTH, now)
    return {
        "id": row["id"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "unit": row["unit"],
        "online": online,
        "since": rfc3339(changes[-1][0]) if changes else None,
        "heard_at": rfc3339(row["heard_ms"]) if row["heard_ms"] else None,
        "version": row["version"] or None,
        "config_rev": row["config_rev"],
        "clock": row["clock"],
        "reached_7d": week,
        "reached_30d": month,
        "outages_30d": outages,
    }


def _device(row: RowMapping, its_faults: list[RowMapping], now: int) -> dict[str, Any]:
    spans = [(fault["begun_ms"], fault["ended_ms"]) for fault in its_faults]
    return {
        "device": row["device"],
        "kind": row["kind"],
        "state": row["state"],
        "reason": row["reason"],
        "since": rfc3339(row["since"]) if 0 < row["since"] < 253_000_000_000_000 else None,
        "counters": json.loads(row["counters"]),
        "faults_30d": len(spans),
        "broken_30d_s": rules.broken_ms(spans, now - _MONTH, now) // 1000,
    }


def _fault(row: RowMapping) -> dict[str, Any]:
    return {
        "device": row["device"],
        "kind": row["kind"],
        "state": row["state"],
        "reason": row["reason"],
        "begun_at": rfc3339(row["begun_ms"]),
        "ended_at": rfc3339(row["ended_ms"]) if row["ended_ms"] else None,
    }


def _kinds(devices: Iterable[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    found = defaultdict[str, Counter[str]](Counter)
    for device in devices:
        found[device["kind"]][device["state"]] += 1
    return [
        {"kind": kind, "devices": sum(states.values()), "states": dict(sorted(states.items()))}
        for kind, states in sorted(found.items())
    ]
