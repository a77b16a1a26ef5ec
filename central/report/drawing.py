"""Drawing a form up: taking what is known now into a version that does not move any more."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, RowMapping

from central.failures import WrongField
from central.report import store, store_of_lines, store_of_unsent
from central.report.doubts import doubts_now, text_of_doubts
from central.report.figures import Counts, added, counts_of, difference, text_of
from central.report.form import Kind, form
from central.report.late import late_cells
from central.report.periods import Period
from central.report.sheet import LineKind
from central.report.whole import Tree, Whole, before_of, completed, parts_text
from central.strict_json import write_json
from central.units.store import ids_at

if TYPE_CHECKING:
    from central.report.work import Turn

_BY_CENTRAL: Final = "(central)"
_STOCKS: Final = frozenset({Kind.STOCK, Kind.OPENING})
_STANDING: Final = frozenset({"K", "Z"})


def draw_up(turn: Turn) -> None:
    """The figures as they are now, with what came late, as the version that is being made."""
    _take_late(turn)
    signed_for = store_of_lines.missing(turn.connection, turn.unit["id"], turn.of.name)
    tree = Tree(turn.connection, turn.unit["path"], turn.of)
    _keep(turn, tree.whole(turn.unit["id"], signed_for))
    unsent = [
        {"unit": one.unit, "counted": one.counted, "added": text_of(one.added), "made_ms": turn.now_ms}
        for one in tree.unsent(turn.unit["id"])
    ]
    store_of_unsent.keep(turn.connection, turn.unit["id"], turn.of.name, unsent)


def _keep(turn: Turn, whole: Whole) -> None:
    before = before_of(turn.connection, turn.unit["id"], turn.of)
    store.keep_version(
        turn.connection, unit=turn.unit["id"], period=turn.of.name, version=turn.version,
        counted=text_of(whole.counted), own=text_of(whole.own), total=text_of(whole.total),
        figures=text_of(completed(whole.total, before)), parts=parts_text(whole.parts), why=turn.said.move.value,
        made_by=turn.person.name, made_ms=turn.now_ms,
        doubts=text_of_doubts(doubts_now(turn.connection, turn.unit, turn.of, turn.now_ms)),
    )  # fmt: skip


def copy_version(turn: Turn, number: int) -> None:
    """A new version that begins as another stands."""
    row = store.version(turn.connection, turn.unit["id"], turn.of.name, number)
    assert row is not None
    made = {"version": turn.version, "why": turn.said.move.value, "made_by": turn.person.name, "made_ms": turn.now_ms}
    store.keep_version(turn.connection, **(dict(row) | made))


def _take_late(turn: Turn) -> None:
    """Lines of what came late are made anew each time that the form is drawn up."""
    connection, unit, name = turn.connection, turn.unit["id"], turn.of.name
    for line in store_of_lines.lines(connection, name, [unit]):
        if line["kind"] == LineKind.LATE:
            store_of_lines.take_back_line(connection, line["id"], _BY_CENTRAL, turn.now_ms)
    for cell in late_cells(connection, turn.unit, turn.of, turn.now_ms):
        store_of_lines.add_line(
            connection, unit=unit, period=name, kind=LineKind.LATE.value, code=cell.code, by=str(cell.by), reason="",
            about=cell.about, events=write_json(list(cell.events)), evidence="", actor=_BY_CENTRAL,
            at_ms=turn.now_ms, taken_by="",
        )  # fmt: skip


def in_time(connection: Connection, unit: RowMapping, of: Period, row: RowMapping) -> Counts | None:
    """The counts of a version without what came late in the unit or below it; None where nothing did."""
    below = set(connection.execute(ids_at(unit["path"])).scalars())
    every = store_of_lines.lines_of_period(connection, of.name)
    lines = [line for line in every if line["kind"] == LineKind.LATE and line["unit"] in below]
    late = added({line["code"]: Fraction(line["by"])} for line in lines)
    return difference(counts_of(row["total"]), late) if late else None


def first_figure(turn: Turn) -> str | None:
    """The first field of what was done; places, people and devices that stand there all the time are nothing done."""
    row = store.version(turn.connection, turn.unit["id"], turn.of.name, turn.version)
    assert row is not None
    total = counts_of(row["total"])
    for field in form().fields.values():
        if total.get(field.code) and field.part not in _STANDING and field.kind not in _STOCKS:
            return field.code
    return None


def require_fields(codes: Sequence[str]) -> None:
    """Raises `WrongField` for a code that no field has."""
    if any(code not in form().fields for code in codes):
        raise WrongField("REPORT_NO_SUCH_FIELD", "fields")
