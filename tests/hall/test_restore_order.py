"""Who was missed and is restored comes after the next three tickets, once, whatever its class of priority."""

from __future__ import annotations

import pytest

from hall.plan import QueueRules
from hall.queue import words
from hall.queue.words import Priority
from hall.refusal import Code
from tests.hall.halls import Hall, plan


def missed_and_restored(waiting: int, priority: Priority | None = None, after: int = 3) -> Hall:
    """A001 did not come, so many others wait, then A001 is put back."""
    hall = Hall(plan(rules=QueueRules(restore_after_tickets=after, class_patience_s=0)))
    hall.open(1)
    hall.take("A", priority=priority)
    hall.miss()
    for _ in range(waiting):
        hall.take("A")
    hall.do(words.Restore("A001", "desk"))
    return hall


@pytest.mark.parametrize("priority", [None, Priority.ELDER, Priority.URGENT])
def test_it_comes_after_the_next_three(priority: Priority | None) -> None:
    hall = missed_and_restored(5, priority)
    assert [hall.serve() for _ in range(6)] == ["A002", "A003", "A004", "A001", "A005", "A006"]


@pytest.mark.parametrize("priority", [None, Priority.ELDER])
@pytest.mark.parametrize("waiting", [0, 1, 2])
def test_with_fewer_waiting_it_comes_after_those(waiting: int, priority: Priority | None) -> None:
    hall = missed_and_restored(waiting, priority)
    hall.take("A")  # whoever comes later stays behind
    wanted = [f"A{number:03d}" for number in range(2, 2 + waiting)] + ["A001", f"A{waiting + 2:03d}"]
    assert [hall.serve() for _ in wanted] == wanted


def test_the_number_of_tickets_is_the_plans() -> None:
    hall = missed_and_restored(4, after=1)
    assert [hall.serve(), hall.serve()] == ["A002", "A001"]


def test_somebody_with_priority_who_came_in_time_goes_before_it() -> None:
    hall = missed_and_restored(4, Priority.ELDER)
    elder = hall.take("A", priority=Priority.ELDER)
    assert [hall.serve() for _ in range(5)] == [elder, "A002", "A003", "A004", "A001"]


def test_two_restored_tickets_keep_their_order() -> None:
    hall = Hall(plan(rules=QueueRules(class_patience_s=0)))
    hall.open(1)
    for _ in range(6):
        hall.take("A")
    missed = [hall.miss(), hall.miss()]
    for number in missed:
        hall.do(words.Restore(number, "desk"))
    assert [hall.serve() for _ in range(6)] == ["A003", "A004", "A005", "A001", "A002", "A006"]


def test_only_once_and_only_who_was_missed() -> None:
    hall = missed_and_restored(0)
    assert hall.refused(words.Restore("A001", "desk")) is Code.TICKET_NOT_MISSED
    hall.miss()
    assert hall.refused(words.Restore("A001", "desk")) is Code.ALREADY_RESTORED
    assert hall.refused(words.Restore("A999", "desk")) is Code.UNKNOWN_TICKET


def test_the_wait_of_its_first_call_stands() -> None:
    hall = missed_and_restored(0)
    hall.call()
    waits = [event.waited_s for event, _ in hall.log if isinstance(event, words.TicketCalled)]
    assert waits[0] == waits[1]
