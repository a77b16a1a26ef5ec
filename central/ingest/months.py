"""In which month's part of the store an event lies, so that a month can be made ahead, found and dropped as a whole.

An engine that keeps a table in parts can hold a key unique only if the key names the part. So the part must follow from
the key: for each journal, each month begins at a number (``event_month``). An event lies in the month with the highest
beginning that is not above its number, whenever it comes. A month begins behind the highest number stored before it,
when its first event comes; a gap filled later lies in the month that its number belongs to. Beginnings are only added.
So one (stream, seq) has one month for ever, and the key (stream, seq, month) holds (stream, seq) unique.

What lies in a month that retention has deleted is not stored again, however late it is repeated.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from central import schema


@dataclass(slots=True)
class StreamMonths:
    """The months of one journal: their beginnings, in order, and which of them are deleted."""

    from_seqs: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    purged: set[int] = field(default_factory=set)

    def add(self, month: int, from_seq: int, purged: bool = False) -> None:
        self.from_seqs.append(from_seq)
        self.months.append(month)
        if purged:
            self.purged.add(month)

    def of(self, seq: int) -> int:
        """The month that this number belongs to."""
        return self.months[max(0, bisect_right(self.from_seqs, seq) - 1)]


def month_of(at_ms: int) -> int:
    """202611 for any moment of November 2026, UTC."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.year * 100 + at.month


def following(month: int, count: int = 1) -> int:
    """The month so many months later; earlier for a negative count."""
    whole = month // 100 * 12 + month % 100 - 1 + count
    return whole // 12 * 100 + whole % 12 + 1


def months_of(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """The month of each row, beginning new ones; None for those that belong to a deleted month."""
    moments = {(row["stream"], row["received_ms"]) for row in rows}
    known = read_months(connection, {stream for stream, _ in moments})
    newest: dict[int, int] = {}
    for stream, moment in moments:
        newest[stream] = max(newest.get(stream, 0), month_of(moment))
    for stream, month in newest.items():
        _begin(connection, stream, known.setdefault(stream, StreamMonths()), month)
    found: list[int | None] = []
    for row in rows:
        months = known[row["stream"]]
        month = months.of(row["seq"])
        found.append(None if month in months.purged else month)
    return found


def _begin(connection: Connection, stream: int, months: StreamMonths, month: int) -> None:
    if months.months and months.months[-1] in months.purged:  # nothing new may fall to it, also by a clock gone back
        month = max(month, following(months.months[-1]))
    if not months.months or months.months[-1] < month:
        from_seq = _highest(connection, stream, months) + 1 if months.months else 0
        connection.execute(insert(schema.event_month).values(stream=stream, month=month, from_seq=from_seq))
        months.add(month, from_seq)


def read_months(connection: Connection, streams: Iterable[int]) -> dict[int, StreamMonths]:
    """What is known of these journals."""
    table = schema.event_month
    found: dict[int, StreamMonths] = {}
    wanted = select(table).where(table.c.stream.in_(list(streams))).order_by(table.c.stream, table.c.month)
    for row in connection.execute(wanted):
        found.setdefault(row.stream, StreamMonths()).add(row.month, row.from_seq, row.purged_ms is not None)
    return found


def _highest(connection: Connection, stream: int, months: StreamMonths) -> int:
    """The highest number that this journal has had; deleted ones were all in the views."""
    table, streams = schema.event, schema.stream
    stored = connection.execute(select(func.max(table.c.seq)).where(table.c.stream == stream)).scalar() or 0
    applied = connection.execute(select(streams.c.applied).where(streams.c.id == stream)).scalar() or 0
    return max(stored, applied, months.from_seqs[-1] - 1)
