"""Statements over what is known of lawyers, their states, turns, cases and the accounts of their firms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, case, delete, func, insert, or_, select, tuple_, update

from central import schema
from central.aid.tables import aid_assignment, aid_case, aid_party
from central.database import replace_row
from central.imports.tables import lawyer_entry
from central.lawyers.tables import aid_rota, firm_account, lawyer_facts, lawyer_status

_PIECE: Final = 400  # as many marks in one question as every engine takes


# --- lawyers ----------------------------------------------------------------------------------------------


def _lawyers_of() -> Any:
    """Entries with their facts; of a list from before there were facts the state is as old as the entry."""
    facts, entry, unit = lawyer_facts, lawyer_entry, schema.unit
    known = [column for column in facts.c if column.name not in ("mark", "changed_ms", "state_as_of_ms")]
    as_of = func.coalesce(facts.c.state_as_of_ms, entry.c.changed_ms).label("state_as_of_ms")
    joined = entry.join(unit, unit.c.id == entry.c.unit).outerjoin(facts, facts.c.mark == entry.c.mark)
    return select(entry, unit.c.path, as_of, *known).select_from(joined)


def lawyers(
    connection: Connection, own_path: str, after: tuple[str, str] | None = None, limit: int | None = None
) -> Sequence[RowMapping]:
    """Of units at or below a path, still sealed, by firm."""
    order = (lawyer_entry.c.firm, lawyer_entry.c.mark)
    wanted = _lawyers_of().where(schema.unit.c.path.startswith(own_path))
    if after is not None:
        wanted = wanted.where(tuple_(*order) > tuple_(*after))
    return connection.execute(wanted.order_by(*order).limit(limit)).mappings().all()


def some_lawyers(connection: Connection, marks: Iterable[str]) -> list[RowMapping]:
    """These, as far as they are known."""
    found: list[RowMapping] = []
    for piece in _pieces(marks):
        found += connection.execute(_lawyers_of().where(lawyer_entry.c.mark.in_(piece))).mappings()
    return found


def lawyer(connection: Connection, mark: str) -> RowMapping | None:
    wanted: Any = _lawyers_of().where(lawyer_entry.c.mark == mark)
    return connection.execute(wanted).mappings().one_or_none()


def put_facts(connection: Connection, mark: str, facts: Mapping[str, Any], now_ms: int) -> None:
    """Everything that is known of a lawyer, in place of what was."""
    connection.execute(replace_row(connection, lawyer_facts), {"mark": mark, "changed_ms": now_ms, **facts})


def change_state(connection: Connection, mark: str, state: str, facts: Mapping[str, Any], now_ms: int) -> None:
    """The state in the register and what it goes by; the other facts stay."""
    entry, table = lawyer_entry, lawyer_facts
    connection.execute(update(entry).where(entry.c.mark == mark).values(state=state, changed_ms=now_ms))
    changed = connection.execute(update(table).where(table.c.mark == mark).values(**facts, changed_ms=now_ms))
    if changed.rowcount == 0:
        connection.execute(insert(table).values(mark=mark, **facts, changed_ms=now_ms))


def history(connection: Connection, mark: str) -> Sequence[RowMapping]:
    """The states a lawyer was told to be in, the newest first."""
    table = lawyer_status
    return connection.execute(select(table).where(table.c.mark == mark).order_by(table.c.n.desc())).mappings().all()


def add_status(connection: Connection, mark: str, row: Mapping[str, Any]) -> None:
    table = lawyer_status
    last = connection.execute(select(func.max(table.c.n)).where(table.c.mark == mark)).scalar_one() or 0
    connection.execute(insert(table).values(mark=mark, n=last + 1, **row))


# --- cases ------------------------------------------------------------------------------------------------


def loads(connection: Connection, marks: Iterable[str]) -> dict[str, int]:
    """How many live cases each of these lawyers has; none of those who have none.

    Counted here, by the index of live cases: to group them an engine goes through every past case of each lawyer.
    """
    table, asked = aid_assignment, frozenset(marks)
    live = select(table.c.lawyer).where(table.c.live_case > "")
    if len(asked) == 1:
        live = live.where(table.c.lawyer.in_(asked))
    return Counter(mark for mark in connection.execute(live).scalars() if mark in asked)


def replaced_in(connection: Connection, case_id: str) -> frozenset[str]:
    """Lawyers who were at work in a case and left it for good."""
    table = aid_assignment
    wanted = select(table.c.lawyer).where(table.c.case == case_id, table.c.ended_how.in_(_LEFT))
    return frozenset(connection.execute(wanted).scalars())


_LEFT: Final = ("DECLINED", "CHANGED_BY_RECIPIENT", "CHANGED_BY_AGENCY")


def parties_of(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """Everybody who is or was in a case."""
    return connection.execute(select(aid_party).where(aid_party.c.case == case_id)).mappings().all()


def same_people(connection: Connection, case_id: str, here: Sequence[Mapping[Any, Any]]) -> list[RowMapping]:
    """Parties of other cases with a number or name of these."""
    table = aid_party
    wanted = select(table.c.case, table.c.role, table.c.id_mark, table.c.name_mark).where(table.c.case != case_id)
    found: list[RowMapping] = []
    for column, kind in ((table.c.id_mark, "id_mark"), (table.c.name_mark, "name_mark")):
        for piece in _pieces({one[kind] for one in here if one[kind]}):
            found += connection.execute(wanted.where(column.in_(piece))).mappings()
    return found


def work_in(connection: Connection, cases: Iterable[str]) -> list[RowMapping]:
    """Every assignment, live or past, of these cases, with the firm at which its lawyer is now."""
    table, entry = aid_assignment, lawyer_entry
    now_at = entry.c.firm_code.label("now_at")
    joined = table.outerjoin(entry, entry.c.mark == table.c.lawyer)
    wanted = select(table.c.case, table.c.lawyer, table.c.firm_code, table.c.live_case, now_at).select_from(joined)
    found: list[RowMapping] = []
    for piece in _pieces(cases):
        found += connection.execute(wanted.where(table.c.case.in_(piece))).mappings()
    return found


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(set(values))
    for start in range(0, len(every), _PIECE):
        yield every[start : start + _PIECE]


def numbers_of(connection: Connection, cases: Iterable[str], own_path: str) -> dict[str, str | None]:
    """The numbers of those of these cases that are of a unit at or below a path."""
    found: dict[str, str | None] = {}
    for piece in _pieces(cases):
        wanted = select(aid_case.c.id, aid_case.c.number).join(schema.unit, schema.unit.c.id == aid_case.c.unit)
        mine = wanted.where(aid_case.c.id.in_(piece), schema.unit.c.path.startswith(own_path))
        found |= {row.id: row.number for row in connection.execute(mine)}
    return found


# --- rota -------------------------------------------------------------------------------------------------


def rota(connection: Connection, unit: str, first: str, last: str) -> Sequence[RowMapping]:
    """Whose turn it is on the days from ``first`` to ``last``, in order."""
    table = aid_rota
    wanted = select(table).where(table.c.unit == unit, table.c.day >= first, table.c.day <= last)
    return connection.execute(wanted.order_by(table.c.day, table.c.n)).mappings().all()


def turn_elsewhere(connection: Connection, unit: str, day: str, marks: Iterable[str]) -> bool:
    """Whether one of them has a turn in another unit on that day."""
    table = aid_rota
    wanted = select(table.c.lawyer).where(table.c.day == day, table.c.unit != unit, table.c.lawyer.in_(list(marks)))
    return connection.execute(wanted.limit(1)).first() is not None


def put_rota(connection: Connection, unit: str, day: str, marks: Sequence[str]) -> None:
    """Whose turn it is on a day, in place of what was."""
    table = aid_rota
    connection.execute(delete(table).where(table.c.unit == unit, table.c.day == day))
    if marks:
        rows = [{"unit": unit, "day": day, "lawyer": mark, "n": place} for place, mark in enumerate(marks)]
        connection.execute(insert(table), rows)


def leave_rota(connection: Connection, mark: str, from_day: str) -> None:
    """No turns from that day on."""
    table = aid_rota
    connection.execute(delete(table).where(table.c.lawyer == mark, table.c.day >= from_day))


# --- firms ------------------------------------------------------------------------------------------------


def firm_of_account(connection: Connection, account: str) -> str | None:
    """For which firm an account speaks; a later account of the same name speaks for none."""
    table, known = firm_account, schema.account
    same = (known.c.name == table.c.account) & (known.c.made_ms <= table.c.made_ms)
    wanted = select(table.c.firm_code).join(known, same).where(table.c.account == account)
    return connection.execute(wanted).scalar_one_or_none()


def put_firm_account(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(replace_row(connection, firm_account), dict(row))


def drop_firm_account(connection: Connection, account: str, firm_code: str) -> bool:
    """Whether there was one."""
    table = firm_account
    done = connection.execute(delete(table).where(table.c.account == account, table.c.firm_code == firm_code))
    return done.rowcount > 0


def firms(connection: Connection, own_path: str) -> Sequence[RowMapping]:
    """Firms with a code that have lawyers at or below a path, with how many, and how many of them are active."""
    entry, unit = lawyer_entry, schema.unit
    active = func.sum(case((entry.c.state == "ACTIVE", 1), else_=0)).label("active")
    wanted = (
        select(entry.c.firm_code, func.min(entry.c.firm).label("firm"), func.count().label("lawyers"), active)
        .join(unit, unit.c.id == entry.c.unit)
        .where(unit.c.path.startswith(own_path), entry.c.firm_code != "")
        .group_by(entry.c.firm_code)
        .order_by(entry.c.firm_code)
    )
    return connection.execute(wanted).mappings().all()


def firm_names(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """What firms are called, by their codes; none of those that the register does not know any more."""
    entry, found = lawyer_entry, dict[str, str]()
    for piece in _pieces(code for code in codes if code):
        named = select(entry.c.firm_code, func.min(entry.c.firm).label("firm")).where(entry.c.firm_code.in_(piece))
        found |= {row.firm_code: row.firm for row in connection.execute(named.group_by(entry.c.firm_code))}
    return found


def firm_accounts(connection: Connection, own_path: str) -> Sequence[RowMapping]:
    """Accounts with the role of a firm at or below a path, with the firm for which each speaks, if any."""
    account, unit, table = schema.account, schema.unit, firm_account
    same = (table.c.account == account.c.name) & (table.c.made_ms >= account.c.made_ms)
    joined = account.join(unit, unit.c.id == account.c.unit).outerjoin(table, same)
    wanted = select(account.c.name, account.c.roles, account.c.unit, table.c.firm_code).select_from(joined)
    mine = wanted.where(unit.c.path.startswith(own_path), account.c.roles == "firm")
    return connection.execute(mine.order_by(account.c.name)).mappings().all()


def firm_cases(
    connection: Connection, firm_code: str, own_path: str, case_id: str | None = None
) -> Sequence[RowMapping]:
    """Cases in which a firm is at work now, of units at or below a path; the ones due soonest first."""
    table, work, unit = aid_case, aid_assignment, schema.unit
    told = [work.c[name] for name in ("lawyer", "since_ms", "accepted_ms", "engaged_ms", "provisional")]
    joined = work.join(table, table.c.id == work.c.live_case).join(unit, unit.c.id == table.c.unit)
    wanted = select(table, *told, unit.c.path.label("unit_path")).select_from(joined)
    mine = wanted.where(work.c.firm_code == firm_code, work.c.firm_code != "", unit.c.path.startswith(own_path))
    if case_id is not None:
        mine = mine.where(table.c.id == case_id)
    soonest = (table.c.due_ms.is_(None), table.c.due_ms, table.c.id)
    return connection.execute(mine.order_by(*soonest)).mappings().all()


def by_firm_name(connection: Connection, firm: str) -> frozenset[str]:
    """Lawyers of a firm of which no code is known."""
    entry = lawyer_entry
    same = select(entry.c.mark).where(or_(entry.c.firm_code.is_(None), entry.c.firm_code == ""), entry.c.firm == firm)
    return frozenset(connection.execute(same).scalars())
