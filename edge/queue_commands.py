"""``hall queue replay``: a real day under other rules, before anybody switches.

It knows which day of a journal was asked for and reads it; the rules play it (`hall.queue.replay`), `edge.queue_table`
writes it down. The journal is only read, so it may be in use.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from edge.journal import JournalDamaged
from edge.journal_reader import JournalReader
from edge.queue_table import table
from hall.moment import Moment
from hall.plan import Plan, WindowPlan
from hall.queue.day_script import script_of
from hall.queue.replay import play
from hall.queue.summary import DayTold
from hall.queue.summary import tell as tell_day
from hall.queue.ticket import ImpossibleEvent
from hall.queue.words import DayOpened, TicketCalled, TicketIssued
from hall.shape import ShapeError
from hall.state import HallState
from hall.step import apply
from hall.wire import Event
from hall_config.load import read_hall_file
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.plan import plan_of
from hall_config.problems import HallFileError

app = typer.Typer(help="排队规则 / The rules of the queue", add_completion=False, rich_markup_mode=None)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass
class Day:
    """One day of a journal: the hall when it opened, and what happened."""

    day: str
    before: HallState
    events: list[tuple[Event, Moment]] = field(default_factory=list)

    def tickets(self) -> int:
        return sum(isinstance(event, TicketIssued) for event, _ in self.events)


@app.callback()
def queue() -> None:
    """排队规则 / The rules of the queue"""


@app.command()
def replay(
    day: Annotated[Path, typer.Option(help="事件日志 journal.db 的路径 / path of a journal.db", metavar="JOURNAL")],
    plan: Annotated[Path, typer.Option(help="要试的新规则 hall.toml / the rules to try, a hall.toml", metavar="FILE")],
    date: Annotated[
        str | None,
        typer.Option(help="哪一天，不写就是最近有取号的一天 / which day; the newest with tickets", metavar="DATE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")] = False,
) -> None:
    """把真实的一天按新规则重放，只读日志，不改动任何东西 / Play a real day again under other rules; changes nothing"""
    if date is not None and not _DATE.fullmatch(date):
        raise Stop(Exit.WRONG_USE, "queue_replay.WRONG_DATE", date=date)
    rules = _plan(plan, as_json=as_json)
    found = _day(day, date)
    was = tell_day(found.events, found.before, _as_it_worked(rules, found))
    played = play(rules, script_of(found.events), found.before)
    would_be = tell_day(played.events, found.before, rules, played.turned_away)
    if as_json:
        tell_json(
            {
                "ok": True, "journal": str(day), "plan": str(plan), "day": found.day, "tickets": found.tickets(),
                "was": _as_data(was), "would_be": _as_data(would_be),
            }
        )  # fmt: skip
    else:
        tell(*table(found.day, found.tickets(), str(plan), rules, was, would_be))


def _plan(file: Path, *, as_json: bool) -> Plan:
    try:
        return plan_of(read_hall_file(file))
    except HallFileError as error:
        if as_json:
            tell_json(error.as_json())
        raise


def _day(file: Path, date: str | None) -> Day:
    """The day that was asked for; without a date the newest on which a ticket was taken."""
    try:
        reader = JournalReader(file)
    except FileNotFoundError:
        raise Stop(Exit.WRONG_USE, "controller.NO_JOURNAL", file=file) from None
    known: list[str] = []
    found: Day | None = None
    try:
        for one in _days(reader):
            known.append(one.day)
            if one.day == date if date is not None else one.tickets():
                found = one
    except (JournalDamaged, ImpossibleEvent, ShapeError, KeyError, ValueError, sqlite3.Error) as problem:
        raise Stop(Exit.FAILED, "controller.DAMAGED", problem=str(problem)) from None
    finally:
        reader.close()
    if found is None or not found.tickets():
        if date is None:
            raise Stop(Exit.FAILED, "queue_replay.NO_TICKETS", file=file)
        raise Stop(Exit.WRONG_USE, "queue_replay.NO_SUCH_DAY", date=date, days=", ".join(known[-5:]) or "-")
    return found


def _days(reader: JournalReader) -> Iterator[Day]:
    """Each day of the journal, its events in memory one day at a time."""
    state, whole = HallState(), reader.meta("pruned") is None
    current: Day | None = None
    for _, event, at in reader.events():
        if event is None or not (whole or current is not None or isinstance(event, DayOpened)):
            continue  # of a journal whose oldest events were forgotten, what came before its first whole day
        state = apply(state, event, at)
        if isinstance(event, DayOpened):
            if current is not None:
                yield current
            current = Day(event.day, state)
        elif current is not None:
            current.events.append((event, at))
    if current is not None:
        yield current


def _as_it_worked(rules: Plan, day: Day) -> Plan:
    """The windows with the classes that they called that day: the plan of then is not in the journal."""
    called: dict[int, dict[str, None]] = {}
    for event, _ in day.events:
        if isinstance(event, TicketCalled):
            called.setdefault(event.window, {})[event.service] = None
    return replace(rules, windows=tuple(WindowPlan(number, tuple(letters)) for number, letters in called.items()))


def _as_data(told: DayTold) -> dict[str, Any]:
    classes = {}
    for letter, one in sorted(told.classes.items()):
        classes[letter] = {
            "issued": one.issued, "done": one.done, "no_show": one.no_show, "turned_away": one.turned_away,
            "mean_s": one.mean_s(), "median_s": one.wait_at(0.5), "p90_s": one.wait_at(0.9),
            "longest_s": max(one.waits_s, default=None), "over_30_min": one.long_waits(), "overtakes": one.overtakes,
        }  # fmt: skip
    windows = {str(number): asdict(window) for number, window in sorted(told.windows.items())}
    return {"classes": classes, "windows": windows, "rules": dict(told.rules), "bound_held": told.bound_held()}
