"""A form computed again from raw events and steps is the form that was counted; what was tampered with is found."""

from __future__ import annotations

import itertools
import random
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from central.database import Database
from central.ingest.intake import Intake, unpack
from central.live import store as live
from central.matters.words import Kind
from central.report.periods import BY_DEFAULT, Period, period
from central.report_counts.collecting import counted
from central.report_counts.span import span_of
from central.report_recount.own import Own, recounted
from central.report_recount.span import Part
from central.units import store as units
from central.units.rules import ROOT, Level
from hall.appointments.words import Appointment, CheckIn, SetAppointments
from hall.moment import local_ms
from hall.opinions.words import GiveOpinion, Topic
from hall.queue import words
from hall.queue.state import TicketState
from hall.queue.words import Priority
from hall.rating.words import GiveRating
from hall.record.words import AnsweredBy, Field, Group, RecordService
from hall.refusal import Refusal
from tests.central.event_log import HallLog
from tests.central.steps_at_random import Records
from tests.central.taking_in import NOW_MS, evt
from tests.hall.halls import Hall, plan

DAY: Final = "2026-11-23"
NOVEMBER: Final = period("2026-11")
LATER_MS: Final = NOW_MS + 1
FAR_MS: Final = local_ms("2028-01-01", 0)
_names = itertools.count(1)


def a_day(chance: random.Random, acts: int) -> Hall:
    """A hall in which anything is done in any order, as its own rules let it, until the day has turned."""
    hall = Hall(plan(services="ABX"))
    booked = tuple(Appointment(f"ap-{n}", DAY, 540 + 10 * n, "AB"[n % 2]) for n in range(6))
    hall.do(SetAppointments(DAY, booked, "desk"))
    hall.open(1, 2, 3)
    for _ in range(acts):
        if chance.random() < 0.3:
            serve(hall, chance)
        ask(hall, anything(hall, chance), chance.choice((1, 3, 5, 25, 90, 700)))
    if chance.random() < 0.7:  # else the day is cut off before its end
        hall.pass_until("23:59")
        ask(hall, words.Tick(), 120)
    return hall


def serve(hall: Hall, chance: random.Random) -> None:
    """The usual way, with what is noted and said of it."""
    window, come = chance.randint(1, 3), [words.Start, words.Finish]
    away = [words.Recall, words.Recall, words.MarkNoShow]
    for command in (words.CallNext, *(away if chance.random() < 0.2 else come)):
        ask(hall, command(window, "staff"), chance.choice((30, 60, 900)))
    done = [number for number, one in hall.state.queue.tickets.items() if one.state is TicketState.DONE]
    if done:
        groups = tuple(chance.sample(list(Group), chance.randint(0, 3)))
        record = RecordService(window, "staff", done[-1], chance.choice((None, *Field)), AnsweredBy.LAWYER, groups)
        ask(hall, record, 3)
        ask(hall, GiveRating(hall.state.queue.tickets[done[-1]].token, chance.randint(1, 5)), 3)


def ask(hall: Hall, command: Any, after_s: float) -> None:
    try:
        hall.do(command, after_s=after_s)
    except Refusal:
        return


