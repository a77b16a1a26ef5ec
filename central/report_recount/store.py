"""Statements over the events of halls as they are stored, and over nothing that is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, and_, func, or_, select

from central import schema
from central.ingest.envelope import MAIN

_DROPPED: Final = "journal.dropped/1"
_of: Final = schema.event.c


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal of a hall, and what of it is not kept any more: ``first`` is the first number that is."""

    id: int
    first: int
    purged: tuple[int, ...]  # months, as 202611


def halls(connection: Connection, unit: str) -> list[str]:
    """The halls that stand at a unit."""
    hall = schema.hall.c
    return list(connection.execute(select(hall.id).where(hall.unit == unit).order_by(hall.id)).scalars())


def journals(connection: Connection, hall: str) -> list[Journal]:
    """In the order in which they were begun."""
    stream, month = schema.stream.c, schema.event_month.c
    found = connection.execute(select(stream.id).where(stream.hall == hall).order_by(stream.first_ms, stream.id))
    journals = []
    for number in list(found.scalars()):
        months = connection.execute(
            select(month.month, month.from_seq, month.purged_ms).where(month.stream == number).order_by(month.month)
        ).all()
        kept = [row.from_seq for row in months if row.purged_ms is None]
        gone = tuple(row.month for row in months if row.purged_ms is not None)
        journals.append(Journal(number, max(1, kept[0]) if kept else (1 if not gone else 2**62), gone))
    return journals


def extent(connection: Connection, journal: Journal, cut_ms: int) -> tuple[int, int]:
    """How many numbers are stored of a journal, and the highest."""
    statement = select(func.count(), func.max(_of.seq)).where(*_stored(journal, cut_ms))
    count, top = connection.execute(statement).one()
    return int(count), int(top or 0)


def numbers(connection: Connection, journal: Journal, cut_ms: int) -> Iterator[int]:
    """In order."""
    yield from connection.execute(select(_of.seq).where(*_stored(journal, cut_ms)).order_by(_of.seq)).scalars()


def given_up(connection: Connection, journal: Journal) -> list[tuple[int, int]]:
    """Ranges that the hall declared lost, or began behind."""
    table = schema.given_up.c
    statement = select(table.from_seq, table.to_seq).where(table.stream == journal.id).order_by(table.from_seq)
    return [(row.from_seq, row.to_seq) for row in connection.execute(statement)]


def declared_lost(connection: Connection, journal: Journal) -> list[RowMapping]:
    """The events that said so: when they came, and what they say."""
    here = (_of.stream == journal.id, _of.type == _DROPPED, _of.lane == MAIN)
    return list(connection.execute(select(_of.received_ms, _of.data).where(*here).order_by(_of.seq)).mappings())


def came_above(connection: Connection, journal: Journal, seq: int) -> int | None:
    """When the first event with a higher number came."""
    statement = select(func.min(_of.received_ms)).where(_of.stream == journal.id, _of.seq > seq)
    return connection.execute(statement).scalar()


def came_after(connection: Connection, journal: Journal, span: tuple[int, int], since_ms: int) -> dict[int, str]:
    """Numbers of a range that came later than that, with their ids."""
    those = (_of.stream == journal.id, _of.seq.between(*span), _of.received_ms > since_ms)
    return {row.seq: row.id for row in connection.execute(select(_of.seq, _of.id).where(*those))}


def events(connection: Connection, journal: Journal, upto: int, months: tuple[str, ...], cut_ms: int) -> Any:
    """Understood events up to a number that say a day of these months, in order: seq, ts, id, type, data.

    The day is read in the text as it is stored, since neither a hall's clock nor the moment of arrival tells it.
    """
    says = or_(*(_of.data.contains(f'"day":"{month}-') for month in months))
    here = and_(*_stored(journal, cut_ms), _of.seq <= upto, _of.lane == MAIN, says)
    statement: Select[Any] = select(_of.seq, _of.ts, _of.id, _of.type, _of.data).where(here).order_by(_of.seq)
    return connection.execution_options(yield_per=2000).execute(statement)


def _stored(journal: Journal, cut_ms: int) -> tuple[Any, ...]:
    return _of.stream == journal.id, _of.seq >= journal.first, _of.received_ms <= cut_ms
