"""A day played again: the outside is that of the day, everything else is the rules' of the new plan."""

from __future__ import annotations

from dataclasses import replace

from hall.appointments.words import Appointment, CheckIn, SetAppointments
from hall.plan import Opening, OtherDay, QueueRules, WindowPlan
from hall.queue import words
from hall.queue.day_script import Script, Work, script_of
from hall.queue.replay import Played, play
from hall.queue.summary import tell
from hall.queue.words import PauseReason, Priority
from hall.safety.words import EndEvacuation, Evacuate
from hall.state import HallState
from hall.step import Command
from tests.hall.halls import MORNING_MS, Hall, plan

DAY = "2026-11-23"


def script(*commands: tuple[float, Command], **works: Work) -> Script:
    """Commands by the minute after nine."""
    return Script(tuple((MORNING_MS + int(minute * 60_000), one) for minute, one in commands), works)


def calls(played: Played) -> list[tuple[str, int]]:
    """Which number was called, and at which minute after nine."""
    return [
        (event.number, (at.steady_ms - MORNING_MS) // 60_000)
        for event, at in played.events
        if isinstance(event, words.TicketCalled)
    ]


def happened(played: Played, kind: type) -> list[object]:
    return [event for event, _ in played.events if isinstance(event, kind)]


OPEN = (0.0, words.OpenWindow(1, "li"))


def take(token: str, service: str = "A", **more: object) -> words.TakeTicket:
    return words.TakeTicket(service, token, **more)  # type: ignore[arg-type]


def test_a_window_calls_one_after_the_other_and_each_takes_its_time() -> None:
    day = script(OPEN, (1, take("a")), (1, take("b")), a=Work(served_s=600), b=Work(served_s=60))
    played = play(plan(windows=1), day)
    assert calls(played) == [("A001", 1), ("A002", 11)]
    assert played.state.queue.tally["DONE"] == 2


def test_who_does_not_come_is_called_three_times_and_missed() -> None:
    played = play(plan(windows=1), script(OPEN, (1, take("a")), (1, take("b")), a=Work(comes=False)))
    assert len(happened(played, words.TicketRecalled)) == 2
    assert [event.number for event in happened(played, words.TicketNoShow)] == ["A001"]  # type: ignore[attr-defined]
    assert calls(played) == [("A001", 1), ("A002", 2)]


def test_a_pause_waits_for_the_visitor_and_not_beyond_its_own_end() -> None:
    pause, resume = words.PauseWindow(1, "li", PauseReason.PAPERS), words.ResumeWindow(1, "li")
    long = {"a": Work(served_s=1200), "b": Work(served_s=60)}
    kept = play(plan(windows=1), script(OPEN, (1, take("a")), (1, take("b")), (5, pause), (40, resume), **long))
    assert calls(kept) == [("A001", 1), ("A002", 40)]
    over = play(plan(windows=1), script(OPEN, (1, take("a")), (1, take("b")), (5, pause), (15, resume), **long))
    assert calls(over) == [("A001", 1), ("A002", 21)]


def test_whoever_gets_no_number_under_the_plan_is_counted() -> None:
    base = plan(windows=1)
    capped = replace(base, services=(replace(base.services[0], daily_cap=1),))
    played = play(capped, script(OPEN, (1, take("a")), (2, take("b")), (3, take("c", "B"))))
    assert played.turned_away == (("A", "DAILY_CAP"), ("B", "UNKNOWN_SERVICE"))
    told = tell(played.events, HallState(), capped, played.turned_away)
    assert (told.of("A").issued, told.of("A").turned_away, told.of("B").turned_away) == (1, 1, 1)


def test_a_priority_that_the_plan_does_not_know_is_none_and_one_for_the_desk_is_given_there() -> None:
    rules = QueueRules(priorities=(replace(QueueRules().priorities[1], at_machine=False),))
    day = script(OPEN, (1, take("a", priority=Priority.ILL)), (2, take("b", priority=Priority.ELDER)))
    issued = [event.priority for event in happened(play(plan(rules=rules), day), words.TicketIssued)]  # type: ignore[attr-defined]
    assert issued == [None, Priority.ELDER]


def test_nobody_waits_for_ever_on_an_idle_window_that_may_not_call() -> None:
    """A day ends when nothing more can happen."""
    hall = replace(plan(services="AB"), windows=(WindowPlan(1, ("A",)), WindowPlan(2, ("B",))))
    played = play(hall, script(OPEN, (1, take("b", "B"))))
    assert len(played.events) < 10


def lived_day() -> Hall:
    """A day with almost everything in it."""
    hall = Hall(plan(rules=QueueRules(lunch=((720, 780),), lunch_of_all=True)))
    hall.do(SetAppointments(DAY, (Appointment("ap", DAY, 550, "B"),), "central"))
    hall.take("A", age=85)
    hall.take("A")
    hall.take("A")
    hall.do(CheckIn("ap", "appointed"))
    hall.do(words.MarkPriority("A003", "desk", Priority.DISABLED))
    hall.do(words.Cancel(number="A002", by="desk"))
    hall.open(1, 2)
    assert hall.miss(1) == "A001"
    hall.do(words.Undo(1, "staff-1"))
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Finish(1, "staff-1"), after_s=300)
    hall.do(words.AssignWindow(2, "supervisor", ("B",), 3600))
    hall.do(Evacuate("desk"))
    hall.do(EndEvacuation("desk"), after_s=60)
    hall.serve(2, 120)
    hall.pass_until("12:00")
    hall.tick()
    hall.pass_until("13:00")
    hall.tick()
    hall.serve(1, 100)
    hall.do(words.CloseWindow(1, "staff-1"))
    return hall


