"""The pages of the monthly report: a unit's months and the units below it, a form, how months are cut.

A page is a frame with words and with what does not change while it is looked at: which unit, who works there, which
move comes next at its level. Figures, states and what somebody may do now come by the API.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, RowMapping

from central.accounts.permissions import MAY, Act
from central.accounts.person import Person
from central.clock import now_ms
from central.failures import NotFound
from central.pages import page
from central.report import store as report
from central.report.doors import PathPeriod, PathUnit, Setter, Viewer, place
from central.report.guards import ACTS
from central.report.periods import Period, PeriodRule, Rules, period, period_of, shifted
from central.report.stages import TABLES, Move, Part, ReturnReason, State
from central.report.year import FIRST_YEAR, is_year
from central.report.year_api import PathYear
from central.report_pages import store
from central.units import store as units
from central.units.rules import ROOT, Level
from central.web_doors import TheParts, UnitId
from hall.moment import local_day

router = APIRouter(include_in_schema=False)
_SECTIONS: Final = (
    "manage", "report_pages", "report_next", "report_ask", "report_state", "report_move", "report_part",
    "report_return_reason", "report_line", "report_unit", "report_source", "report_source_meaning", "report_kind",
    "level", "report_behind", "report_doubt",
)  # fmt: skip
# the move that brings a form on from where it stands; all others are asked for by whoever needs them
_ONWARD: Final = (Move.CLOSE, Move.SIGN, Move.CHECK, Move.SUBMIT, Move.DRAW_UP)
_OWN: Final = (Part.PREPARER, Part.REVIEWER, Part.SIGNER)
_OFFERED: Final = 12  # periods that a new rule may begin with
_TOLD: Final = 3  # periods whose days are told
Month = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@router.get("/report")
def report_page(request: Request, person: Viewer, parts: TheParts, unit: UnitId | None = None) -> Response:
    with parts.database.read() as connection:
        row = units.require_unit(connection, unit or person.unit, person.path)
        facts = _of_unit(connection, row, person)
    sets = person.may(Act.REPORT_SETTINGS) and person.unit == ROOT
    return page(
        request, "report.html", person, sections=_SECTIONS, facts=facts, unit=row, sets=sets, reasons=list(ReturnReason)
    )


@router.get("/report/rules")
def rules_page(request: Request, person: Setter, parts: TheParts, since: Month = None) -> Response:
    """``since``: the period whose rule is looked at; what it would mean is told for each rule in days."""
    running = date.fromisoformat(local_day(now_ms()))
    with parts.database.read() as connection:
        rules = report.rules(connection)
        name = period_of(running, rules).name
        offered = [shifted(name, count) for count in range(_OFFERED)]
        open_ones = [one for one in offered if not report.is_begun(connection, one)]
    chosen = since if since in offered else (open_ones or offered)[0]
    meaning = {rule: _days(chosen, _with(rules, chosen, rule)) for rule in PeriodRule}
    return page(
        request, "report_rules.html", person, sections=(*_SECTIONS, "report_period_rule"), offered=offered,
        chosen=chosen, is_open=chosen in open_ones, meaning=meaning, now=_days(name, rules), root=ROOT,
        sets=person.unit == ROOT, in_force=[rule for since, rule in rules if since <= chosen][-1],
    )  # fmt: skip


@router.get("/report/{unit}/{year:int}")
def year_page(unit: PathUnit, year: PathYear, request: Request, person: Viewer, parts: TheParts) -> Response:
    """Before the page of a month, which takes any text for its name."""
    today = date.fromisoformat(local_day(now_ms()))
    if not is_year(year, today):
        raise NotFound("NO_SUCH_PERIOD")
    with parts.database.read() as connection:
        row = units.require_unit(connection, unit, person.path)
        facts = {**_of_unit(connection, row, person), "year": year}
    return page(
        request, "report_year.html", person, sections=(*_SECTIONS, "report_year"), facts=facts, unit=row, year=year,
        reasons=list(ReturnReason), first=FIRST_YEAR, last=today.year,
    )  # fmt: skip


@router.get("/report/{unit}/{period}")
def form_page(unit: PathUnit, period: PathPeriod, request: Request, person: Viewer, parts: TheParts) -> Response:
    with parts.database.read() as connection:
        row, of = place(connection, unit, period, person)
        facts = {**_of_unit(connection, row, person), "period": of.name}
    return page(
        request, "report_form.html", person, sections=_SECTIONS, facts=facts, unit=row, period=of,
        reasons=list(ReturnReason), root=ROOT,
    )  # fmt: skip


def _of_unit(connection: Connection, row: RowMapping, person: Person) -> dict[str, Any]:
    """What a page of a unit knows beforehand."""
    level = Level(row["level"])
    trail = units.trail(connection, row["path"], person.path)
    rules = report.rules(connection)
    today = local_day(now_ms())
    return {
        "unit": {name: row[name] for name in ("id", "level", "name_zh", "name_en")},
        "trail": [{name: one[name] for name in ("id", "name_zh", "name_en")} for one in trail],
        "today": today,
        "running": period_of(date.fromisoformat(today), rules).name,
        "person": {"name": person.name, "unit": person.unit},
        "acts": [act.value for act in Act if act.value.startswith("report_") and person.may(act)],
        "people": _people(connection, row), "onward": _onward(level), "root": ROOT,
    }  # fmt: skip


def _people(connection: Connection, row: RowMapping) -> dict[str, list[str]]:
    """Who may act in which part of the unit's form. A village room without an account is filled in for from above."""
    own = store.people(connection, row["id"])
    found = {
        part.value: [name for name, roles in own.items() if roles & {role.value for role in MAY[ACTS[part]]}]
        for part in _OWN
    }
    if Level(row["level"]) is Level.VILLAGE and not found[Part.PREPARER] and row["parent"]:
        above = store.people(connection, row["parent"])
        wanted = {role.value for role in MAY[ACTS[Part.PREPARER]]}
        found[Part.PREPARER] = [name for name, roles in above.items() if roles & wanted]
    return found


def _onward(level: Level) -> dict[str, dict[str, str]]:
    """State -> the move that brings a form of this level on, and whose it is."""
    found = {}
    for state in State:
        ways = TABLES[level].get(state, {})
        move = next((one for one in _ONWARD if one in ways and ways[one].by in _OWN), None)
        if move is not None:
            found[state.value] = {"move": move.value, "part": ways[move].by.value}
    return found


def _with(rules: Rules, since: str, rule: PeriodRule) -> Rules:
    """As they would be with one more: of two for one period the one that was set later counts."""
    return tuple(sorted((*rules, (since, rule)), key=lambda one: one[0]))


def _days(first: str, rules: Rules) -> list[Period]:
    return [period(shifted(first, count), rules) for count in range(_TOLD)]
