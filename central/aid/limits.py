"""The limits of a case as its moves drive them: the table says which, the clocks (``aid_limits``) do the counting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from central.aid.people import Work
from central.aid.stages import WAYS, Move, Way
from central.aid_limits import clocks
from central.aid_limits.rules import StopReason
from central.aid_limits.store import unsure
from hall.law.limits import close_of
from hall_config.wording import rfc3339

if TYPE_CHECKING:
    from central.aid.change import Change

# Why a clock stands still, by the move that stopped it.
_STOPS: Final[Mapping[Move, StopReason]] = {
    Move.ASK_SUPPLEMENT: StopReason.SUPPLEMENT,
    Move.ASK_COOPERATION: StopReason.COOPERATION,
    Move.WAIT_FOR_CLIENT: StopReason.CLIENT,
}


def begin(work: Work, case_id: str, rule: str, at_ms: int, given: date | timedelta | None = None) -> None:
    """``given``: the last day, or how many days, where the rule leaves it to whoever begins it."""
    set_due = close_of(given) if isinstance(given, date) else None
    days = given.days if isinstance(given, timedelta) else None
    clocks.begin(work.connection, case_id, rule, at_ms, work.now_ms, set_due_ms=set_due, days=days)


def follow(work: Work, case_id: str, way: Way, change: Change) -> None:
    """Pause, resume, end and begin what the move's row names; or undo what those of another did."""
    if change.undone is not None:
        _undo(work, case_id, change.undone)
        return
    connection, now = work.connection, work.now_ms
    for rule in way.pauses:
        clocks.pause(connection, case_id, rule, now, _STOPS[change.move].value, now)
    for rule in way.resumes:
        clocks.resume(connection, case_id, rule, now, now)
    for rule in way.ends:
        clocks.end(connection, case_id, rule, now if change.done_ms is None else change.done_ms)
    wanted: dict[str, date | timedelta | int | None] = {**dict.fromkeys(way.begins), **change.begins}
    for rule, given in wanted.items():
        _begin_given(work, case_id, rule, given)


def stop_running(work: Work, case_id: str, rule: str) -> None:
    """A limit whose date is set anew: the one that runs counts no more, and stays to be seen."""
    clocks.cancel(work.connection, case_id, rule, work.now_ms)


def ended_with(work: Work, case_id: str, rule: str, step: Mapping[Any, Any]) -> bool:
    """Whether the limit was ended by this step."""
    return bool(_ended_at(work, case_id, rule) == step["at_ms"])


def _begin_given(work: Work, case_id: str, rule: str, given: date | timedelta | int | None) -> None:
    if isinstance(given, date | timedelta):
        begin(work, case_id, rule, work.now_ms, given)
    else:
        begin(work, case_id, rule, given or work.now_ms)


def _undo(work: Work, case_id: str, step: Mapping[Any, Any]) -> None:
    way, connection, now = WAYS[Move(step["move"])], work.connection, work.now_ms
    for rule in way.begins:
        clocks.cancel(connection, case_id, rule, now)
    for rule in way.ends:
        if ended_with(work, case_id, rule, step):
            clocks.reopen(connection, case_id, rule, now)
    for rule in way.resumes:
        clocks.pause_again(connection, case_id, rule, now)
    for rule in way.pauses:
        clocks.unpause(connection, case_id, rule, now)


def _ended_at(work: Work, case_id: str, rule: str) -> int | None:
    ended = [one.ended_ms for one in clocks.of_case(work.connection, case_id, work.now_ms) if one.rule.rule_id == rule]
    return ended[-1] if ended else None


def is_sure(connection: Connection, case_id: str) -> bool:
    """Whether the nearest end of a case stays where it is: not while its day table is an estimate."""
    return not unsure(connection, [case_id])


def running(work: Work, case_id: str) -> dict[str, int]:
    """The last moment of each limit that runs, by the law; a promise is shorter and bars nobody."""
    return running_and_still(work, case_id)[0]


def running_and_still(work: Work, case_id: str) -> tuple[dict[str, int], frozenset[str]]:
    """The same, and which of them stand still."""
    found = [one for one in clocks.of_case(work.connection, case_id, work.now_ms) if one.ended_ms is None]
    still = frozenset(one.rule.rule_id for one in found if one.paused_ms is not None)
    return {one.rule.rule_id: one.due_ms for one in found}, still


def ended_due(work: Work, case_id: str) -> dict[str, int]:
    """The last moment that each limit had which has ended: a decision still says by when it was due."""
    found = clocks.of_case(work.connection, case_id, work.now_ms)
    running_now = {one.rule.rule_id for one in found if one.ended_ms is None}
    return {one.rule.rule_id: one.due_ms for one in found if one.rule.rule_id not in running_now}


def told(work: Work, case_id: str) -> list[dict[str, Any]]:
    """The limits of a case with their days, lights, stops and reckonings."""
    return [_told(one) for one in clocks.of_case(work.connection, case_id, work.now_ms)]


def _told(one: clocks.Clock) -> dict[str, Any]:
    def at(ms: int | None) -> str | None:
        return None if ms is None else rfc3339(ms)

    return {
        "id": one.id,
        "rule": one.rule.rule_id,
        "article": one.rule.article,
        "value": one.rule.value,
        "unit": one.rule.unit.value,
        "day_kind": one.rule.day_kind.value,
        "started_at": at(one.started_ms),
        "due_at": at(one.due_ms),
        "promised_at": at(one.promised_ms),
        "provisional": one.provisional,
        "paused_at": at(one.paused_ms),
        "ended_at": at(one.ended_ms),
        "outcome": one.outcome.value if one.outcome is not None else None,
        "light": one.light.value,
        "late_reason": one.late_reason.value if one.late_reason is not None else None,
        "needs_reason": one.needs_reason,
        "stops": [{"reason": stop.reason, "from": at(stop.from_ms), "to": at(stop.to_ms)} for stop in one.stops],
        "reckonings": [
            {
                "n": made.n,
                "made_at": at(made.made_ms),
                "due_at": at(made.due_ms),
                "promised_at": at(made.promised_ms),
                "provisional": made.provisional,
            }
            for made in one.recalculations
        ],
    }
