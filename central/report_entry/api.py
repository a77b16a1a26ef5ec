"""``/api/v1/report/units/{unit}/periods/{period}/…``: figures by hand, advisers' visits, lectures, files, taking back.

Who prepares a report enters for their unit and those below it, who works at a window for their own unit alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AfterValidator, BeforeValidator, Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act, Role
from central.aid_files import telling
from central.aid_files.clean import clean
from central.aid_files.rules import FileKind
from central.audit.changes import note_change
from central.audit.disclosure import disclose
from central.audit.reasons import Reason
from central.clock import now_ms
from central.failures import RefusedByRule
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.parts import Parts
from central.report import store as report
from central.report_entry import rules, told, work
from central.report_entry.rules import EventKind, Why
from central.report_entry.work import Adviser, Desk, Event, Figure
from central.units import store as units
from central.units.rules import Level
from central.web_doors import May, Strict, StrictRoute, TheParts, source_of

router = APIRouter(prefix="/api/v1/report/units/{unit}/periods/{period}", route_class=StrictRoute, tags=["report"])
uploads = APIRouter(prefix="/api/v1/report/units/{unit}/periods/{period}", tags=["report"])  # a file is no JSON

PathUnit = Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")]
PathPeriod = Annotated[str, Path(max_length=16, description="as 2026-11")]
PathRow = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Entering = Annotated[Person, Depends(May(Act.REPORT_ENTER))]
Seeing = Annotated[Person, Depends(May(Act.REPORT_ENTRIES))]
RowId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Line = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, Field(max_length=60, pattern=Line)]
KeptAt = Annotated[str, Field(max_length=120, pattern=Line)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Count = Annotated[int, Field(ge=0, le=10_000_000)]


def _as_typed(value: Any) -> Any:
    """A number that a program sends, as a person types it; what it may be is told by `rules.figure`, in words."""
    return str(value) if type(value) in (int, float) else value


Typed = Annotated[str, BeforeValidator(_as_typed), Field(max_length=40)]


def _real_day(day: str) -> str:
    date.fromisoformat(day)
    return day


Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_real_day)]


class NewEntry(Strict):
    """A figure. ``seen``: the entry that stood there; somebody else's in between is not written over unseen."""

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    value: Typed
    seen: RowId | None = None
    carried: bool = False
    evidence: RowId | None = None
    kept_at: KeptAt = ""
    command_id: Key | None = None


class WhoCame(Strict):
    """One of these: the mark or the licence of the register, a name, an earlier visit of the same adviser."""

    lawyer: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    licence: Annotated[str, Field(pattern=r"^[0-9]{11,17}$")] | None = None
    name: Text | None = None
    like: RowId | None = None


class NewVisit(Strict):
    """From when to when, or for how many hours."""

    day: Day
    begins: Clock | None = None
    ends: Clock | None = None
    hours: Typed | None = None
    adviser: WhoCame
    people: Count
    command_id: Key | None = None


class NewEvent(Strict):
    """A lecture or another event that makes the law known."""

    day: Day
    kind: Annotated[EventKind, Field(strict=False)]
    title: Text
    people: Count
    leaflets: Count
    evidence: RowId | None = None
    kept_at: KeptAt = ""
    command_id: Key | None = None


class TakenBack(Strict):
    why: Annotated[Why, Field(strict=False)]
    command_id: Key | None = None


class WhyOpened(Strict):
    reason: Reason


class Place:
    """The unit and the period of a request, as its asker may see them."""

    def __init__(self, unit: PathUnit, period: PathPeriod, parts: TheParts) -> None:
        self.parts, self._unit, self._period = parts, unit, period

    def desk(self, connection: Connection, person: Person, now: int) -> tuple[Desk, RowMapping]:
        """Raises `NotFound` for another's unit, and for a name that no period has."""
        row = units.require_unit(connection, self._unit, person.path)
        of = rules.period_named(self._period, report.rules(connection), now)
        return Desk(connection, self.parts.vault, row["id"], Level(row["level"]), of, now), row

    def changing(self, connection: Connection, person: Person, now: int) -> Desk:
        """The same for somebody who enters something."""
        desk, row = self.desk(connection, person, now)
        if not may_enter(person, row["id"]):
            raise RefusedByRule("REPORT_OWN_UNIT", "unit")
        if row["closed_ms"] is not None and row["closed_ms"] < desk.period.from_ms:
            raise RefusedByRule("REPORT_UNIT_CLOSED", "unit")
        return desk


ThePlace = Annotated[Place, Depends(Place)]


def may_enter(person: Person, unit: str) -> bool:
    """Whether somebody enters for a unit that they see."""
    return Role.REPORT_PREPARER in person.roles or (person.may(Act.REPORT_ENTER) and person.unit == unit)


@router.get("/entries")
def entries(person: Seeing, place: ThePlace) -> dict[str, Any]:
    """Every field that the unit is asked for by hand: its figure and where it is from, what is missing, the history."""
    with place.parts.database.read() as connection:
        desk, row = place.desk(connection, person, now_ms())
        return told.in_full(desk, row, may_enter(person, row["id"]))