def test_the_outside_of_a_day_is_told_by_its_journal() -> None:
    told = script_of(lived_day().log)
    kinds = [type(command).__name__ for _, command in told.commands]
    assert kinds == [
        "SetAppointments", "TakeTicket", "TakeTicket", "TakeTicket", "CheckIn",
        "MarkPriority", "Cancel", "OpenWindow", "OpenWindow", "AssignWindow", "Evacuate", "EndEvacuation",
        "CloseWindow",
    ]  # fmt: skip
    assert told.works["token-1"].comes  # missed by mistake, taken back
    assert told.works["token-1"].served_s == 300
    elder = next(command for _, command in told.commands if isinstance(command, words.TakeTicket))
    assert (elder.priority, elder.age) == (Priority.ELDER, 120)  # not the real age: that stands nowhere


def test_a_whole_day_plays_again_under_its_own_plan_with_the_same_result() -> None:
    hall = lived_day()
    played = play(hall.plan, script_of(hall.log))
    assert {number: ticket.state for number, ticket in played.state.queue.tickets.items()} == {
        number: ticket.state for number, ticket in hall.state.queue.tickets.items()
    }


def test_what_the_desk_did_follows_the_visitor_to_another_number() -> None:
    """Whoever gets no number moves the numbers of all who come later."""
    hall = lived_day()
    told = script_of(hall.log)
    first = next(one for one in told.commands if isinstance(one[1], words.TakeTicket))
    played = play(hall.plan, replace(told, commands=tuple(one for one in told.commands if one != first)))
    tickets = played.state.queue.tickets
    acts = [event for event, _ in played.events if isinstance(event, words.TicketCancelled | words.TicketPrioritised)]
    assert [tickets[event.number].token for event in acts] == ["token-3", "token-2"]


def test_an_empty_script_is_an_empty_day() -> None:
    assert play(plan(), script()) == Played((), (), HallState())


def test_free_windows_are_counted_to_the_millisecond_while_somebody_waits() -> None:
    hall = Hall(plan(windows=1))
    hall.do(words.OpenWindow(1, "li"), after_s=0.0)
    hall.do(take("a"), after_s=0.4)
    for _ in range(9):
        hall.do(words.ReprintSlip("A001"), after_s=0.4)
    told = tell(hall.log, HallState(), hall.plan)
    assert (told.windows[1].idle_ms, told.windows[1].idle_while_waited_for_ms) == (4000, 3600)


def test_the_part_of_visitors_of_a_wait_is_counted_exactly() -> None:
    hall = Hall(plan(windows=1))
    told = tell(hall.log, HallState(), hall.plan)
    told.of("A").waits_s += [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert [told.of("A").wait_at(part) for part in (0.1, 0.5, 0.9, 1.0)] == [10, 50, 90, 100]
    assert told.of("B").wait_at(0.5) is None


def test_a_day_that_a_plan_closes_turns_everybody_away_and_one_it_shortens_serves_the_morning() -> None:
    day = script((0, words.OpenWindow(1, "s")), (10, take("a")), (240, take("b")))
    closed = replace(plan(windows=1), opening=Opening({}, {"2026-11-23": OtherDay(rest=True)}))
    short = replace(plan(windows=1), opening=Opening({1: ((540, 690),)}))
    assert play(closed, day).turned_away == (("A", "REST_DAY"),) * 2
    assert [code for _, code in play(short, day).turned_away] == ["SERVICE_CLOSED"]
    assert len(calls(play(short, day))) == 1
