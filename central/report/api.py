"""``/api/v1/report``: forms of units as they stand, their versions, and their moves."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.clock import now_ms
from central.failures import NotFound
from central.keys import Key, KeyHeader
from central.parts import Parts
from central.report import store, store_of_lines
from central.report.counting import bring_up
from central.report.doors import Code, PathPeriod, PathUnit, Reviewer, Step, Text, Viewer, changed, place
from central.report.doors import checked as checked_text
from central.report.due import Calendar, begun_on, months_told
from central.report.form import form
from central.report.guards import asked_below, moves_open
from central.report.periods import Period, period_of, shifted
from central.report.reading import LIVE, sheet
from central.report.sheet import Sheet
from central.report.stages import Move, ReturnReason, State
from central.report.told import board_told, form_told, period_told, sheet_told, steps_told, version_told
from central.report.work import Said, move
from central.report_out.few import seen
from central.web_doors import Strict, StrictRoute, TheParts
from hall.moment import local_day

router = APIRouter(prefix="/api/v1/report", route_class=StrictRoute, tags=["report"])
_SHOWN_PERIODS: Final = 13
_MANY: Final = 500


class FormMove(Strict):
    """``step``: the form's last one that its mover saw. ``text`` and ``reason``: why it is given back."""

    move: Annotated[Move, Field(strict=False)]
    step: Step
    text: Text = ""
    reason: Annotated[ReturnReason | None, Field(strict=False)] = None
    fields: Annotated[list[Code], Field(max_length=250)] = Field(default_factory=list)
    command_id: Key | None = None


class TakeMany(Strict):
    """Forms of units directly below, each with the step that was seen: taken together or not at all."""

    units: Annotated[
        dict[Annotated[str, Field(pattern=r"^[0-9a-z-]{2,40}$")], Step], Field(min_length=1, max_length=_MANY)
    ]
    command_id: Key | None = None


@router.get("/fields")
def fields(person: Viewer) -> dict[str, Any]:
    """The form: every field with its names, unit of count, source, rules; in its order."""
    return form_told(form())


@router.get("/units/{unit}/periods")
def periods(unit: PathUnit, person: Viewer, parts: TheParts) -> dict[str, Any]:
    """The last periods of a unit, the running one first, each with where its form stands."""
    now = now_ms()
    with parts.database.read() as connection:
        running = period_of(date.fromisoformat(local_day(now)), store.rules(connection)).name
        row, _ = place(connection, unit, running, person)
        names = [shifted(running, -back) for back in range(_SHOWN_PERIODS)]
        forms = store.forms_of_unit(connection, unit, names)
        items = months_told(connection, row, names, forms, now)
    return {"items": items, "next": None}


@router.get("/units/{unit}/periods/{period}")
def form_now(
    unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts,
    version: Annotated[int | None, Query(ge=0, le=10_000)] = None,
) -> dict[str, Any]:  # fmt: skip
    """A unit's form: as its state shows it, as it stands now (``version=0``), or one of its versions."""
    found, row, steps, signed_for = read_form(parts, unit, period, person, version)
    shown = seen(found)
    return {
        **sheet_told(shown), "step": row["step"] if row is not None else 0, "moves": signed_for["moves"],
        "steps": steps_told(steps, shown, signed_for["own_slips"]), "missing": signed_for["missing"],
        "lower": signed_for["lower"], "versions": signed_for["versions"], **signed_for["due"],
    }  # fmt: skip


