"""Reading what an analysis is made of: live months are counted anew before, outside of the transaction that reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, RowMapping

from central.accounts.person import Person
from central.clock import now_ms
from central.failures import NotFound, WrongField
from central.parts import Parts
from central.report.counting import bring_up
from central.report.doors import place
from central.report.periods import is_name, shifted
from central.report.reading import LIVE
from central.report.stages import State
from central.report.store import counted_at, forms_of_unit
from central.report.whole import period_named
from central.report.year import is_year
from central.report_analysis.analysis import analysis
from central.report_analysis.assessment import AssessmentSheet, assessment
from central.report_analysis.model import Analysis
from central.report_analysis.months import names_to
from central.report_analysis.spans import SHOWN_MONTHS, run_names
from central.report_counts.marks import part_of
from central.units.store import require_unit
from hall.moment import local_day


def read_analysis(parts: Parts, unit: str, first: str | None, last: str, person: Person) -> Analysis:
    """Of the months from ``first`` to ``last``; raises `WrongField` where these are none of 1 to 12 months.

    The months of the report and those before them are counted anew where their forms are not drawn up. Older ones stand
    as they were counted last; one that nobody ever looked at is counted once.
    """
    now = now_ms()
    first = first or last
    try:
        names = run_names(first, last)
    except ValueError:
        raise WrongField("ANALYSIS_SPAN", "from") from None
    with parts.database.read() as connection:
        row, _ = place(connection, unit, last, person)
        live = [period_named(connection, name) for name in _to_count(connection, row, names)]
    for of in live:
        bring_up(parts.database, row["path"], of, now)
    with parts.database.read() as connection:
        row, _ = place(connection, unit, last, person)
        return analysis(connection, row, first, last, person.path, now)


def _to_count(connection: Connection, unit: RowMapping, names: Sequence[str]) -> list[str]:
    """Of the months that a report shows: whose figures are live and may not be what they are now."""
    fresh = {*names, *(shifted(name, -len(names)) for name in names)}
    asked = {*fresh, *names_to(names[-1], SHOWN_MONTHS), *(shifted(name, -12) for name in names)}
    asked = {name for name in asked if is_name(name) and name >= local_day(unit["made_ms"])[:7]}
    forms = forms_of_unit(connection, unit["id"], asked)
    live = [name for name in sorted(asked) if name not in forms or State(forms[name]["state"]) in LIVE]
    part = part_of(unit["path"])
    return [name for name in live if name in fresh or counted_at(connection, name, part) is None]


def read_assessment(parts: Parts, unit: str, year: int, person: Person) -> AssessmentSheet:
    """Raises `NotFound` for a year of which there can be no form."""
    now = now_ms()
    if not is_year(year, date.fromisoformat(local_day(now))):
        raise NotFound("NO_SUCH_PERIOD")
    with parts.database.read() as connection:
        row = require_unit(connection, unit, person.path)
        return assessment(connection, row, year, person.path, now)
