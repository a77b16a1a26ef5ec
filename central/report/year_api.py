"""``…/years/{year}``: the yearly form of a unit, its lock by the city, its notes, its exports."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import Forbidden, NotFound
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.parts import Parts
from central.report import store, store_of_lines
from central.report.doors import PathUnit, Preparer, Signer, Text, Viewer, checked
from central.report.due import months_told
from central.report.export_api import JSON_TOLD, PDF, XLSX, file_told, given, on_paper
from central.report.periods import year_of
from central.report.sheet import Sheet
from central.report.told import sheet_told
from central.report.year import is_year, lock, made_of, sheet_of_year
from central.report_out.few import seen
from central.report_out.machine import machine_json
from central.report_out.printed import printed
from central.report_out.spreadsheet import workbook
from central.units import store as units
from central.units.rules import ROOT
from central.web_doors import Strict, StrictRoute, TheParts
from hall.moment import local_day

router = APIRouter(prefix="/api/v1/report/units/{unit}/years/{year}", route_class=StrictRoute, tags=["report"])
PathYear = Annotated[int, Path(ge=2018, le=2099)]
PathCode = Annotated[str, Path(pattern=r"^[A-Z][0-9]{2,3}[A-Z]?$")]


class Lock(Strict):
    """Nothing but the key."""

    command_id: Key | None = None


class YearNote(Strict):
    text: Text
    command_id: Key | None = None


@router.get("")
def year_now(unit: PathUnit, year: PathYear, person: Viewer, parts: TheParts) -> dict[str, Any]:
    """The year's form, or what its locked months come to so far; ``open``: the months that are not locked yet;
    ``forms``: where each of the twelve stands."""
    with parts.database.read() as connection:
        found = _read(connection, unit, year, person)
        row = units.require_unit(connection, unit, person.path)
        made, names = made_of(connection, row, year, now_ms()), list(year_of(year))
        forms = months_told(connection, row, names, store.forms_of_unit(connection, unit, names), now_ms())
    return {
        **sheet_told(seen(found)), "open": sorted(made.open), "months": dict(sorted(made.periods.items())),
        "forms": forms,
    }  # fmt: skip


@router.post("/lock")
def lock_year(
    unit: PathUnit, year: PathYear, body: Lock, person: Signer, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """The city makes its year of twelve locked months, with that of every unit directly below."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = units.require_unit(connection, unit, person.path)
            if unit != ROOT or person.unit != ROOT:
                raise Forbidden("REPORT_NOT_YOURS")
            _require_year(year)
            lock(connection, row, year, person.name, now)
            note_change(connection, person, request, "report.year_lock", f"{unit}/{year}", now)
            return {"unit": unit, "year": year, "signer": person.name}

        return once(connection, person.name, asked, {"path": request.url.path}, now, act)


@router.put("/notes/{code}")
def put_year_note(
    unit: PathUnit, year: PathYear, code: PathCode, body: YearNote, person: Preparer, parts: TheParts,
    request: Request, key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """What is said to a field of the year: the one thing that its lock leaves open."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            if person.unit != unit:
                raise Forbidden("REPORT_NOT_YOURS")
            _require_year(year)
            text = checked(body.text)
            store_of_lines.add_note(
                connection, unit=unit, period=f"{year}", rule=f"R-{code}", text=text, actor=person.name, at_ms=now
            )
            note_change(connection, person, request, "report.year_note", f"{unit}/{year}", now, code=code)
            return {"rule": f"R-{code}", "text": text}

        wish = {"path": request.url.path, **body.model_dump(exclude={"command_id"})}
        return once(connection, person.name, asked, wish, now, act)


@router.get("/report.xlsx", response_class=Response, responses=file_told(XLSX))
def year_as_spreadsheet(unit: PathUnit, year: PathYear, person: Viewer, parts: TheParts) -> Response:
    """As a spreadsheet, with formulas in its computed rows and its checks."""
    found = _looked_at(parts, unit, year, person)
    return given(workbook(seen(found)), XLSX, f"{found.unit.name_zh}{year}统计年报表.xlsx")


@router.get("/report.pdf", response_class=Response, responses=file_told(PDF))
def year_as_print(unit: PathUnit, year: PathYear, person: Viewer, parts: TheParts) -> Response:
    """To be signed on paper."""
    found = _looked_at(parts, unit, year, person)
    return given(on_paper(lambda: printed(seen(found))), PDF, f"{found.unit.name_zh}{year}统计年报表.pdf")


@router.get("/report.json", response_class=Response, responses=JSON_TOLD)
def year_as_machine_reads(unit: PathUnit, year: PathYear, person: Viewer, parts: TheParts) -> Response:
    """As ``report.schema.json`` describes a form."""
    found = _looked_at(parts, unit, year, person)
    return given(machine_json(seen(found)), "application/json", f"{found.unit.id}-{year}.json")


def _looked_at(parts: Parts, unit: str, year: int, person: Person) -> Sheet:
    with parts.database.read() as connection:
        return _read(connection, unit, year, person)


def _read(connection: Connection, unit: str, year: int, person: Person) -> Sheet:
    row = units.require_unit(connection, unit, person.path)
    _require_year(year)
    return sheet_of_year(connection, row, year, person.path, now_ms())


def _require_year(year: int) -> None:
    if not is_year(year, date.fromisoformat(local_day(now_ms()))):
        raise NotFound("NO_SUCH_PERIOD")
