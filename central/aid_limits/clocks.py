"""The clocks of a case, in the caller's transaction: begin, pause, resume, end, and each of these taken back.

A case has one running clock of a rule at a time, and may have had others before. What is asked of a clock that does not
run does nothing, so that a move of a case may name every limit that it would end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.aid_limits import store, store_of_many, store_of_promises
from central.aid_limits.rules import (
    LateReason,
    Outcome,
    as_begun,
    basis_of,
    check_set_date,
    check_stop,
    due_of,
    light_of,
    of_days,
    outcome_of,
    refused,
    stops_of,
)
from central.aid_limits.rules_of_promises import as_promised
from central.failures import WrongField
from central.rest_days.store import day_table
from hall.law.days import DayTable
from hall.law.limits import Due, Light, LimitRule, Stop, Unit, china_day, due
from hall_config.limit_tables import limit_table

_KEPT: Final = ("case", "k", "unit", "rule_id", "rule_from", "remind", "started_ms", "paused_ms")
_HELD: Final = ("basis", "by_days", "due_ms", "promised_ms", "near_ms", "provisional", "table_revision")


_RECKONED: Final = ("n", "made_ms", "due_ms", "promised_ms", "provisional", "table_revision")


@dataclass(frozen=True, slots=True)
class StopSeen:
    """A time in which the clock stood still; None while it still does."""

    reason: str
    from_ms: int
    to_ms: int | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One time that the end was reckoned."""

    n: int
    made_ms: int
    due_ms: int
    promised_ms: int | None
    provisional: bool
    table_revision: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit of a case as it stands; ``recalculations`` are all its reckonings, the last one holds."""

    id: str
    case: str
    rule: LimitRule
    started_ms: int
    due_ms: int
    promised_ms: int | None
    provisional: bool
    paused_ms: int | None
    ended_ms: int | None
    outcome: Outcome | None
    light: Light
    late_reason: LateReason | None
    stops: tuple[StopSeen, ...]
    recalculations: tuple[Reckoning, ...]

    @property
    def near_ms(self) -> int:
        return self.due_ms if self.promised_ms is None else self.promised_ms

    @property
    def needs_reason(self) -> bool:
        """Whether somebody was late and has not said why."""
        return self.outcome is Outcome.LATE and self.late_reason is None


def id_of(case: str, k: int) -> str:
    """What a clock is called by outside."""
    return f"{case}.{k}"


def begin(
    connection: Connection, case: str, rule_id: str, at_ms: int, now_ms: int, *, set_due_ms: int | None = None,
    days: int | None = None, unit: str | None = None,
) -> str:  # fmt: skip
    """The id of a clock that runs from now on; ``unit`` is the case's own where none is given.

    Where the rule leaves the time to whoever begins it: ``set_due_ms`` is its end, or ``days`` how many it takes.

    It carries what the unit promises on its first day, and keeps that, whatever is promised later.

    Raises `RefusedByRule` while one runs already, `WrongField` for a date that cannot be set.
    """
    day = china_day(at_ms)
    rule = limit_table().rule(rule_id, day)
    if store.running_clock(connection, case, rule_id) is not None:
        raise refused("LIMIT_RUNS", rule)
    rule = rule if days is None else of_days(rule, days)
    check_set_date(rule, at_ms, set_due_ms)
    table, k = day_table(connection), store.next_clock(connection, case)
    unit = unit or store.unit_of_case(connection, case) or ""
    rule = as_promised(rule, store_of_promises.holding(connection, unit, rule_id, day.isoformat()))
    facts = {
        "case": case, "k": k, "unit": unit, "rule_id": rule_id, "rule_from": rule.valid_from.isoformat(),
        "remind": rule.remind, "started_ms": at_ms, "paused_ms": None,
    }  # fmt: skip
    reckoned = _set(set_due_ms, table) if set_due_ms is not None else _reckoned(rule, at_ms, (), table)
    store.add(connection, **facts, **reckoned, n=0, made_ms=now_ms)
    store.put_nearest(connection, case)
    return id_of(case, k)


def pause(connection: Connection, case: str, rule_id: str, at_ms: int, reason: str, now_ms: int) -> bool:
    """Let the clock stand still from then on; False when none runs. Raises `RefusedByRule`, `WrongField`."""
    row = store.running_clock(connection, case, rule_id)
    if row is None:
        return False
    rule = _rule(row)
    check_stop(rule, reason)
    if row["paused_ms"] is not None:
        raise refused("LIMIT_PAUSED", rule)
    if at_ms < row["started_ms"]:
        raise WrongField("LIMIT_ORDER", "at")
    of = {"case": case, "k": row["k"], "rule_id": rule_id}
    store.add_stop(connection, **of, reason=reason, from_ms=at_ms, to_ms=None, made_ms=now_ms)
    store.change(connection, row, paused_ms=at_ms)
    store.put_nearest(connection, case)
    return True


def resume(connection: Connection, case: str, rule_id: str, at_ms: int, now_ms: int) -> bool:
    """Let it run on from then, its end later by the days between; False when it did not stand still."""
    row = store.running_clock(connection, case, rule_id)
    if row is None or row["paused_ms"] is None:
        return False
    if at_ms < row["paused_ms"]:
        raise WrongField("LIMIT_ORDER", "at")
    stop = next(one for one in store.stops(connection, row) if one["to_ms"] is None)
    store.end_stop(connection, stop["id"], at_ms)
    _reckon_again(connection, row, now_ms, paused_ms=None)
    return True


def end(connection: Connection, case: str, rule_id: str, at_ms: int) -> Outcome | None:
    """What came of it; None when none runs. A clock that stood still is judged by when it was stopped."""
    row = store.running_clock(connection, case, rule_id)
    if row is None:
        return None
    done_ms = at_ms if row["paused_ms"] is None else row["paused_ms"]
    came = outcome_of(_rule(row), Due(row["due_ms"], row["promised_ms"], row["provisional"]), done_ms)
    _be_done(connection, row, at_ms, came)
    return came


def cancel(connection: Connection, case: str, rule_id: str, at_ms: int) -> bool:
    """Take a beginning back: the clock should never have run. False when none runs."""
    row = store.running_clock(connection, case, rule_id)
    if row is not None:
        _be_done(connection, row, at_ms, Outcome.CANCELLED)
    return row is not None


def reopen(connection: Connection, case: str, rule_id: str, now_ms: int) -> bool:
    """Take an end back: the last clock of that rule runs as if it had not ended. False when there is none."""
    row = store.last_ended(connection, case, rule_id)
    if row is None or store.running_clock(connection, case, rule_id) is not None:
        return False
    if row["paused_ms"] is not None:
        stop = store.stops(connection, row)[-1]
        store.end_stop(connection, stop["id"], None)
    _reckon_again(connection, row, now_ms, paused_ms=row["paused_ms"])
    return True


def unpause(connection: Connection, case: str, rule_id: str, now_ms: int) -> bool:
    """Take a stop back: the clock never stood still. False when it does not."""
    row = store.running_clock(connection, case, rule_id)
    return (
        row is not None and row["paused_ms"] is not None and resume(connection, case, rule_id, row["paused_ms"], now_ms)
    )


def pause_again(connection: Connection, case: str, rule_id: str, now_ms: int) -> bool:
    """Take a resumption back: it stands still as it did before. False when it runs without a stop, or not at all."""
    row = store.running_clock(connection, case, rule_id)
    stops = store.stops(connection, row) if row is not None else []
    if row is None or row["paused_ms"] is not None or not stops:
        return False
    store.end_stop(connection, stops[-1]["id"], None)
    _reckon_again(connection, row, now_ms, paused_ms=stops[-1]["from_ms"])
    return True


def of_case(connection: Connection, case: str, now_ms: int) -> list[Clock]:
    """Every clock of a case, the first begun first."""
    table, made, stops = day_table(connection), {}, {}  # type: DayTable, dict[int, list[RowMapping]], dict[int, Any]
    for row in store.of_case(connection, case):
        made.setdefault(row["k"], []).append(row)
    for stop in store.stops_of_case(connection, case):
        stops.setdefault(stop["k"], []).append(StopSeen(stop["reason"], stop["from_ms"], stop["to_ms"]))
    return [_clock(rows, stops.get(k, ()), table, now_ms) for k, rows in made.items()]


def recalculate(connection: Connection, table: DayTable, now_ms: int) -> int:
    """Reckon every running limit again by this day table; how many end on another day, or are sure now."""
    return store_of_many.recalculate(connection, table, now_ms)


def _clock(rows: list[RowMapping], stops: Sequence[StopSeen], table: DayTable, now_ms: int) -> Clock:
    row = rows[-1]
    near_ms, seen_ms = row["near_ms"], row["ended_ms"] or now_ms
    shown = light_of(near_ms, row["paused_ms"], seen_ms, table)
    if row["ended_ms"] is not None:
        shown = Light.RED if row["outcome"] == Outcome.LATE else Light.GREEN
    late, came = row["late_reason"], row["outcome"]
    return Clock(
        id_of(row["case"], row["k"]), row["case"], _rule(row), row["started_ms"], row["due_ms"], row["promised_ms"],
        row["provisional"], row["paused_ms"], row["ended_ms"], Outcome(came) if came else None, shown,
        LateReason(late) if late else None, tuple(stops),
        tuple(
            Reckoning(*(one[name] for name in _RECKONED)) for one in rows
        ),
    )  # fmt: skip


def _rule(row: RowMapping) -> LimitRule:
    found = limit_table().version(row["rule_id"], date.fromisoformat(row["rule_from"]))
    assert found is not None, "a rule is never taken out of the table"
    return as_begun(found, row["basis"])


def _set(set_due_ms: int, table: DayTable) -> dict[str, Any]:
    facts = ("", False, set_due_ms, None, set_due_ms, False, table.revision)
    return dict(zip(_HELD, facts, strict=True))


def _reckoned(rule: LimitRule, start_ms: int, stops: Sequence[Stop], table: DayTable) -> dict[str, Any]:
    by_days = rule.unit is not Unit.HOURS
    basis = basis_of(rule, start_ms, stops)
    found = due_of(basis, table) if by_days else due(rule, start_ms, stops, table)
    ends = (found.statutory_ms, found.promised_ms, found.nearest_ms, found.provisional)
    return dict(zip(_HELD, (basis, by_days, *ends, table.revision), strict=True))


def _reckon_again(connection: Connection, row: RowMapping, now_ms: int, *, paused_ms: int | None) -> None:
    """A new reckoning over the old one, which stays."""
    table = day_table(connection)
    spans = stops_of([(one["from_ms"], one["to_ms"]) for one in store.stops(connection, row)])
    kept = {name: row[name] for name in _KEPT} | {"paused_ms": paused_ms}
    is_set = not row["basis"]
    reckoned = {name: row[name] for name in _HELD} if is_set else _reckoned(_rule(row), row["started_ms"], spans, table)
    store.change(connection, row, superseded_ms=now_ms)
    store.add(connection, **kept, **reckoned, n=row["n"] + 1, made_ms=now_ms)
    store.put_nearest(connection, row["case"])


def _be_done(connection: Connection, row: RowMapping, at_ms: int, came: Outcome) -> None:
    for stop in store.stops(connection, row):
        if stop["to_ms"] is None:
            store.end_stop(connection, stop["id"], at_ms)
    store.change(connection, row, ended_ms=at_ms, outcome=came.value)
    store.close_notices(connection, row, at_ms)
    store.put_nearest(connection, row["case"])
