"""Every running limit reckoned again after a new day table.

Limits with the same basis end on the same day, so each basis is reckoned once and the rows follow in a few statements:
the new ends go into a table of this transaction alone, new reckonings are made from the rows that differ from it, the
rows that they replace are superseded, and last the cases get their nearest end.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    and_,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)

from central.aid.tables import aid_case
from central.aid_limits import store
from central.aid_limits.rules import due_of
from central.aid_limits.tables import aid_limit, aid_recalculation
from hall.law.days import DayTable
from hall.law.limits import Due

_KEPT: Final = (
    "case",
    "k",
    "unit",
    "rule_id",
    "rule_from",
    "remind",
    "basis",
    "by_days",
    "started_ms",
    "paused_ms",
)
_NEW: Final = ("n", "due_ms", "promised_ms", "near_ms", "provisional", "table_revision", "made_ms")

# Of one transaction; made anew each time and gone with it.
_moving = Table(
    "aid_limit_moving",
    MetaData(),
    Column("basis", Text, primary_key=True),
    Column("due_ms", BigInteger, nullable=False),
    Column("promised_ms", BigInteger),
    Column("near_ms", BigInteger, nullable=False),
    Column("provisional", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)


def last_recalculated(connection: Connection) -> str | None:
    """The revision of the day table that all limits were last reckoned by."""
    table = aid_recalculation
    return connection.execute(select(table.c.table_revision).order_by(table.c.id.desc()).limit(1)).scalar()


def would_move(connection: Connection, day_table: DayTable) -> int:
    """How many running limits would end on another day, or be sure or unsure, by this day table."""
    table = aid_limit
    facts = (table.c.basis, table.c.due_ms, table.c.promised_ms, table.c.provisional)
    statement = select(*facts, func.count()).where(store.running(), table.c.by_days).group_by(*facts)
    known: dict[str, Due] = {}
    moved = 0
    for basis, due_ms, promised_ms, provisional, count in connection.execute(statement):
        found = known.setdefault(basis, due_of(basis, day_table)) if basis not in known else known[basis]
        moved += count if found != Due(due_ms, promised_ms, provisional) else 0
    return moved


def recalculate(connection: Connection, day_table: DayTable, now_ms: int) -> int:
    """Reckon every running limit again; how many are different. Nothing is overwritten."""
    _reckon(connection, day_table)
    try:
        moved = _append(connection, day_table.revision, now_ms)
        if moved:
            _supersede(connection, now_ms)
            _put_nearest(connection)
    finally:
        _moving.drop(connection)
    row = {"at_ms": now_ms, "table_revision": day_table.revision, "moved": moved}
    connection.execute(insert(aid_recalculation).values(row))
    return moved


def _reckon(connection: Connection, day_table: DayTable) -> None:
    """Every basis that a running limit has, with its end."""
    _moving.create(connection)
    asked = select(aid_limit.c.basis).where(store.running(), aid_limit.c.by_days).distinct()
    rows = []
    for basis in connection.execute(asked).scalars():
        found = due_of(basis, day_table)
        ends = {"due_ms": found.statutory_ms, "promised_ms": found.promised_ms, "near_ms": found.nearest_ms}
        rows.append({"basis": basis, **ends, "provisional": found.provisional})
    if rows:
        connection.execute(insert(_moving), rows)


def _differs() -> ColumnElement[bool]:
    table, new = aid_limit, _moving
    return and_(
        table.c.basis == new.c.basis,
        or_(
            table.c.due_ms != new.c.due_ms,
            table.c.provisional != new.c.provisional,
            func.coalesce(table.c.promised_ms, 0) != func.coalesce(new.c.promised_ms, 0),
        ),
    )


def _append(connection: Connection, revision: str, now_ms: int) -> int:
    table, new = aid_limit, _moving
    facts: list[Any] = [table.c[name] for name in _KEPT]
    facts += [table.c.n + 1, new.c.due_ms, new.c.promised_ms, new.c.near_ms, new.c.provisional]
    facts += [literal(revision), literal(now_ms, BigInteger)]
    found = select(*facts).where(store.running(), table.c.by_days, _differs())
    made = insert(table).from_select([*_KEPT, *_NEW], found, include_defaults=False)
    return connection.execute(made, execution_options={"preserve_rowcount": True}).rowcount


def _supersede(connection: Connection, now_ms: int) -> None:
    """The reckonings that have a newer one; the newer ones do not differ any more."""
    table = aid_limit
    old = select(_moving.c.basis).where(_differs()).correlate(table)
    connection.execute(update(table).where(store.running(), table.c.by_days, exists(old)).values(superseded_ms=now_ms))


def _put_nearest(connection: Connection) -> None:
    """Into every case whose nearest end is another one now."""
    table, case = aid_limit, aid_case
    place = func.row_number().over(partition_by=table.c.case, order_by=(table.c.near_ms, table.c.k)).label("place")
    facts = (table.c.case, table.c.near_ms, table.c.rule_id)
    ranked = select(*facts, place).where(store.waits()).subquery("ranked")
    nearest = select(ranked).where(ranked.c.place == 1).subquery("nearest")
    same = and_(case.c.due_ms == nearest.c.near_ms, case.c.due_rule == nearest.c.rule_id)
    values = {"due_ms": nearest.c.near_ms, "due_rule": nearest.c.rule_id}
    changed = and_(case.c.id == nearest.c.case, or_(case.c.due_ms.is_(None), not_(same)))
    connection.execute(update(case).where(changed).values(**values))
