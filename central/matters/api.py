"""``/api/v1/matters``: short records and small workflows, begun, moved by their table, listed and found, for staff."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.audit.disclosure import disclose
from central.audit.reasons import Reason
from central.clock import now_ms
from central.cursors import Cursor, give
from central.cursors import read as read_cursor
from central.failures import WrongField
from central.imports.register import Register, masked
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.matters import rules, store, taking_back, told, work
from central.matters.people import MOST_PARTIES, NAME, Name, Party, Sealing
from central.matters.stages import opening
from central.matters.store import Wanted
from central.matters.words import Kind, Move, State
from central.matters.work import Desk, Given, Place
from central.once import once
from central.parts import Parts
from central.rest_days.store import day_table
from central.units import store as units
from central.web_doors import Day, Limit, May, Strict, StrictRoute, TheParts, UnitId, source_of
from hall.identity_numbers import right_id_number
from hall.law.limits import yellow_until
from hall.moment import local_ms
from hall_config.limit_tables import limit_table

router = APIRouter(prefix="/api/v1/matters", route_class=StrictRoute, tags=["matters"])

Worker = Annotated[Person, Depends(May(Act.MATTERS_WORK))]
PathMatter = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
FactName = Annotated[str, Field(pattern=r"^[a-z0-9_]{2,24}$")]
FactValue = str | int | bool | Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)]
Facts = Annotated[dict[FactName, FactValue], Field(max_length=20)]
Texts = Annotated[dict[FactName, Annotated[str, Field(max_length=2000)]], Field(max_length=8)]
Parties = Annotated[tuple[Party, ...], Field(max_length=MOST_PARTIES, strict=False)]
_FOUND_MOST: Final = 200
_LAWYERS_MOST: Final = 500
_DAY_MINUTES: Final = 24 * 60


class Ticket(Strict):
    """The ticket of the hall that somebody came with."""

    day: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
    number: Annotated[str, Field(pattern=r"^[A-HJ-NP-Z][0-9]{3,4}$")]


class NewMatter(Strict):
    """A record that is begun. Without ``move`` it is begun as its kind usually is."""

    kind: Annotated[Kind, Field(strict=False)]
    move: Annotated[Move | None, Field(strict=False)] = None
    unit: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z-]{0,39}$")] | None = None
    hall: Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")] | None = None
    ticket: Ticket | None = None
    facts: Facts = Field(default_factory=dict)
    texts: Texts = Field(default_factory=dict)
    parties: Parties = ()
    command_id: Key | None = None


class MatterMove(Strict):
    """A move of the record as its asker saw it: ``version`` is what they were shown."""

    move: Annotated[Move, Field(strict=False)]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    facts: Facts = Field(default_factory=dict)
    texts: Texts = Field(default_factory=dict)
    parties: Parties = ()
    command_id: Key | None = None


class Why(Strict):
    reason: Reason


class Search(Strict):
    """Somebody by their number or their name: one of the two."""

    reason: Reason
    id_number: Annotated[str, Field(pattern=r"^[0-9]{17}[0-9Xx]$")] | None = None
    name: Name | None = None


@router.get("/kinds")
def kinds(person: Worker) -> dict[str, Any]:
    """Every kind with its states and what beginning one needs."""
    return {"items": told.kinds(person), "next": None}


@router.get("/lawyers")
def lawyers(person: Worker, parts: TheParts) -> dict[str, Any]:
    """Lawyers that a record may name, masked; the last digits of the licence tell two of one surname apart."""
    with parts.database.read() as connection:
        register, found = Register(parts.vault, connection, now_ms()), []
        for row in store.lawyers(connection, person.path, _LAWYERS_MOST):
            who = masked(register.open(row["sealed"], row["mark"]))
            found.append({"mark": row["mark"], "name": who.name, "licence": who.licence[-4:], "firm": row["firm"]})
    return {"items": found, "next": None}


@router.get("")
def listed(
    person: Worker, parts: TheParts, unit: UnitId | None = None, kind: Kind | None = None,
    state: State | None = None, case: Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")] | None = None,
    day: Day | None = None, still_open: bool = False, overdue: bool = False, soon: bool = False, limit: Limit = 50,
    cursor: Cursor | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The newest first, how many of each kind fit what was asked, and how many limits are over or near.

    ``overdue``: those whose limit is over; ``soon``: those too, and those whose limit is near.
    """
    after, now = read_cursor("matters", cursor, int, str), now_ms()
    with parts.database.read() as connection:
        path = units.require_unit(connection, unit, person.path)["path"] if unit else person.path
        table = day_table(connection)
        near_ms = yellow_until(now, limit_table().nearness, table) + 1
        wanted = Wanted(
            path, kind.value if kind else None, state.value if state else None, case,
            local_ms(day, 0) if day else None, local_ms(day, _DAY_MINUTES) if day else None,
            still_open, now if overdue else near_ms if soon else None,
        )  # fmt: skip
        found = store.listed(connection, wanted, after, limit + 1)
        counts = store.counted(connection, replace(wanted, kind=None))
        over, near = (sum(store.counted(connection, Wanted(path, due_before_ms=at)).values()) for at in (now, near_ms))
    rows = found[:limit]
    more = give("matters", (rows[-1]["opened_ms"], rows[-1]["id"])) if len(found) > limit else None
    reminders = {"overdue": over, "soon": near - over}
    items = [told.in_list(row, now, table) for row in rows]
    return {"items": items, "next": more, "counts": counts, "reminders": reminders}


