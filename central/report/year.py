"""The yearly form (年报表): made of a unit's twelve locked forms, and from its own lock on it moves no more.

What flows adds up, what stands is as at the end, what was open at the start is as at the start; ratios are made anew of
the sums. People are counted once in a year, so those cells are counted anew over all of it: twelve months of people are
not a year's people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from sqlalchemy import Connection, RowMapping

from central.failures import RefusedByRule
from central.report import store, store_of_lines, store_of_years
from central.report.checks import Finding, findings
from central.report.figures import Counts, added, counts_of, figures_of, text_of
from central.report.form import Kind, form
from central.report.formula import Figure
from central.report.periods import FIRST, Period, Rules, period, year_of
from central.report.reading import named
from central.report.sheet import Column, Note, Sheet
from central.report.stages import State
from central.report.whole import completed
from central.report_counts import aid
from central.report_counts.span import Span
from central.strict_json import write_json
from central.units.rules import Level

FIRST_YEAR: Final = int(FIRST[:4])
_NOTHING: Final = Fraction()


@dataclass(frozen=True, slots=True)
class Made:
    """A unit's year so far: the figures of the months that are locked, and which are not."""

    figures: Mapping[str, Figure]
    periods: Mapping[str, int]  # of each locked month the version that went in
    open: tuple[str, ...]


def period_of_year(year: int, rules: Rules) -> Period:
    """The days from the first month's first to the last month's last."""
    months = year_of(year)
    first, last = period(months[0], rules), period(months[-1], rules)
    return Period(f"{year:04d}", first.first, last.last, last.due)


def made_of(connection: Connection, unit: RowMapping, year: int, now_ms: int) -> Made:
    months = year_of(year)
    forms = store.forms_of_unit(connection, unit["id"], months)
    locked = {name: row for name, row in forms.items() if State(row["state"]) is State.ACCEPTED}
    rows = {name: store.version(connection, unit["id"], name, row["version"]) for name, row in locked.items()}
    versions = {name: row for name, row in sorted(rows.items()) if row is not None}
    total = _together([(counts_of(row["total"]), figures_of(row["figures"])) for row in versions.values()])
    people = _people(connection, unit["path"], period_of_year(year, store.rules(connection)), now_ms)
    figures = completed(added([total, people]), {})
    return Made(figures, {name: row["version"] for name, row in locked.items()}, tuple(set(months) - set(locked)))


def _together(months: list[tuple[Counts, dict[str, Figure]]]) -> Counts:
    """Month by month, in order."""
    total: Counts = {}
    for code, field in form().fields.items():
        if field.kind is Kind.FLOW and field.made_of is None:
            total[code] = sum((counts.get(code, _NOTHING) for counts, _ in months), start=_NOTHING)
        elif field.kind is Kind.STOCK and months:
            total[code] = months[-1][0].get(code, _NOTHING)
        elif field.kind is Kind.OPENING and months:
            total[code] = months[0][1].get(code) or _NOTHING
    return total


def _people(connection: Connection, path: str, of: Period, now_ms: int) -> Counts:
    heads = {code for code, field in form().fields.items() if field.kind is Kind.HEADS}
    found = aid.cells(connection, Span(path, of.first, of.last, now_ms))
    return added({code: cells[code] for code in heads if code in cells} for cells in found.values())


def sheet_of_year(connection: Connection, unit: RowMapping, year: int, own_path: str, now_ms: int) -> Sheet:
    """The locked form, or what the locked months come to so far."""
    of = period_of_year(year, store.rules(connection))
    kept = store_of_years.of_unit(connection, unit["id"], year)
    earlier = store_of_years.of_unit(connection, unit["id"], year - 1)
    figures = figures_of(kept["figures"]) if kept else made_of(connection, unit, year, now_ms).figures
    children = store.children(connection, unit["id"])
    level = Level(unit["level"])
    notes = store_of_lines.notes(connection, unit["id"], of.name)
    return Sheet(
        unit=named(unit), path=unit["path"], period=of, state=State.ACCEPTED if kept else State.COLLECTING,
        version=1 if kept else 0, nothing=False, preparer="", reviewer="", signer=kept["made_by"] if kept else "",
        sent_ms=kept["made_ms"] if kept else None, late=False, made_ms=kept["made_ms"] if kept else now_ms,
        figures=figures, before=figures_of(earlier["figures"]) if earlier else {},
        columns=tuple(_column(connection, child, year, now_ms) for child in children),
        findings=_findings(level, figures),
        notes=tuple(Note(rule, row["text"], row["actor"]) for rule, row in sorted(notes.items())), lines=(),
        inside=own_path == unit["path"],
    )  # fmt: skip


def _findings(level: Level, figures: Mapping[str, Figure]) -> tuple[Finding, ...]:
    """What is found in the year; a rule that holds of one month only is none of a year's."""
    fields = form().fields
    found = findings(form(), level, figures, {})
    return tuple(one for one in found if not (fields[one.code].monthly and one.id == f"R-{one.code}"))


def _column(connection: Connection, child: RowMapping, year: int, now_ms: int) -> Column:
    kept = store_of_years.of_unit(connection, child["id"], year)
    if kept is not None:
        return Column(named(child), False, State.ACCEPTED, 1, False, figures_of(kept["figures"]))
    made = made_of(connection, child, year, now_ms)
    return Column(named(child), False, State.COLLECTING, 0, bool(made.open), made.figures)


def lock(connection: Connection, unit: RowMapping, year: int, actor: str, now_ms: int) -> None:
    """Keep the year of the unit and of each unit directly below it that has twelve locked months.

    Raises `RefusedByRule` while a month of the unit itself is not locked: it is named.
    """
    if store_of_years.of_unit(connection, unit["id"], year) is not None:
        raise RefusedByRule("REPORT_YEAR_LOCKED", "year")
    made = made_of(connection, unit, year, now_ms)
    if made.open:
        raise RefusedByRule("REPORT_YEAR_OPEN", min(made.open))
    _keep(connection, unit["id"], year, made, actor, now_ms)
    for child in store.children(connection, unit["id"]):
        theirs = made_of(connection, child, year, now_ms)
        if not theirs.open:
            _keep(connection, child["id"], year, theirs, actor, now_ms)


def _keep(connection: Connection, unit: str, year: int, made: Made, actor: str, now_ms: int) -> None:
    store_of_years.keep(
        connection, unit=unit, year=year, figures=text_of(made.figures), periods=write_json(dict(made.periods)),
        made_by=actor, made_ms=now_ms,
    )  # fmt: skip


def check_not_locked(connection: Connection, units: Collection[str], of: Period) -> None:
    """Raises `RefusedByRule`: after a year's lock only its notes change."""
    if store_of_years.any_locked(connection, units, int(of.name[:4])):
        raise RefusedByRule("REPORT_YEAR_LOCKED", "period")


def is_year(year: int, today: date) -> bool:
    """Whether there can be a form of that year: the first was 2018."""
    return FIRST_YEAR <= year <= today.year
