"""Statements over the list of work: pages by limit, counts that stop counting, people found by their marks.

A list of one unit goes by the index of that unit, one of a district or the city by the index of all live cases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, TextClause, func, insert, or_, select, text, update

from central import schema
from central.accounts.permissions import Act, may
from central.accounts.person import roles_of
from central.aid.tables import aid_case, aid_party, aid_step
from central.aid_desk import rules
from central.aid_desk.rules import Light, Wanted
from central.aid_desk.tables import aid_lookup
from central.matters.tables import matter
from central.units.rules import ROOT

MOST_FOUND: Final = 50
_ALL_OF_IT: Final = f"{ROOT}/"
_WITHOUT_LIMIT: Final = 2**63 - 1  # the place of a case that no limit runs for, in a cursor

Reach = Sequence[str] | None  # units whose cases are meant; None: everybody's
Place = tuple[int, str] | None  # behind which case a page goes on

# Written out as the indexes in ``tables.py`` say it, or no engine finds that one of them fits.
_IS_OWNED: Final = text("aid_case.owner <> ''")
_GOES_FIRST: Final = text("(aid_case.urgent OR aid_case.military)")
_IN_CONFLICT: Final = text("aid_case.conflict <> ''")
_IS_OBJECTION: Final = text("aid_step.move = 'OBJECT'")
_NEWEST: Final = (aid_case.c.changed_ms.desc(), aid_case.c.id.desc())


def reach(connection: Connection, path: str) -> Reach:
    """The units at or below a path that have cases: among a district's hundreds there are few."""
    return None if path == _ALL_OF_IT else [row["id"] for row in units_with_cases(connection, path)]


def units_with_cases(connection: Connection, path: str) -> list[RowMapping]:
    """Units at or below a path in their order, with their names."""
    unit = schema.unit
    has_cases = select(aid_case.c.id).where(aid_case.c.unit == unit.c.id).exists()
    wanted = select(unit.c.id, unit.c.name_zh, unit.c.name_en).where(unit.c.path.startswith(path), has_cases)
    return list(connection.execute(wanted.order_by(unit.c.path)).mappings())


def live_cases(
    connection: Connection, units: Reach, wanted: Wanted, now_ms: int, after: Place, limit: int
) -> list[RowMapping]:
    """By their limits, the nearest first; those for which none runs come last."""
    table, found = aid_case, list[RowMapping]()
    where = [table.c.live, *_conditions(units, wanted, now_ms)]
    due_ms, case = after if after is not None else (-1, "")
    if due_ms != _WITHOUT_LIMIT:
        behind = (table.c.due_ms > due_ms) | ((table.c.due_ms == due_ms) & (table.c.id > case))
        due = select(table).where(*where, table.c.due_ms >= due_ms, behind).order_by(table.c.due_ms, table.c.id)
        found += connection.execute(due.limit(limit)).mappings()
        case = ""
    if len(found) < limit and wanted.light in (None, Light.NONE):
        rest = select(table).where(*where, table.c.due_ms.is_(None), table.c.id > case).order_by(table.c.id)
        found += connection.execute(rest.limit(limit - len(found))).mappings()
    return found


def place_of(row: RowMapping) -> tuple[int, str]:
    """Where a live case stands in the list."""
    return (row["due_ms"] if row["due_ms"] is not None else _WITHOUT_LIMIT), row["id"]


def cases_over(
    connection: Connection, units: Reach, states: Sequence[str], after: Place, limit: int
) -> list[RowMapping]:
    """Those that are over, by when they changed last, the newest first."""
    table, found = aid_case, list[RowMapping]()
    for state in states:  # one state at a time, as its index has them in their order
        statement = select(table).where(table.c.state == state, *_of(units), *_older(after))
        found += connection.execute(statement.order_by(*_NEWEST).limit(limit)).mappings()
    return sorted(found, key=lambda row: (row["changed_ms"], row["id"]), reverse=True)[:limit]


def objected(connection: Connection, units: Reach, after: Place, limit: int) -> list[RowMapping]:
    """Every case that was ever objected to, whatever became of it, the one that changed last first."""
    table = aid_case
    ever = select(aid_step.c["case"]).where(_IS_OBJECTION)
    statement = select(table).where(table.c.id.in_(ever), *_of(units), *_older(after))
    return list(connection.execute(statement.order_by(*_NEWEST).limit(limit)).mappings())


def counts(connection: Connection, units: Reach, asked: dict[str, Wanted], now_ms: int) -> dict[str, int]:
    """How many live cases there are of each kind; one that has more than `rules.COUNTED` is told with one more."""
    table = aid_case
    parts = []
    for name, wanted in asked.items():
        some = select(table.c.id).where(table.c.live, *_conditions(units, wanted, now_ms)).limit(rules.COUNTED + 1)
        parts.append(select(func.count()).select_from(some.subquery()).scalar_subquery().label(name))
    return dict(connection.execute(select(*parts)).mappings().one())


