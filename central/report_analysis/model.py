"""The analysis report as a value: sections of tables, each chart drawn from the very cells of its table.

Page, print and machine JSON are made of it. Every figure in it is taken from forms as their reader may see them
(`central.report_out.few`), so that no chart and no sentence shows what a form hides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from central.report.periods import Period
from central.report.sheet import UnitNamed
from central.report.stages import State
from central.report_out.few import Shown
from hall_config.wording import Language, say


@dataclass(frozen=True, slots=True)
class Both:
    """Words in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def both(key: str, **params: object) -> Both:
    """Words of ``central.report_analysis``; parameters that are `Both` themselves are said in each language."""

    def told(language: Language) -> str:
        said = {name: one.of(language) if isinstance(one, Both) else one for name, one in params.items()}
        return say(f"central.report_analysis.{key}", language, **said)

    return Both(told("zh"), told("en"))


@dataclass(frozen=True, slots=True)
class Cell:
    """``mark``: said beside the figure; ``level`` 0 to 4: how strongly it stands out in its table."""

    shown: Shown
    scale: int = 0
    signed: bool = False
    mark: Both | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    key: str
    name: Both


@dataclass(frozen=True, slots=True)
class Line:
    """``whole``: of the whole unit, not of a part."""

    key: str
    name: Both
    cells: tuple[Cell, ...]
    whole: bool = False


class ChartKind(StrEnum):
    BARS = "bars"  # a bar for each line; a second column is a tick on it
    PARTS = "parts"  # each line's cells as parts of their sum
    MONTHS = "months"  # one line of the table as a curve


@dataclass(frozen=True, slots=True)
class Chart:
    """Drawn from these columns and lines of its table."""

    kind: ChartKind
    title: Both
    columns: tuple[int, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    title: Both
    corner: Both
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[Both, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: Both
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A figure that a sentence stands on. ``span``: ``now`` or ``before``."""

    code: str
    unit: UnitNamed
    span: str
    shown: Shown
    scale: int


@dataclass(frozen=True, slots=True)
class Said:
    text: Both
    stands_on: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month that goes in, and which version of its form. ``known`` False: nothing is known of it."""

    name: str
    version: int
    state: State
    known: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    unit: UnitNamed
    first: Period
    last: Period
    months: tuple[Month, ...]
    says: tuple[Said, ...]
    sections: tuple[Section, ...]
    footnotes: tuple[Both, ...]
    made_ms: int