def anything(hall: Hall, chance: random.Random) -> Any:
    window, staff = chance.randint(1, 3), "staff"
    number = chance.choice(list(hall.state.queue.tickets) or ["A001"])
    token = f"token-{chance.randint(1, 10**9)}"
    ticket = hall.state.queue.tickets.get(number)
    first = chance.choice((None, None, *Priority))
    groups = tuple(chance.sample(list(Group), chance.randint(0, 3)))
    kinds = [
        *[words.TakeTicket(chance.choice("AABX"), token, priority=first, persons=chance.choice((1, 1, 3, 7)))] * 5,
        *[words.CallNext(window, staff), words.Start(window, staff), words.Finish(window, staff)] * 4,
        words.Recall(window, staff), words.MarkNoShow(window, staff), words.Hold(window, staff),
        words.ResumeHeld(window, staff), words.Transfer(window, staff, chance.choice("ABX")),
        *[words.Undo(window, staff)] * 3, words.MarkPriority(number, staff, chance.choice((None, *Priority))),
        words.Restore(number, staff), words.Cancel(number=number), CheckIn(f"ap-{chance.randint(0, 5)}", token),
        words.PauseWindow(window, staff), words.ResumeWindow(window, staff), words.CloseWindow(window, staff),
        GiveOpinion(chance.choice(list(Topic)), "好", chance.choice(("KIOSK", "DESK"))),
        *[RecordService(window, staff, number, chance.choice((None, *Field)), chance.choice((None, *AnsweredBy)),
                        groups)] * 2,
        *[GiveRating(ticket.token if ticket else token, chance.randint(1, 5), change=chance.random() < 0.5)] * 2,
    ]  # fmt: skip
    return chance.choice(kinds)


def logged(hall: Hall, epoch: str) -> HallLog:
    log = HallLog(epoch=epoch)
    log.add(*(event for event, _ in hall.log))
    return log


class Place:
    """A unit with a hall of its own, and the intake that its journals go through."""

    def __init__(self, database: Database, level: str = "street") -> None:
        self.database, self.intake, name = database, Intake(), next(_names)
        self.unit, self.hall, self.level = f"unit-{name}", f"hall-{name}", Level(level)
        self.path = f"{ROOT}/{self.unit}/"
        with database.write() as connection:
            units.add_unit(
                connection, id=self.unit, parent=ROOT, level=level, path=self.path, name_zh="单位", name_en="Unit",
                made_ms=local_ms("2026-01-01", 0),
            )  # fmt: skip
            live.know(connection, self.hall, NOW_MS)
            units.put_hall(connection, self.hall, self.unit)

    def takes(self, payloads: list[bytes], now_ms: int = NOW_MS) -> None:
        for payload in payloads:
            with self.database.write() as connection:
                self.intake.take_in(connection, [unpack(evt(payload, self.hall))], now_ms)

    def recount(self, connection: Connection, cut_ms: int = LATER_MS, of: Period = NOVEMBER) -> Own:
        return recounted(connection, Part(self.unit, self.level, of, cut_ms), BY_DEFAULT)

    def both(self, cut_ms: int = LATER_MS, of: Period = NOVEMBER) -> tuple[dict[str, Any], dict[str, Any]]:
        """What was counted, and what is counted again."""
        with self.database.read() as connection:
            found = counted(connection, span_of(self.path, of, cut_ms, alone=True)).get(self.unit, {})
            return found, self.recount(connection, cut_ms, of).counted.figures()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.sampled_from(["district", "street", "village"]))
def test_any_day_by_the_halls_rules_counts_as_it_was_counted(database: Database, seed: int, level: str) -> None:
    chance, place = random.Random(seed), Place(database, level)
    place.takes(logged(a_day(chance, 220), f"epoch-{seed}").batches(90))
    form, again = place.both()
    assert again == form


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.sampled_from([LATER_MS, FAR_MS]))
def test_records_and_cases_told_from_their_steps_count_as_they_were_counted(
    database: Database, seed: int, cut_ms: int
) -> None:
    chance, place = random.Random(seed), Place(database)
    hall = a_day(chance, 60)
    place.takes(logged(hall, f"steps-{seed}").batches(90))
    numbers = sorted(hall.state.queue.tickets) or ["A001"]
    with database.write() as connection:
        made = Records(connection, place.unit, place.hall, chance)
        for kind in Kind:
            for _ in range(4):
                with_ticket = cut_ms == FAR_MS and chance.random() < 0.4
                made.matter(kind, (DAY, chance.choice(numbers)) if with_ticket else None)
        for _ in range(30):
            made.case()
    form, again = place.both(cut_ms)
    assert again == form
    with database.read() as connection:
        assert place.recount(connection).broken == []
