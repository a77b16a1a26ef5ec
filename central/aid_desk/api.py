"""``/api/v1/aid/cases`` and ``/api/v1/aid/desk``: the list of work, how much of it there is, and who takes it on."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid.access import require_case
from central.aid.stages import State
from central.aid_desk import rules, store
from central.aid_desk.rules import Light, Waiting, Wanted
from central.aid_desk.store import Reach
from central.aid_desk.telling import rows_told
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.units import store as units
from central.web_doors import May, Strict, StrictRoute, TheParts, UnitId
from hall.intake.codes import Channel
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid desk"])

Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
Bureau = Annotated[Person, Depends(May(Act.AID_OBJECTIONS))]
PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
PageLimit = Annotated[int, Query(ge=1, le=100)]
AccountName = Annotated[str, Field(max_length=40, pattern=r"^([A-Za-z0-9._-]{1,40})?$")]
OwnerQuery = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]{1,40}$", description="me, none, or a name")]
_LIST: Final = "aid.cases"
_OVER: Final = "aid.cases.over"
_OBJECTED: Final = "aid.objections"


class Handing(Strict):
    """Who is to work on a case from now on; empty: nobody. ``seen``: who did, as the asker saw it."""

    owner: AccountName
    seen: AccountName
    command_id: Key | None = None


def wanted_cases(
    person: Clerk,
    state: Annotated[State | None, Query()] = None,
    light: Annotated[Light | None, Query()] = None,
    owner: OwnerQuery | None = None,
    channel: Annotated[Channel | None, Query()] = None,
    first: bool = False,
    waiting: Annotated[Waiting | None, Query()] = None,
) -> Wanted:
    """The filters of the list."""
    names = {"me": person.name, "none": ""}
    return Wanted(
        states=(state.value,) if state is not None else (),
        light=light,
        owner=names.get(owner, owner) if owner is not None else None,
        channel=channel.value if channel is not None else None,
        first=first,
        waiting=waiting,
        asker=person.name,
    )


@router.get("/cases")
def cases(
    person: Clerk,
    parts: TheParts,
    wanted: Annotated[Wanted, Depends(wanted_cases)],
    unit: UnitId | None = None,
    over: bool = False,
    limit: PageLimit = 50,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """Cases of one's unit and below by their nearest limit; ``over``: those that are over, the newest first.

    Among those that are over nothing but a unit and a state is asked for: they are hundreds of thousands.
    """
    now = now_ms()
    over_states = rules.states_over(wanted) if over else ()
    name = _OVER if over else _LIST
    after = cursors.read(name, cursor, int, str)
    with parts.database.read() as connection:
        units_meant = _reach(connection, person, unit)
        place = (after[0], after[1]) if after else None
        if over:
            rows = store.cases_over(connection, units_meant, over_states, place, limit + 1)
        else:
            rows = store.live_cases(connection, units_meant, wanted, now, place, limit + 1)
        items = rows_told(connection, parts.vault, rows[:limit], now)
    more = len(rows) > limit
    return {
        "now": rfc3339(now),
        "items": items,
        "next": cursors.give(name, _place(rows[limit - 1], over)) if more else None,
    }


@router.get("/desk/buckets")
def buckets(person: Clerk, parts: TheParts, unit: UnitId | None = None) -> dict[str, Any]:
    """How many cases wait, by how near their limit is and by whose turn it is; ``more``: there are more than told.

    ``units``: those that have cases, of all that one may see.
    """
    now = now_ms()
    asked = {
        **{f"light_{light}": Wanted(light=light) for light in Light},
        "all": Wanted(),
        "mine": Wanted(owner=person.name),
        "first": Wanted(first=True),
        **{
            f"waiting_{one}": Wanted(waiting=one, asker=person.name)
            for one, turn in rules.TURNS.items()
            if person.may(turn.act)
        },
    }
    with parts.database.read() as connection:
        counted = store.counts(connection, _reach(connection, person, unit), asked, now)
        found = store.units_with_cases(connection, person.path)
    told = {
        name: {"count": min(count, rules.COUNTED), "more": count > rules.COUNTED} for name, count in counted.items()
    }
    return {"now": rfc3339(now), "buckets": told, "units": [dict(one) for one in found]}


@router.get("/desk/colleagues")
def colleagues(person: Clerk, parts: TheParts, unit: UnitId) -> dict[str, Any]:
    """Who of one's own part of the tree may take on a case of this unit."""
    with parts.database.read() as connection:
        path = units.require_unit(connection, unit, person.path)["path"]
        found = store.colleagues(connection, path, person.path)
    return {"items": [{"name": name, "roles": roles} for name, roles in found.items()], "next": None}


@router.post("/cases/{case}/owner")
def hand_over(
    case: PathCase, body: Handing, person: Clerk, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Take a case on, hand it over, or lay it down; refused where somebody else was quicker."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = require_case(connection, person, case, Act.AID_WORK)
            path = units.require_unit(connection, row["unit"], person.path)["path"]
            fits = store.colleagues(connection, path, person.path)
            rules.check_owner(row["owner"], body.seen, body.owner, fits, live=row["live"])
            store.set_owner(connection, case, body.owner)
            note_change(connection, person, request, "aid.owner", case, now, owner=body.owner, before=row["owner"])
            return {"id": case, "owner": body.owner}

        wish = {"path": f"/aid/cases/{case}/owner", **body.model_dump(exclude={"command_id"})}
        return once(connection, person.name, asked, wish, now, act)


@router.get("/objections")
def objections(
    person: Bureau,
    parts: TheParts,
    which: Literal["open", "all"] = "open",
    limit: PageLimit = 50,
    cursor: Cursor | None = None,
) -> dict[str, Any]:
    """Objections for the bureau to decide on, the nearest limit first; ``all``: every case that ever had one."""
    now = now_ms()
    name = f"{_OBJECTED}.{which}"
    after = cursors.read(name, cursor, int, str)
    with parts.database.read() as connection:
        units_meant = _reach(connection, person, None)
        place = (after[0], after[1]) if after else None
        if which == "open":
            wanted = Wanted(states=rules.OBJECTED_TO)
            rows = store.live_cases(connection, units_meant, wanted, now, place, limit + 1)
        else:
            rows = store.objected(connection, units_meant, place, limit + 1)
        items = rows_told(connection, parts.vault, rows[:limit], now)
    more = len(rows) > limit
    last = _place(rows[limit - 1], which == "all") if more else None
    return {"now": rfc3339(now), "items": items, "next": cursors.give(name, last) if last else None}


def _reach(connection: Connection, person: Person, unit: str | None) -> Reach:
    """The units that are meant; raises `NotFound` for one that is not the person's to see."""
    path = person.path if unit is None else units.require_unit(connection, unit, person.path)["path"]
    return store.reach(connection, path)


def _place(row: RowMapping, by_change: bool) -> tuple[int, str]:
    return (row["changed_ms"], row["id"]) if by_change else store.place_of(row)