@router.post("/units/{unit}/periods/{period}/moves")
def make_move(
    unit: PathUnit, period: PathPeriod, body: FormMove, person: Viewer, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Move a form along its table. What must hold first is named at its field; nothing is half done."""
    if body.move in (Move.DRAW_UP, Move.NOTHING):
        _count(parts, unit, period, person)

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        said = Said(body.move, body.step, checked_text(body.text), body.reason, tuple(body.fields))
        after = move(connection, row, of.name, person, said, now)
        return _stands(row, after)

    return changed(parts, request, person, key, body, "report.move", unit, period, do)


@router.post("/units/{unit}/periods/{period}/lower/accept")
def take_many(
    unit: PathUnit, period: PathPeriod, body: TakeMany, person: Reviewer, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Take the forms of several units directly below at once: all of them, or none."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        children = {child["id"]: child for child in store.children(connection, row["id"])}
        if not set(body.units) <= set(children):
            raise NotFound("NO_SUCH_UNIT")
        for child, step in sorted(body.units.items()):
            move(connection, children[child], of.name, person, Said(Move.ACCEPT, step), now)
        return {"accepted": sorted(body.units)}

    return changed(parts, request, person, key, body, "report.accept_many", unit, period, do)


@router.get("/units/{unit}/periods/{period}/board")
def board(unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts) -> dict[str, Any]:
    """Who has sent, who is late, who was given back: the units directly below, each with how many below it stand
    where. ``reminded``: from that many working days before the due day on, a unit that has not sent is reminded."""
    now = now_ms()
    with parts.database.read() as connection:
        row, of = place(connection, unit, period, person)
        forms = store.forms_below(connection, row["path"], of.name)
        paths = store.paths_below(connection, row["path"])
        signed_for = store_of_lines.missing(connection, unit, of.name)
        items, days = [], Calendar.at(connection, now)
        for child in asked_below(connection, unit, of):
            below = [one for one, path in paths.items() if path.startswith(child["path"]) and one != child["id"]]
            states = Counter(forms[one]["state"] if one in forms else State.COLLECTING.value for one in below)
            told = board_told(child, forms.get(child["id"]), states)
            missing = child["id"] in signed_for
            items.append({**told, "missing": missing, **days.told(of, told["state"], missing=missing)})
        own = months_told(connection, row, [of.name], {of.name: forms[unit]} if unit in forms else {}, now)[0]
    return {"items": items, "next": None, "own": own, "period": period_told(of)}


@router.get("/units/{unit}/periods/{period}/versions")
def every_version(unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts) -> dict[str, Any]:
    """The versions of a unit's form, which are all kept."""
    with parts.database.read() as connection:
        _, of = place(connection, unit, period, person)
        found = store.versions(connection, unit, of.name)
    return {"items": [version_told(row) for row in found], "next": None}


def read_form(
    parts: Parts, unit: str, period: str, person: Person, version: int | None
) -> tuple[Sheet, RowMapping | None, list[RowMapping], dict[str, Any]]:
    """The form as a sheet, its row, its steps, and what stands beside it on the page; counted anew where it is live."""
    with parts.database.read() as connection:
        place(connection, unit, period, person)
        row = store.form_of(connection, unit, period)
    if version == 0 or (version is None and (row is None or State(row["state"]) in LIVE)):
        _count(parts, unit, period, person)
    with parts.database.read() as connection:
        found, of = place(connection, unit, period, person)
        told = sheet(connection, found, of, person.path, now_ms(), version)
        if told is None:
            raise NotFound("NO_SUCH_VERSION")
        row, now = store.form_of(connection, unit, of.name), now_ms()
        asked = row is not None or of.last >= begun_on(connection, found, now)
        beside = {
            "due": Calendar.at(connection, now).told(of, told.state, asked=asked),
            "moves": [one.value for one in moves_open(found, row, person)],
            "missing": sorted(store_of_lines.missing(connection, unit, of.name)),
            "lower": [child["id"] for child in asked_below(connection, unit, of)],
            "own_slips": {slip["id"] for slip in store_of_lines.slips(connection, unit, of.name)},
            "versions": [version_told(one) for one in store.versions(connection, unit, of.name)],
        }
        return told, row, store.steps(connection, unit, of.name), beside


def _count(parts: Parts, unit: str, period: str, person: Person) -> None:
    """Before a form is read live or drawn up: outside of its transaction, for a city takes a while."""
    now = now_ms()
    with parts.database.read() as connection:
        row, of = place(connection, unit, period, person)
    bring_up(parts.database, row["path"], of, now)


def _stands(unit: RowMapping, row: RowMapping) -> dict[str, Any]:
    return board_told(unit, row, {})
