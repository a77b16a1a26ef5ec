"""Cases of legal aid by unit, from their steps (``central/aid/counts.py``)."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection

from central.aid.counts import sums
from central.aid.store_of_counts import counted
from central.report_counts.span import Cells, Span


def cells(connection: Connection, span: Span) -> Cells:
    """Applications from the web are services of the web too (A05)."""
    cases = counted(connection, span.units, span.from_ms, span.known_ms)
    found = sums(cases, span.from_ms, span.to_ms)
    return {unit: _with_channel(of_unit) for unit, of_unit in found.items()}


def _with_channel(counts: Counter[str]) -> Counter[str]:
    counts["A05"] += counts["N06"]
    return counts
