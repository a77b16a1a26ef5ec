"""What a report is about: its months, the same number before them, the same a year before, and the last thirteen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from central.report.form import Field, form
from central.report.periods import FIRST, shifted
from central.report.sheet import UnitNamed
from central.report_analysis.model import Both, Cell, Head, Line, both
from central.report_analysis.months import Months, Part, Run, names_to
from central.report_out.few import Row, Shown
from hall_config.wording import LANGUAGES, catalogue, say

MOST_MONTHS: Final = 12
SHOWN_MONTHS: Final = 13


@dataclass(frozen=True, slots=True)
class Spans:
    unit: UnitNamed
    now: Run
    before: Run
    year_before: Run

    @property
    def one_month(self) -> bool:
        return len(self.now.months) == 1


def spans_of(months: Months, unit: UnitNamed, first: str, last: str) -> Spans:
    names = run_names(first, last)
    count = len(names)
    return Spans(
        unit,
        months.run(names),
        months.run(names_to(shifted(first, -1), count)),
        months.run(tuple(shifted(name, -12) for name in names)),
    )


def run_names(first: str, last: str) -> tuple[str, ...]:
    """The months from first to last. Raises ValueError where these are no run of 1 to 12."""
    names = names_to(last, MOST_MONTHS)
    if first not in names or first < FIRST:
        raise ValueError(f"{first} to {last} are no {MOST_MONTHS} months at most")
    return names[names.index(first) :]


# --- what tables of several sections are made of -------------------------------------------------------------


def unit_name(unit: UnitNamed) -> Both:
    return Both(unit.name_zh, unit.name_en or unit.name_zh)


def field_name(code: str) -> Both:
    """Without the heading that fields of a kind share (``咨询：劳动争议`` is 劳动争议); some need more to be clear."""
    if f"central.report_analysis.name.{code}" in catalogue():
        return both(f"name.{code}")
    of = form().fields[code]
    return Both(of.zh.split("：")[-1], of.en.split(": ")[-1])


def field_head(code: str) -> Head:
    name, unit = field_name(code), form().fields[code].unit
    return Head(code, both("with_unit", name=name, unit=unit_of_count(unit)))


def unit_of_count(unit: str) -> Both:
    return Both(*(say(f"central.report_unit.{unit}", language) for language in LANGUAGES))


def figure(row: Row, code: str) -> Cell:
    of: Field = form().fields[code]
    return Cell(row.get(code), of.scale)


def change(shown: Shown, scale: int = 0) -> Cell:
    return Cell(shown, scale, signed=True)


def part_name(part: Part) -> Both:
    name = unit_name(part.unit)
    if part.missing:
        return both("part_missing", unit=name)
    return both("part_own", unit=name) if part.own else name


def unit_lines(run: Run, cells: Callable[[Row], Sequence[Cell]], whole: Both) -> tuple[Line, ...]:
    """A line for each part, and the whole below them. An own hall where nothing happened brings no line."""
    lines = []
    for part in run.parts:
        made = tuple(cells(part.figures))
        if not part.own or any(cell.shown for cell in made):
            lines.append(Line(part.unit.id, part_name(part), made))
    return (*lines, Line("", whole, tuple(cells(run.figures)), whole=True))
