"""Statements over streams, events, conflicts and rejected messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    Connection,
    CursorResult,
    RowMapping,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
)
from sqlalchemy.exc import OperationalError

from central import schema
from central.database import put_rows, upsert
from central.ingest.envelope import Arrived
from central.ingest.months import months_of
from central.keeping.tables import purge_log

REJECTED_KEPT: Final = 500  # a hall; the newest
_CONFLICTS_KEPT: Final = 200  # a stream; the first ones tell the story
_HEAD_CHARACTERS: Final = 2000


def streams_of(connection: Connection, hall: str) -> Sequence[Any]:
    """The journals known of one hall, in the order in which they were begun; an epoch's text has none."""
    table = schema.stream
    return connection.execute(select(table).where(table.c.hall == hall).order_by(table.c.first_ms, table.c.id)).all()


def streams_behind(connection: Connection, hall: str, after: tuple[int, int] | None, limit: int) -> Sequence[Any]:
    """Some of those in that order; ``after`` is beginning and number of the one before."""
    table = schema.stream
    place = (table.c.first_ms, table.c.id)
    statement = select(table).where(table.c.hall == hall).order_by(*place).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(*place) > tuple_(*(literal(part) for part in after)))
    return connection.execute(statement).all()


def all_halls(connection: Connection) -> Sequence[Any]:
    """Every hall on the line with the journal it said it writes now."""
    table = schema.hall
    on_the_line = select(table.c.id, table.c.epoch).where(table.c.kept_here.is_(False))
    return connection.execute(on_the_line.order_by(table.c.id)).all()


def add_stream(connection: Connection, hall: str, epoch: str, now_ms: int) -> int:
    """A journal that was not heard of before; its number."""
    made = connection.execute(
        insert(schema.stream).values(hall=hall, epoch=epoch, applied=0, conflicted=False, first_ms=now_ms)
    )
    return _new_key(made)


def newest_purge(connection: Connection) -> int:
    """Tells whether retention was at work since somebody last asked."""
    return connection.execute(select(func.max(purge_log.c.id))).scalar() or 0


def _new_key(made: CursorResult[Any]) -> int:
    key: Any = made.inserted_primary_key
    return int(key.id)


def keep_streams(connection: Connection, rows: Sequence[tuple[int, str, str, int, bool, int]]) -> None:
    """How far the views are with each of these journals, and whether it is in conflict; as `streams_of` gave them."""
    put_rows(connection, schema.stream, rows)


def numbers_above(connection: Connection, stream: int, seq: int) -> list[int]:
    """Numbers stored beyond ``seq``, in order."""
    table = schema.event
    return list(
        connection.execute(
            select(table.c.seq).where(table.c.stream == stream, table.c.seq > seq).order_by(table.c.seq)
        ).scalars()
    )


def given_up(connection: Connection, stream: int) -> list[tuple[int, int]]:
    """The ranges that the hall declared lost."""
    table = schema.given_up
    found = connection.execute(select(table.c.from_seq, table.c.to_seq).where(table.c.stream == stream))
    return [(row.from_seq, row.to_seq) for row in found]


def give_up(connection: Connection, stream: int, from_seq: int, to_seq: int) -> None:
    statement = upsert(connection, schema.given_up).on_conflict_do_nothing()
    connection.execute(statement, {"stream": stream, "from_seq": from_seq, "to_seq": to_seq})


def add_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Store events once: a number that is there already stays as it is, one that retention deleted stays away."""
    months = months_of(connection, rows) if rows else []
    placed = [(*_facts(row), month) for row, month in zip(rows, months, strict=True) if month is not None]
    dialect = connection.dialect.name
    if placed and not (dialect == "postgresql" and _copied(connection, placed)):
        connection.exec_driver_sql(_INSERT[dialect], placed)
    return len(placed)


def _copied(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> bool:
    """PostgreSQL's quick way in, which refuses all when one number is there already: then nothing has happened."""
    import psycopg  # not there where the store is SQLite

    raw: Any = connection.connection.dbapi_connection
    try:
        with connection.begin_nested(), raw.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.errors.UniqueViolation:
        return False
    except psycopg.OperationalError as problem:  # the server has gone: what everybody else hears of it
        raise OperationalError(_COPY, None, problem) from problem
    return True