@router.post("/entries", status_code=201)
def enter(body: NewEntry, person: Entering, place: ThePlace, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Type in a figure, or confirm a stock that is what it was. The newest counts, older ones stay."""

    def act(desk: Desk) -> tuple[str, dict[str, Any]]:
        asked = Figure(body.code, body.value, body.seen or "", body.carried, body.evidence, body.kept_at.strip())
        return work.enter(desk, asked, person.name), {"code": body.code, "value": body.value}

    return _done(place, person, request, the_key(key, body.command_id), body, "report_entry.add", act)


@router.get("/visits")
def visits(person: Seeing, place: ThePlace) -> dict[str, Any]:
    """Advisers' visits of the period; who came is masked."""
    with place.parts.database.read() as connection:
        return told.visits(place.desk(connection, person, now_ms())[0])


@router.post("/visits", status_code=201)
def add_visit(
    body: NewVisit, person: Entering, place: ThePlace, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """An adviser was here."""

    def act(desk: Desk) -> tuple[str, dict[str, Any]]:
        stayed = rules.stay(body.begins, body.ends, body.hours, desk.numbers["VISIT_HOURS_MOST"])
        who = Adviser(**body.adviser.model_dump())
        made = work.add_visit(desk, body.day, stayed, who, body.people, person.name)
        return made, {"day": body.day, "minutes": stayed.minutes, "people": body.people}

    return _done(place, person, request, the_key(key, body.command_id), body, "report_entry.visit", act)


@router.get("/events")
def events(person: Seeing, place: ThePlace) -> dict[str, Any]:
    """Lectures and other events of the period, and what they add up to."""
    with place.parts.database.read() as connection:
        return told.events(place.desk(connection, person, now_ms())[0])


@router.post("/events", status_code=201)
def add_event(
    body: NewEvent, person: Entering, place: ThePlace, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A lecture or another event took place."""

    def act(desk: Desk) -> tuple[str, dict[str, Any]]:
        asked = Event(
            body.day, body.kind, body.title, body.people, body.leaflets, body.evidence, body.kept_at.strip()
        )  # fmt: skip
        detail = {"day": body.day, "kind": body.kind.value, "people": body.people, "leaflets": body.leaflets}
        return work.add_event(desk, asked, person.name), detail

    return _done(place, person, request, the_key(key, body.command_id), body, "report_entry.event", act)


@router.post("/rows/{row}/take-back")
def take_back(
    row: PathRow, body: TakenBack, person: Entering, place: ThePlace, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """An entry, a visit or an event counts no more. It stays, with who took it back and why."""

    def act(desk: Desk) -> tuple[str, dict[str, Any]]:
        return row, {"row": row, "why": body.why.value, "kind": work.take_back(desk, row, body.why, person.name)}

    return _done(place, person, request, the_key(key, body.command_id), body, "report_entry.take_back", act)


@uploads.post("/evidence", status_code=201, openapi_extra=telling.BODY)
def hand_in(
    person: Entering, place: ThePlace, request: Request, content: Annotated[bytes, Depends(telling.file_of)],
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """A photo or a list behind a figure: judged by its bytes, written anew, kept sealed. The body is the file."""
    asked, now = the_key(key, None), now_ms()
    with place.parts.database.read() as connection:
        place.changing(connection, person, now)  # before a foreign file is taken apart
    file = clean(content, FileKind.EVIDENCE)
    with place.parts.database.write() as connection:

        def act() -> dict[str, Any]:
            desk = place.changing(connection, person, now)
            made = work.keep(desk, file, person.name)
            note_change(connection, person, request, "report_entry.file", _object(desk), now, file=made)
            return {"id": made, "type": file.type.value, "pages": file.pages}

        wish = {"path": request.url.path, "file": hashlib.sha256(content).hexdigest()}
        return once(connection, person.name, asked, wish, now, act)


@router.post("/evidence/{file}/open", response_class=Response, responses=telling.GIVEN)
def open_one(file: PathRow, body: WhyOpened, person: Seeing, place: ThePlace, request: Request) -> Response:
    """A file as an attachment; who opened it and why is a line of the audit."""
    now = now_ms()
    with place.parts.database.write() as connection:
        desk, _ = place.desk(connection, person, now)
        type, content = work.content_of(desk, file)
        what = f"report_evidence/{_object(desk)}/{file}"
        disclose(connection, person, what, body.reason, now, source_of(request), fields=("content",), people=())
    return telling.handed_out(content, type, f"evidence-{file}")


_Act = Callable[[Desk], tuple[str, dict[str, Any]]]
_HIDDEN: Final = {"adviser", "title", "kept_at"}  # may name somebody


def _done(
    place: Place, person: Person, request: Request, key: str, body: Strict, name: str, act: _Act
) -> dict[str, Any]:
    """A change and its line of the audit, once; the id of its row."""
    now = now_ms()
    with place.parts.database.write() as connection:

        def change() -> dict[str, Any]:
            desk = place.changing(connection, person, now)
            made, detail = act(desk)
            note_change(connection, person, request, name, _object(desk), now, **{"row": made, **detail})
            return {"id": made}

        wish = _wish(place.parts, connection, request, body, now)
        return once(connection, person.name, key, wish, now, change)


def _wish(parts: Parts, connection: Connection, request: Request, body: Strict, now: int) -> dict[str, Any]:
    """What is asked, as a digest keeps it: of what may name somebody a keyed hash, on which nobody can try names."""
    clear = body.model_dump(mode="json", exclude={*_HIDDEN, "command_id"})
    hidden = body.model_dump_json(include=_HIDDEN)
    return {"path": request.url.path, **clear, "hidden": parts.vault.index(connection, "report_wish", hidden, now)}


def _object(desk: Desk) -> str:
    return f"{desk.unit}/{desk.period.name}"