@router.post("", status_code=201)
def begin(body: NewMatter, person: Worker, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """A new record; the same key gives the same one again."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            desk = desk_of(parts, connection, now)
            place = _place(connection, body, person, now)
            given, move = Given(body.facts, body.texts, body.parties), body.move or opening(body.kind)
            identifier = work.begin(desk, work.actor_of(person), body.kind, move, given, place)
            note_change(connection, person, request, "matter.begin", identifier, now, kind=body.kind.value)
            return _line(connection, identifier, person, now)

        return once(connection, person.name, asked, _wish(parts, connection, request, body, now), now, act)


@router.post("/search")
def search(body: Search, person: Worker, parts: TheParts, request: Request) -> dict[str, Any]:
    """Records that somebody is in; who looked, and why, is written down."""
    if (body.id_number is None) == (body.name is None):
        raise WrongField("MATTER_SEARCH_BY_ONE", "id_number")
    if body.id_number is not None and not right_id_number(body.id_number.upper()):
        raise WrongField("WRONG_FIELD", "id_number")
    now, what = now_ms(), "id_number" if body.id_number else "name"
    with parts.database.write() as connection:
        disclose(connection, person, "matters", body.reason, now, source_of(request), fields=(f"search_{what}",),
                 people=(body.id_number or body.name or "",))  # fmt: skip
        sealing = Sealing(connection, parts.vault, person.unit, "", now)
        column = "id_mark" if body.id_number else "name_mark"
        kind, text = ("id_number", body.id_number.upper()) if body.id_number else (NAME, body.name or "")
        found = store.found(connection, person.path, column, sealing.mark(kind, text), _FOUND_MOST)
        table = day_table(connection)
    return {"items": [told.in_list(row, now, table) for row in found], "next": None}


@router.get("/{matter}")
def one(matter: PathMatter, person: Worker, parts: TheParts) -> dict[str, Any]:
    """A record, its history and what can be done with it; people masked."""
    now = now_ms()
    with parts.database.read() as connection:
        row = work.known(connection, matter, person.path)
        return told.in_full(connection, parts.vault, row, person, now, day_table(connection))


@router.post("/{matter}/moves")
def move(
    matter: PathMatter, body: MatterMove, person: Worker, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Move a record, or take its last step back; who saw an older one than there is now is told what has changed."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            desk, given = desk_of(parts, connection, now), Given(body.facts, body.texts, body.parties)
            if body.move is Move.TAKE_BACK:
                taking_back.take_back(desk, work.actor_of(person), matter, body.version, given)
            else:
                work.move(desk, work.actor_of(person), matter, body.version, body.move, given)
            note_change(connection, person, request, "matter.move", matter, now, move=body.move.value)
            return _line(connection, matter, person, now)

        return once(connection, person.name, asked, _wish(parts, connection, request, body, now), now, act)


@router.post("/{matter}/disclose")
def disclosed(matter: PathMatter, body: Why, person: Worker, parts: TheParts, request: Request) -> dict[str, Any]:
    """People and texts in full, after the reason was written down."""
    now = now_ms()
    with parts.database.write() as connection:
        row = work.known(connection, matter, person.path)
        disclose(connection, person, f"matter:{matter}", body.reason, now, source_of(request),
                 fields=("parties", "texts"), people=told.named(connection, parts.vault, matter))  # fmt: skip
        return told.disclosed(connection, parts.vault, row)


def desk_of(parts: Parts, connection: Connection, now: int) -> Desk:
    """What the work stands on."""
    return Desk(connection, parts.vault, day_table(connection), now)


def _line(connection: Connection, matter: str, person: Person, now: int) -> dict[str, Any]:
    """What a change answers, and what is kept of it for whoever asks again: nobody's name is in it."""
    return told.in_list(work.known(connection, matter, person.path), now, day_table(connection))


def _place(connection: Connection, body: NewMatter, person: Person, now: int) -> Place:
    unit = body.unit or person.unit
    if body.hall is not None:
        live_store.require_hall(connection, body.hall, person.path)
        unit = body.unit or str(store.unit_of_hall(connection, body.hall))
    units.require_unit(connection, unit, person.path)
    if body.ticket is None:
        return Place(unit, body.hall)
    if body.hall is None:
        raise WrongField("MISSING_FIELD", "hall")
    rules.check_ticket(body.kind, body.ticket.day, now)
    return Place(unit, body.hall, body.ticket.day, body.ticket.number)


def _wish(
    parts: Parts, connection: Connection, request: Request, body: NewMatter | MatterMove, now: int
) -> dict[str, Any]:
    """What is asked, as a digest keeps it: a keyed hash of what is personal, so that nobody can try names on it."""
    clear = body.model_dump(mode="json", exclude={"texts", "parties", "command_id"})
    hidden = body.model_dump_json(include={"texts", "parties"})
    mark = Sealing(connection, parts.vault, "", "", now).mark("matter_wish", hidden)
    return {"path": request.url.path, **clear, "hidden": mark}
