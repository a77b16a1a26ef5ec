"""Short records of the units: advice, mediation, notary and the rest, from their steps (``central/matters/counts.py``).

What a record says of the way in which somebody came counts in the services of that way too: a call that a centre's own
telephone had is a call that came in and was answered by a person; a question from the web is one of the platform's;
somebody who came in person without a ticket was served at the place all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from sqlalchemy import Connection, select

from central import schema
from central.matters.counts import Step, count
from central.matters.store import Told, histories
from central.report_counts.rules import TIERS
from central.report_counts.span import Cells, Span
from central.units.rules import Level

_FEN_OF_WAN_YUAN: Final = 1_000_000
_HUNDREDTHS: Final = 100
_ONLINE: Final = tuple(f"N{n:02d}" for n in range(7, 12))
# Cells that count people who were served (人次): without a ticket they are served at the place nevertheless.
_CONTACTS: Final = ("B02", "E01", "E04", "E05", "E08", "E09", "E12")


def cells(connection: Connection, span: Span) -> Cells:
    unit = schema.unit
    levels = {row.id: Level(row.level) for row in connection.execute(select(unit.c.id, unit.c.level))}
    found: dict[str, Counter[str]] = {}
    for told in histories(connection, span.path, span.from_ms, span.known_ms, span.alone):
        found.setdefault(told.unit, Counter()).update(_of(told, span, levels[told.unit]))
    return {unit_id: _shown(counted) for unit_id, counted in found.items()}


def _of(told: Told, span: Span, level: Level) -> Counter[str]:
    counted: Counter[str] = Counter()
    count(told.kind, [Step(*step) for step in told.steps], span.from_ms, span.to_ms, counted)
    del counted["B01"]  # the form adds it up itself
    for cell in ("G01", "G02", "A04"):
        counted[cell] += counted["B03"]
    counted["N04"] += counted["B04"]
    counted["A05"] += counted["B04"] + sum(counted[cell] for cell in _ONLINE)
    if not told.ticket and told.steps[0][-1].get("channel", "VISIT") == "VISIT":
        counted[TIERS[level]] += sum(counted[cell] for cell in _CONTACTS)
    return counted


def _shown(counted: Mapping[str, int]) -> dict[str, int | Fraction]:
    """The amount of money as the form has it: ten thousand yuan, two decimals, half up."""
    hundredths = Fraction(counted["D09"] * _HUNDREDTHS, _FEN_OF_WAN_YUAN)
    amount = Fraction((hundredths + Fraction(1, 2)).__floor__(), _HUNDREDTHS)
    return {**{code: figure for code, figure in counted.items() if figure}, "D09": amount}
