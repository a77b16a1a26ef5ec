"""Deleting what is older than its rule, and writing down what was deleted. How long is data: ``law/retention.toml``.

Nothing is deleted that the views have not taken in yet. Tickets leave anonymous counts behind (``ticket_count``), from
which the figures of their day are made ever after. Each deletion and its line in ``purge_log`` and in the audit are one
transaction; a large one is cut into several, so that no hall waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from central.audit import cutting
from central.audit.store import note
from central.database import Database
from central.keeping import aged
from central.keeping.partitions import lock_was_taken, make_months
from central.matters.keeping import MATTERS, AgedMatters
from central.ratings.keeping import AgedCases, AgedRatings
from central.report_entry.keeping import AgedNames
from central.units.rules import ROOT
from hall.moment import local_day
from hall_config.retention import RetentionRule, rules_on

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS
ACTOR: Final = "(central)"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a rule has deleted, or would delete: how many rows, and everything ``before`` that."""

    topic: str
    days: int
    before: str | int  # a day, a month, or UTC milliseconds
    rows: int


def purge(database: Database, now_ms: int, *, dry_run: bool = False, actor: str = ACTOR) -> list[Deleted]:
    """Bring every topic down to its rule; in a dry run only count."""
    done = []
    for topic, rule in sorted(rules_on(date.fromisoformat(local_day(now_ms))).items()):
        work = TOPICS[topic]
        before = work.before(now_ms - rule.days * _DAY_MS)
        if dry_run:
            with database.read() as connection:
                rows = sum(work.count(connection, part) for part in work.parts(connection, before))
        else:
            rows = _delete(database, work, rule, before, now_ms, actor)
        done.append(Deleted(topic, rule.days, before, rows))
    return done


def _delete(database: Database, work: Topic, rule: RetentionRule, before: Any, now_ms: int, actor: str) -> int:
    with database.read() as connection:
        parts = list(work.parts(connection, before))
    rows = 0
    for part in parts:
        try:
            with database.write() as connection:
                gone = _take_out(connection, work, part, Turn(now_ms, rule, actor))
        except OperationalError as problem:
            if not lock_was_taken(problem):
                raise
            log.info("keeping.purge_waits", topic=rule.topic, part=str(part))
        else:
            rows += gone
    if rows:
        log.info("keeping.purged", topic=rule.topic, rows=rows, before=str(before))
    return rows


def _take_out(connection: Connection, work: Topic, part: Any, turn: Turn) -> int:
    """One part, and what is written down of it."""
    gone = work.delete(connection, part, turn)
    if gone:
        rule, at_ms = turn.rule, turn.now_ms
        aged.note_purge(connection, at_ms, rule, part, gone)
        if not work.tells:
            facts = {"rows": gone, "before": str(part), "days": rule.days}
            note(
                connection, at_ms=at_ms, actor=turn.actor, path=f"{ROOT}/", act="store.purge", object=rule.topic,
                detail=facts,
            )  # fmt: skip
    return gone


@dataclass(frozen=True, slots=True)
class Turn:
    """One deletion: when, by which rule, and who is written down for it."""

    now_ms: int
    rule: RetentionRule
    actor: str


@dataclass(frozen=True, slots=True)
class Topic:
    """How one topic's old rows are found, counted and deleted, part by part; a part is a transaction."""

    before: Callable[[int], Any]
    parts: Callable[[Connection, Any], Iterable[Any]]
    count: Callable[[Connection, Any], int]
    delete: Callable[[Connection, Any, Turn], int]
    tells: bool = False  # the audit has its line already


def _simple(
    table_rows: aged.Aged | AgedMatters | AgedCases | AgedRatings | AgedNames, before: Callable[[int], Any]
) -> Topic:
    return Topic(
        before=before,
        parts=lambda _, first_kept: [first_kept],
        count=table_rows.count,
        delete=lambda connection, first_kept, _: table_rows.delete(connection, first_kept),
    )


TOPICS: Final[dict[str, Topic]] = {
    "ticket": Topic(
        before=local_day,
        parts=aged.ticket_days,
        count=aged.count_tickets,
        delete=lambda connection, day, turn: aged.tickets_to_counts(connection, day, turn.now_ms),
    ),
    "event": Topic(
        before=aged.month_of,
        parts=aged.event_months,
        count=aged.count_events,
        delete=lambda connection, month, turn: aged.delete_events(connection, month, turn.now_ms),
    ),
    "audit": Topic(
        before=cutting.month_begin_ms,
        parts=cutting.old_lines,
        count=lambda _, part: part[1] - part[0] + 1,
        delete=lambda connection, part, turn: cutting.cut(
            connection, part, turn.rule.days, turn.now_ms, turn.actor, f"{ROOT}/"
        ),
        tells=True,
    ),
    **{name: _simple(rows, lambda at_ms: at_ms) for name, rows in aged.SIMPLE.items()},
    **{name: _simple(rows, local_day) for name, rows in aged.DATED.items()},
    **{name: _simple(rows, lambda at_ms: at_ms) for name, rows in MATTERS.items()},
    "rating": _simple(AgedRatings(), local_day),
    "rating_case": _simple(AgedCases(), lambda at_ms: at_ms),
    "report_names": _simple(AgedNames(), local_day),
}


class DailyRound:
    """Central's own daily round: months made ahead at once, deletion an hour after start and then once a day."""

    def __init__(self, database: Database, started_ms: int) -> None:
        self._database = database
        self._next_ms = started_ms + _HOUR_MS

    def run(self, now_ms: int) -> None:
        make_months(self._database, now_ms)
        if now_ms >= self._next_ms:
            purge(self._database, now_ms)
            self._next_ms = now_ms + _DAY_MS - _HOUR_MS
