"""What is told of a form that was computed again, and what makes two figures a difference. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final

from central.report.figures import Counts
from central.report.formula import Figure
from central.report_recount.journals import Notes
from central.report_recount.own import DELETED, Own
from central.report_recount.tally import Tally

ROWS_NAMED: Final = 50
WHILE_COUNTED: Final = "WHILE_COUNTED"


class Place(StrEnum):
    """Where in a form two figures are apart; words under ``central.report_recount_place``."""

    COUNTED = "COUNTED"  # what happened in the unit itself
    OWN = "OWN"  # the unit's own part: what happened, what was typed in, lines
    PART = "PART"  # what a unit below brought in
    TOTAL = "TOTAL"  # the own part and the units below together
    FIGURE = "FIGURE"  # a field as the form shows it
    CHAIN = "CHAIN"  # steps of a record, or of the form itself, are not what was written


@dataclass(frozen=True, slots=True)
class Difference:
    """``rows``: ids of what the recount's figure is made of, some of them. ``doubt``: why it is not sure, if not."""

    unit: str
    place: Place
    code: str
    form: Figure
    recount: Figure
    rows: tuple[str, ...] = ()
    doubt: str = ""

    @property
    def sure(self) -> bool:
        return not self.doubt


@dataclass(slots=True)
class Recount:
    """A form computed again. ``version`` 0: as it stands now."""

    unit: str
    period: str
    version: int
    cut_ms: int
    total: Counts = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    notes: list[tuple[str, Notes]] = field(default_factory=list)  # unit
    units: int = 0  # whose own part was computed again

    @property
    def sure(self) -> list[Difference]:
        return [one for one in self.differences if one.sure]

    def apart(self, unit: str, place: Place, form: Mapping[str, Figure], recount: Mapping[str, Figure]) -> None:
        """Note every cell in which the two are not the same; what is not there is nothing."""
        for code in sorted({*form, *recount}):
            if _of(form, code) != _of(recount, code):
                self.differences.append(Difference(unit, place, code, _of(form, code), _of(recount, code)))


def _of(figures: Mapping[str, Figure], code: str) -> Figure:
    return figures.get(code, Fraction())


def of_counted(
    unit: str, form: Counts, own: Own, around: Mapping[str, tuple[Fraction, Fraction]]
) -> Iterator[Difference]:
    """Cells that were counted otherwise. ``around``: what a cell was shortly before and after, where that is known:
    whoever counts takes a moment, and what came in meanwhile may or may not be in it.
    """
    recount = own.counted.figures()
    for code in sorted({*form, *recount}):
        said, found = form.get(code, Fraction()), recount.get(code, Fraction())
        doubt = own.counted.doubts.get(code, "")
        if said == found or doubt == DELETED:
            continue
        least, most = around.get(code, (found, found))
        if least <= said <= most:
            doubt = WHILE_COUNTED
        yield Difference(unit, Place.COUNTED, code, said, found, _ids(own.counted, code), doubt)


def _ids(tally: Tally, code: str) -> tuple[str, ...]:
    return tuple(source.id for amount, source in tally.rows(code) if amount)[:ROWS_NAMED]


def judged(form: Counts, own: Own) -> Counts:
    """The recount's figures, and the form's own where events are deleted that would have told."""
    found = own.counted.figures()
    for code, why in own.counted.doubts.items():
        if why == DELETED:
            found.pop(code, None)
            if code in form:
                found[code] = form[code]
    return found