def _conditions(units: Reach, wanted: Wanted, now_ms: int) -> list[ColumnElement[bool] | TextClause]:
    table = aid_case.c
    found: list[ColumnElement[bool] | TextClause] = [*_of(units)]
    if wanted.light is not None:
        span = rules.span_of(wanted.light, now_ms)
        found += [table.due_ms.is_(None)] if span is None else [table.due_ms >= span[0], table.due_ms < span[1]]
    if wanted.states:
        found.append(table.state.in_(wanted.states))
    if wanted.waiting is not None:
        turn = rules.TURNS[wanted.waiting]
        found.append(_IN_CONFLICT if turn.conflict else table.state.in_(turn.states))
        if turn.proposed is not None:
            found.append(table.proposed.is_(turn.proposed))
            found += [table.reviewer != wanted.asker] if turn.proposed else []
    if wanted.owner is not None:
        found.append(table.owner == wanted.owner)
        if wanted.owner:
            found.append(_IS_OWNED)
    if wanted.channel is not None:
        found.append(table.channel == wanted.channel)
    if wanted.first:
        found.append(_GOES_FIRST)
    return found


def _older(after: Place) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    table, (changed_ms, case) = aid_case.c, after
    before = (table.changed_ms < changed_ms) | ((table.changed_ms == changed_ms) & (table.id < case))
    return [table.changed_ms <= changed_ms, before]


def _of(units: Reach) -> list[ColumnElement[bool]]:
    if units is None:
        return []
    return [aid_case.c.unit == units[0]] if len(units) == 1 else [aid_case.c.unit.in_(units)]


# --- looking up -------------------------------------------------------------------------------------------


def by_number(
    connection: Connection, units: Reach, numbers: Collection[str], tail: str | None = None
) -> list[RowMapping]:
    """By the official number or the receipt, whole, or by how the number ends; the newest first."""
    table = aid_case
    by_receipt = select(table.c.id).where(table.c.receipt.in_(numbers))
    ids = select(table.c.id).where(table.c.number.in_(numbers)).union(by_receipt)
    fits = table.c.id.in_(ids) if tail is None else or_(table.c.id.in_(ids), table.c.number.endswith(tail))
    statement = select(table).where(fits, *_of(units)).order_by(*_NEWEST)
    return list(connection.execute(statement.limit(MOST_FOUND + 1)).mappings())


def by_mark(connection: Connection, units: Reach, column: str, mark: str) -> list[RowMapping]:
    """Cases in which somebody with this mark stands now, the newest first; one more than `MOST_FOUND` at most."""
    table, party = aid_case, aid_party.c
    ids = select(party["case"]).where(party[column] == mark, party.gone.is_(False))
    statement = select(table).where(table.c.id.in_(ids), *_of(units)).order_by(*_NEWEST)
    return list(connection.execute(statement.limit(MOST_FOUND + 1)).mappings())


def parts_played(connection: Connection, cases: Sequence[str], column: str, mark: str) -> dict[str, str]:
    """In which part somebody with this mark stands in each of these cases."""
    party = aid_party.c
    wanted = select(party["case"], party.role).where(party["case"].in_(cases), party[column] == mark)
    rows = connection.execute(wanted.where(party.gone.is_(False)).order_by(party.n.desc()))
    return {row.case: row.role for row in rows}


def lookups(connection: Connection, actor: str, now_ms: int) -> tuple[int, int]:
    """Since when somebody's hour runs, and how many look-ups it has had; to be asked by whoever writes."""
    table = aid_lookup
    row = connection.execute(select(table).where(table.c.actor == actor)).mappings().one_or_none()
    if row is None:
        connection.execute(insert(table).values(actor=actor, from_ms=now_ms, count=0))
        return now_ms, 0
    if now_ms - row["from_ms"] >= rules.LOOKUPS_MS:
        return now_ms, 0
    return row["from_ms"], row["count"]


def count_lookup(connection: Connection, actor: str, from_ms: int, count: int) -> None:
    table = aid_lookup
    connection.execute(update(table).where(table.c.actor == actor).values(from_ms=from_ms, count=count))


# --- who works on a case ----------------------------------------------------------------------------------


def set_owner(connection: Connection, case: str, owner: str) -> None:
    connection.execute(update(aid_case).where(aid_case.c.id == case).values(owner=owner))


def colleagues(connection: Connection, path: str, own_path: str) -> dict[str, list[str]]:
    """Who of one's own part of the tree may work on cases at ``path``, with their roles."""
    steps = path.split("/")[:-1]
    paths = ["/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1)]
    account, unit = schema.account, schema.unit
    wanted = (
        select(account.c.name, account.c.roles)
        .join(unit, unit.c.id == account.c.unit)
        .where(unit.c.path.in_([one for one in paths if one.startswith(own_path)]))
        .order_by(account.c.name)
    )
    return {
        name: sorted(roles.split()) for name, roles in connection.execute(wanted) if may(roles_of(roles), Act.AID_WORK)
    }


def linked(connection: Connection, case: str) -> list[dict[str, Any]]:
    """Short records that belong to a case: advice, help of a duty lawyer, what else the desk noted."""
    table = matter.c
    wanted = select(table.id, table.kind, table.year, table.number, table.state, table.opened_ms)
    rows = connection.execute(wanted.where(table.case == case).order_by(table.opened_ms)).mappings()
    return [dict(row) for row in rows]
