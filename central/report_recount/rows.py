"""What stands behind one figure of a unit's own part, row by row: the sum of the rows is the figure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from threading import BoundedSemaphore, Lock
from typing import Final

from sqlalchemy import Connection, RowMapping

from central.failures import Unavailable
from central.report import store
from central.report.periods import Period
from central.report.sheet import LineKind
from central.report.stages import Move
from central.report_recount import store_of_forms as forms
from central.report_recount.own import recounted
from central.report_recount.span import Part
from central.report_recount.tally import SHOWN, Behind, Source, Tally
from central.units.rules import Level

_KEPT: Final = 4
_AT_ONCE: Final = 2
_WAIT_S: Final = 1.0
_RETRY_S: Final = 3
_COPIES: Final = (Move.RECALL, Move.CORRECT)
# What a row is told in, where that is smaller than the form's own unit of count.
ROW_UNITS: Final = {"D09": "fen", "J05": "minute", "K05H": "millisecond", "K06": "millisecond"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit's own part at a moment. ``corrected_ms``: until when corrections count; the same where there are none."""

    unit: str
    level: str
    of: Period
    cut_ms: int
    corrected_ms: int


def moment_of(connection: Connection, version: RowMapping | None, now_ms: int) -> tuple[int, int]:
    """At which moment a version's figures were taken, and until when corrections are in it; now for none."""
    if version is None:
        return now_ms, now_ms
    drawn = version
    while drawn["version"] > 1 and Move(drawn["why"]) in _COPIES:
        earlier = store.version(connection, drawn["unit"], drawn["period"], drawn["version"] - 1)
        if earlier is None:
            break
        drawn = earlier
    return drawn["made_ms"], version["made_ms"]


class Folded:
    """The parts that somebody looked at last: turning pages does not compute anything again. Few at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Asked, Tally] = OrderedDict()
        self._turn = Lock()
        self._at_once = BoundedSemaphore(_AT_ONCE)

    def of(self, connection: Connection, asked: Asked) -> Tally:
        """Raises `Unavailable` while others keep it busy: whoever waits holds a connection of everybody's."""
        with self._turn:
            if asked in self._kept:
                self._kept.move_to_end(asked)
                return self._kept[asked]
        if not self._at_once.acquire(timeout=_WAIT_S):
            raise Unavailable("REPORT_BUSY", retry_after_s=_RETRY_S)
        try:
            found = _folded(connection, asked)
        finally:
            self._at_once.release()
        with self._turn:
            self._kept[asked] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def _folded(connection: Connection, asked: Asked) -> Tally:
    part = Part(asked.unit, Level(asked.level), asked.of, asked.cut_ms)
    own = recounted(connection, part, store.rules(connection))
    own.counted.take_in(own.typed)
    for line in lines_then(connection, asked.unit, asked.of.name, asked.cut_ms, asked.corrected_ms):
        by = Fraction(line["by"])
        made = SHOWN[line["code"]].make_one if line["code"] in SHOWN else 1
        source = Source(Behind.LINE, str(line["id"]), line["kind"], line["about"])
        own.counted.add(line["code"], by * made, source)
    return own.counted


def lines_then(connection: Connection, unit: str, period: str, cut_ms: int, corrected_ms: int) -> list[RowMapping]:
    """Lines that stood when the form was drawn up, and corrections that were approved after that."""
    found = []
    for line in forms.lines(connection, unit, period):
        until_ms = corrected_ms if line["kind"] == LineKind.CORRECTION else cut_ms
        if line["at_ms"] <= until_ms and (line["taken_ms"] is None or line["taken_ms"] > until_ms):
            found.append(line)
    return found
