"""The loop: committed before shown, once for one key, folded after a restart, and ended by what nobody foresaw."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from edge.clock import Clock
from edge.journal import Journal
from edge.journal_reader import JournalReader, check_chain
from edge.loop import HallLoop
from hall.devices.words import ClockStepped
from hall.queue.words import CallNext, OpenWindow, PrintSlip, TakeTicket, TicketCalled, TicketIssued
from hall.refusal import Code, Refusal
from hall.step import Effect
from tests.edge.test_clock import Hands
from tests.hall.halls import plan
from tests.parts import wait_for

Build = Callable[[], HallLoop]


@pytest.fixture
def effects() -> list[Effect]:
    return []


@pytest.fixture
def build(tmp_path: Path, effects: list[Effect]) -> Iterator[Build]:
    """Each call ends the hall that runs and starts it again on the same journal."""
    running: list[tuple[HallLoop, Journal]] = []

    def end() -> None:
        while running:
            loop, journal = running.pop()
            loop.stop()
            journal.close()

    def start() -> HallLoop:
        end()
        journal = Journal(tmp_path / "journal.db", "boot")

        def carry_out(some: Sequence[Effect]) -> None:
            slips = [effect.number for effect in some if isinstance(effect, PrintSlip)]
            assert set(slips) <= _committed_numbers(tmp_path / "journal.db")
            effects.extend(some)

        loop = HallLoop(journal, plan(), Clock(journal.last_steady_ms), carry_out)
        running.append((loop, journal))
        loop.start()
        return loop

    yield start
    end()


def _committed_numbers(path: Path) -> set[str]:
    reader = JournalReader(path)
    found = {event.number for _, event, _ in reader.events() if isinstance(event, TicketIssued)}
    reader.close()
    return found


def test_an_answer_comes_after_its_events_are_in_the_journal(build: Build, tmp_path: Path) -> None:
    loop = build()
    answer = loop.ask(TakeTicket("A", "token"))
    assert {event.number for event in answer.events if isinstance(event, TicketIssued)} == {"A001"}
    assert "A001" in _committed_numbers(tmp_path / "journal.db")


def test_a_refusal_reaches_the_asker_and_changes_nothing(build: Build) -> None:
    loop = build()
    loop.ask(OpenWindow(1, "staff"))
    before = loop.look()
    with pytest.raises(Refusal) as caught:
        loop.ask(CallNext(1, "staff"))
    assert caught.value.code is Code.NOTHING_WAITING
    assert loop.look() == before


def test_the_same_key_acts_once_also_across_a_restart(build: Build) -> None:
    first = build().ask(TakeTicket("A", "token"), key="k")
    loop = build()
    again = loop.ask(TakeTicket("A", "other-token"), key="k")
    assert (again.events, again.repeated) == (first.events, True)
    assert len(loop.look()[0].queue.tickets) == 1


def test_the_same_key_gives_the_same_refusal(build: Build) -> None:
    loop = build()
    loop.ask(OpenWindow(1, "staff"))
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            loop.ask(CallNext(1, "staff"), key="press-1")
        assert caught.value.code is Code.NOTHING_WAITING
        loop.ask(TakeTicket("A", "token"), key="take-1")
    assert loop.look()[0].queue.waiting["A"] == ("A001",)


def test_a_refusal_that_names_a_ticket_comes_after_that_ticket_is_committed(build: Build, tmp_path: Path) -> None:
    loop = build()
    seen: list[bool] = []
    futures = [loop.submit(TakeTicket("A", f"token-{turn}", card_mark="card")) for turn in range(20)]
    for future in futures:
        future.add_done_callback(lambda _done: seen.append("A001" in _committed_numbers(tmp_path / "journal.db")))
    wait_for(lambda: len(seen) == 20, "all answers")
    assert all(seen)


def test_a_restart_folds_the_journal_and_does_nothing_again(build: Build, effects: list[Effect]) -> None:
    loop = build()
    loop.ask(OpenWindow(1, "staff"))
    for number in range(5):
        loop.ask(TakeTicket("A", f"token-{number}"))
    loop.ask(CallNext(1, "staff"))
    before = loop.look()
    effects.clear()
    assert build().look() == before
    assert effects == []


def test_many_at_once_get_a_number_each(build: Build, tmp_path: Path) -> None:
    loop = build()
    numbers: list[str] = []

    def take(person: int) -> None:
        for turn in range(25):
            answer = loop.ask(TakeTicket("A", f"{person}-{turn}"))
            numbers.extend(event.number for event in answer.events if isinstance(event, TicketIssued))

    people = [threading.Thread(target=take, args=(person,)) for person in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(numbers) == [f"A{number:03d}" for number in range(1, 201)]
    reader = JournalReader(tmp_path / "journal.db")
    assert check_chain(reader.rows(), None) == loop.look()[1]


def test_listeners_hear_of_every_change_until_they_leave(build: Build) -> None:
    loop = build()
    seen: list[int] = []
    rung = threading.Event()

    def listen() -> None:
        seen.append(loop.look()[1])
        rung.set()

    leave = loop.watch(listen)
    loop.ask(TakeTicket("A", "token"))
    assert rung.wait(30)
    leave()
    left_at = loop.look()[1]
    loop.ask(TakeTicket("A", "token-2"))
    loop.ask(TakeTicket("A", "token-3"))
    assert max(seen) <= left_at


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_ends_the_loop_and_answers_those_who_wait(build: Build) -> None:
    loop = build()
    with pytest.raises(AttributeError):
        loop.ask(TakeTicket("A", None))  # type: ignore[arg-type]
    assert loop.ended.wait(30)
    with pytest.raises(RuntimeError, match="has ended"):
        loop.ask(TakeTicket("A", "token"))


def test_time_passes_by_itself(build: Build) -> None:
    loop = build()
    wait_for(lambda: loop.look()[0].queue.day is not None, "the day that nobody asked for")


def test_a_clock_set_back_an_hour_is_written_down_and_disturbs_no_number_and_no_wait(tmp_path: Path) -> None:
    hands = Hands()
    journal = Journal(tmp_path / "journal.db", "boot")
    loop = HallLoop(journal, plan(), hands.clock(), lambda _effects: None)
    loop.start()
    loop.ask(OpenWindow(1, "staff"))
    loop.ask(TakeTicket("A", "before"))
    day = loop.look()[0].queue.day
    hands.pass_time(60_000)
    hands.wall_ms -= 3_600_000
    wait_for(lambda: any(isinstance(event, ClockStepped) for event in _events(tmp_path)), "the jump written down")
    loop.ask(TakeTicket("A", "after"))
    hands.pass_time(5_000)
    called = loop.ask(CallNext(1, "staff")).events[-1]
    assert isinstance(called, TicketCalled)
    assert (called.number, called.waited_s) == ("A001", 65)
    assert sorted(loop.look()[0].queue.tickets) == ["A001", "A002"]
    assert loop.look()[0].queue.day == day
    loop.stop()
    journal.close()


def _events(folder: Path) -> list[object]:
    reader = JournalReader(folder / "journal.db")
    found = [event for _, event, _ in reader.events()]
    reader.close()
    return list(found)
