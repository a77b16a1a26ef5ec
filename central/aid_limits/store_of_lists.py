"""Statements over limits by their light, and over what people are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from central.aid.tables import aid_case
from central.aid_limits import store
from central.aid_limits.rules import Kind, Outcome
from central.aid_limits.tables import aid_limit, aid_notice
from central.schema import unit
from hall.law.limits import Light


def _lit(light: Light, now_ms: int, yellow_ms: int) -> ColumnElement[bool]:
    """As `rules.light_of` has it, and whoever was late without a reason."""
    table = aid_limit
    over = table.c.near_ms < func.coalesce(table.c.paused_ms, now_ms)
    match light:
        case Light.RED:
            return or_(and_(store.running(), over), unexplained())
        case Light.YELLOW:
            ends_soon = table.c.near_ms.between(now_ms, yellow_ms)
            return and_(store.running(), table.c.paused_ms.is_(None), ends_soon)
        case Light.GREEN:
            far = or_(table.c.near_ms > yellow_ms, table.c.paused_ms.is_not(None))
            return and_(store.running(), not_(over), far)


def unexplained() -> ColumnElement[bool]:
    """Somebody was late and has not said why."""
    return and_(
        aid_limit.c.outcome == Outcome.LATE.value,
        aid_limit.c.late_reason.is_(None),
        aid_limit.c.superseded_ms.is_(None),
    )


def _limits(path: str) -> Any:
    names = (aid_case.c.number, aid_case.c.receipt, aid_case.c.owner)
    joined = select(aid_limit, *names).join(unit, unit.c.id == aid_limit.c.unit)
    return joined.outerjoin(aid_case, aid_case.c.id == aid_limit.c.case).where(unit.c.path.startswith(path))


def limits(
    connection: Connection, path: str, light: Light | None, now_ms: int, yellow_ms: int,
    after: tuple[int, str, int] | None, limit: int,
) -> list[RowMapping]:  # fmt: skip
    """Running limits, and those that somebody was late with and has not explained; the nearest end first."""
    table = aid_limit
    wanted = or_(store.running(), unexplained()) if light is None else _lit(light, now_ms, yellow_ms)
    statement = _limits(path).where(wanted)
    if after is not None:
        statement = statement.where(tuple_(table.c.near_ms, table.c.case, table.c.k) > tuple_(*after))
    return list(
        connection.execute(statement.order_by(table.c.near_ms, table.c.case, table.c.k).limit(limit)).mappings()
    )


def counts(connection: Connection, path: str, now_ms: int, yellow_ms: int) -> dict[Light, int]:
    """How many of each light."""
    found = {}
    for light in Light:
        inner = _limits(path).where(_lit(light, now_ms, yellow_ms)).with_only_columns(aid_limit.c.k).subquery()
        found[light] = int(connection.execute(select(func.count()).select_from(inner)).scalar_one())
    return found


def limit_at(connection: Connection, case: str, k: int, path: str) -> RowMapping | None:
    """The reckoning of a clock that holds, if its unit is in reach."""
    table = aid_limit
    statement = _limits(path).where(table.c.case == case, table.c.k == k, table.c.superseded_ms.is_(None))
    found: RowMapping | None = connection.execute(statement).mappings().one_or_none()
    return found


# --- what people are told ---


def tell_of(connection: Connection, kind: Kind, now_ms: int, yellow_ms: int) -> int:
    """A notice of each limit that is near or over and that nobody was told of; how many."""
    table, told = aid_limit, aid_notice
    over = table.c.near_ms < func.coalesce(table.c.paused_ms, now_ms)
    soon = and_(table.c.paused_ms.is_(None), table.c.near_ms.between(now_ms, yellow_ms))
    before = exists().where(
        told.c.case == table.c.case, told.c.k == table.c.k, told.c.kind == kind.value, told.c.near_ms == table.c.near_ms
    )  # fmt: skip
    facts = (table.c.case, table.c.k, table.c.unit, table.c.rule_id)
    values = (*facts, literal(kind.value), table.c.near_ms, table.c.remind, func.coalesce(aid_case.c.owner, ""))
    found = (
        select(*values, literal(now_ms, BigInteger))
        .select_from(table.outerjoin(aid_case, aid_case.c.id == table.c.case))
        .where(store.running(), table.c.remind != "", over if kind is Kind.RED else soon, not_(before))
    )
    return _tell(connection, found)


def escalate(connection: Connection, told_until_ms: int, role: str, now_ms: int) -> int:
    """To the supervisor what was red that long and that nobody has acknowledged; how many."""
    table = aid_notice
    unseen = and_(
        table.c.kind == Kind.RED.value,
        table.c.seen_ms.is_(None),
        table.c.at_ms <= told_until_ms,
        not_(table.c.escalated),
    )
    facts = (table.c.case, table.c.k, table.c.unit, table.c.rule_id, literal(Kind.ESCALATED.value), table.c.near_ms)
    values = (*facts, literal(role), literal(""), literal(now_ms, BigInteger))
    sent = _tell(connection, select(*values).where(unseen))
    if sent:
        connection.execute(update(table).where(unseen).values(escalated=True))
    return sent


def _tell(connection: Connection, found: Any) -> int:
    names = ("case", "k", "unit", "rule_id", "kind", "near_ms", "for_role", "for_account", "at_ms")
    made = insert(aid_notice).from_select(names, found, include_defaults=False)
    return connection.execute(made, execution_options={"preserve_rowcount": True}).rowcount


def _notices(path: str, roles: Sequence[str], account: str) -> Any:
    mine = or_(aid_notice.c.for_role.in_(roles), aid_notice.c.for_account == account)
    joined = select(aid_notice, aid_case.c.number, aid_case.c.receipt).join(unit, unit.c.id == aid_notice.c.unit)
    cases = joined.outerjoin(aid_case, aid_case.c.id == aid_notice.c.case)
    return cases.where(unit.c.path.startswith(path), mine)


def notices(
    connection: Connection, path: str, roles: Sequence[str], account: str, *, unseen: bool,
    before: tuple[int, int] | None, limit: int,
) -> list[RowMapping]:  # fmt: skip
    """Those for somebody's roles, and for themselves; the newest first."""
    table, statement = aid_notice, _notices(path, roles, account)
    if unseen:
        statement = statement.where(table.c.seen_ms.is_(None))
    if before is not None:
        at_ms, number = before
        older = or_(table.c.at_ms < at_ms, and_(table.c.at_ms == at_ms, table.c.id < number))
        statement = statement.where(older)
    return list(connection.execute(statement.order_by(table.c.at_ms.desc(), table.c.id.desc()).limit(limit)).mappings())


def notice(connection: Connection, number: int, path: str, roles: Sequence[str], account: str) -> RowMapping | None:
    statement = _notices(path, roles, account).where(aid_notice.c.id == number)
    found: RowMapping | None = connection.execute(statement).mappings().one_or_none()
    return found


def see(connection: Connection, number: int, by: str, now_ms: int) -> None:
    connection.execute(update(aid_notice).where(aid_notice.c.id == number).values(seen_ms=now_ms, seen_by=by))