_FACTS: Final = tuple(column.name for column in schema.event.columns if column is not schema.event.c.month)
_facts: Final = itemgetter(*_FACTS)
_NAMED: Final = f"({', '.join(_FACTS)}, month)"
_COPY: Final = f"COPY event {_NAMED} FROM STDIN"
_INSERT: Final = {
    dialect: f"INSERT INTO event {_NAMED} VALUES ({', '.join([blank] * (len(_FACTS) + 1))})"  # noqa: S608
    " ON CONFLICT (stream, seq, month) DO NOTHING"
    for dialect, blank in (("postgresql", "%s"), ("sqlite", "?"))
}


def add_poison(connection: Connection, stream: int, arrived: Iterable[Arrived], now_ms: int) -> None:
    """Make events that no view can read visible."""
    rows = [{"stream": stream, "seq": item.seq, "type": item.type, "received_ms": now_ms} for item in arrived]
    if rows:
        connection.execute(upsert(connection, schema.poison).on_conflict_do_nothing(), rows)


def event_row(stream: int, arrived: Arrived, now_ms: int) -> dict[str, Any]:
    return {
        "stream": stream,
        "seq": arrived.seq,
        "id": arrived.id,
        "ts": arrived.ts,
        "boot": arrived.boot,
        "mono": arrived.mono,
        "clock": arrived.clock,
        "type": arrived.type,
        "late": arrived.late,
        "lane": arrived.lane,
        "data": arrived.data,
        "received_ms": now_ms,
    }


def ids_of(connection: Connection, stream: int, numbers: Iterable[int]) -> dict[int, str]:
    """The ids stored under these numbers."""
    table = schema.event
    wanted = list(numbers)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = connection.execute(
            select(table.c.seq, table.c.id).where(table.c.stream == stream, table.c.seq.in_(part))
        )
        found.update({row.seq: row.id for row in rows})
    return found


def add_conflicts(connection: Connection, stream: int, pairs: Iterable[tuple[int, str, str]], now_ms: int) -> None:
    """Keep which number came with which two ids; the first few hundred of a stream are enough to see it."""
    table = schema.conflict
    room = _CONFLICTS_KEPT - (
        connection.execute(select(func.count()).select_from(table).where(table.c.stream == stream)).scalar() or 0
    )
    rows = [
        {"stream": stream, "seq": seq, "id_stored": stored, "id_came": came, "first_ms": now_ms}
        for seq, stored, came in pairs
    ]
    if room > 0 and rows:
        connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows[:room])


def stored_from(connection: Connection, stream: int, from_seq: int, limit: int) -> list[RowMapping]:
    """Stored events of a journal, in order."""
    table = schema.event
    statement = (
        select(table).where(table.c.stream == stream, table.c.seq >= from_seq).order_by(table.c.seq).limit(limit)
    )
    return list(connection.execute(statement).mappings())


def reject(connection: Connection, hall: str, topic: str, reason: str, text: bytes, now_ms: int) -> None:
    """Keep the beginning of a message that could not be read; the newest of each hall stay."""
    table = schema.rejected
    head = text[:_HEAD_CHARACTERS].decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
    made = connection.execute(
        insert(table).values(
            hall=hall, topic=topic[:200], reason=reason[:200], size=len(text), head=head, received_ms=now_ms
        )
    )
    newest = _new_key(made)
    kept = (
        (select(table.c.id).where(table.c.hall == hall, table.c.id <= newest).order_by(table.c.id.desc()))
        .limit(1)
        .offset(REJECTED_KEPT)
    )
    last_unwanted = connection.execute(kept).scalar()
    if last_unwanted is not None:
        connection.execute(delete(table).where(table.c.hall == hall, table.c.id <= last_unwanted))
