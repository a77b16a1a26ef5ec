"""What waits to be said: order, what replaces what, and never more than 30 s behind the signs, whatever storm comes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from drivers.speaker import Sound
from edge.notices import Notice
from edge.to_say import LATEST_S, ToSay, Waiting
from hall.queue.words import Announce, Phrase

BEHIND_S = 30.0
ZONES_S = 0.7  # until relay and amplifier are ready
SPOKEN_SHORT_S = 5.2
SILENT = Sound(b"", 0.1, spoken=True)


@dataclass
class Clock:
    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Speaking:
    """An announcer whose time is counted, not waited for; ``full_s`` is what a call in full takes."""

    full_s: float
    clock: Clock = field(default_factory=Clock)
    said: list[tuple[Announce, float, bool]] = field(default_factory=list)  # with its delay, and whether short

    def __post_init__(self) -> None:
        self.queue = ToSay(threading.Condition(), self.clock)

    def run(self, storm: list[tuple[float, Announce]]) -> None:
        """Calls come at their seconds; speaks until nothing waits."""
        coming = sorted(storm, key=lambda one: one[0])
        free_s = self.clock.now_s
        while coming or self.queue:
            if not self.queue:
                free_s = max(free_s, coming[0][0])
            self._pass_time(coming, free_s)
            job = self.queue.first()
            if isinstance(job, Waiting):
                short = self.queue.presses(self.full_s)
                self.said.append((job.announce, free_s + ZONES_S - job.since_s, short))
                if not short:
                    once_s = self.full_s * 0.55
                    self._pass_time(coming, free_s + once_s)
                    once = self.queue.presses(self.full_s - once_s)
                free_s += SPOKEN_SHORT_S if short else once_s if once else self.full_s

    def _pass_time(self, coming: list[tuple[float, Announce]], until_s: float) -> None:
        while coming and coming[0][0] <= until_s:
            self.clock.now_s, announce = coming.pop(0)
            self.queue.call(announce)
        self.clock.now_s = until_s


def call(number: str, window: int | None = 3, phrase: Phrase = Phrase.CALL) -> Announce:
    return Announce(phrase, number, window)


def notice(name: str, *, urgent: bool = False) -> Notice:
    return Notice(name, SILENT, urgent, first=True)


@pytest.fixture
def queue() -> ToSay:
    return ToSay(threading.Condition(), Clock())


def drained(queue: ToSay) -> list[str]:
    found = []
    while (job := queue.first()) is not None:
        found.append(job.name if isinstance(job, Notice) else job.announce.number or job.announce.phrase.value)
    return found


def test_urgent_notices_go_before_calls_then_the_end_of_numbers_then_other_notices(queue: ToSay) -> None:
    queue.notice(notice("plain"))
    queue.call(Announce(Phrase.STOP, "", None))
    queue.call(call("A001", 1))
    queue.notice(notice("fire", urgent=True))
    queue.call(call("A002", 2))
    assert drained(queue) == ["fire", "A001", "A002", "stop", "plain"]


def test_an_evacuation_is_all_that_is_said_until_it_is_withdrawn_and_ends_the_calls(queue: ToSay) -> None:
    queue.call(call("A001"))
    queue.notice(notice("fire", urgent=True))
    queue.call(Announce(Phrase.STOP, "", None))
    queue.call(Announce(Phrase.EVACUATE, "", None))
    queue.call(call("A002"))
    jobs = [queue.first() for _ in range(3)]
    assert [job.announce.phrase for job in jobs if isinstance(job, Waiting)] == [Phrase.EVACUATE] * 3
    queue.withdraw("")
    queue.call(call("A003"))
    assert drained(queue) == ["fire", "A003"]


def test_a_recall_takes_its_twins_place_and_a_call_ends_an_older_one_to_its_window(queue: ToSay) -> None:
    queue.call(call("A001", 1))
    queue.call(call("A002", 2))
    queue.call(call("A001", 1, Phrase.RECALL))
    queue.call(call("A005", 5, Phrase.TRANSFER))
    with structlog.testing.capture_logs() as logs:
        queue.call(call("A003", 2))
        queue.call(call("A006", 5))
    assert [(line["number"], line["reason"]) for line in logs] == [("A002", "window_moved_on")]
    first = queue.first()
    assert isinstance(first, Waiting)
    assert first.announce.phrase is Phrase.RECALL
    assert drained(queue) == ["A005", "A003", "A006"], "who was sent to a window waits there until it calls"


def test_a_call_that_was_cut_is_not_said_again_when_its_window_has_moved_on(queue: ToSay) -> None:
    queue.call(call("A001", 1))
    cut = queue.first()
    assert isinstance(cut, Waiting)
    queue.call(call("A002", 1))
    queue.put_back(cut)
    assert drained(queue) == ["A002"]


def test_what_waited_too_long_is_left_to_the_signs_and_named_in_the_log() -> None:
    clock = Clock()
    queue = ToSay(threading.Condition(), clock)
    queue.call(call("A001", 1))
    queue.notice(notice("plain"))
    clock.now_s += LATEST_S + 1
    queue.call(call("A002", 2))
    with structlog.testing.capture_logs() as logs:
        assert drained(queue) == ["A002", "plain"]
    assert logs == [
        {
            "event": "announcer.dropped", "log_level": "warning", "number": "A001", "window": 1,
            "reason": "too_late", "waited_s": 29,
        }
    ]  # fmt: skip


def test_six_windows_that_call_at_once_are_all_said_short_and_in_time() -> None:
    speaking = Speaking(11.0)
    speaking.run([(1000.0 + window / 100, call(f"A{window:03}", window)) for window in range(1, 7)])
    assert [announce.number for announce, _, _ in speaking.said] == [f"A{window:03}" for window in range(1, 7)]


def test_calls_that_come_one_by_one_are_all_said_in_full() -> None:
    speaking = Speaking(11.0)
    speaking.run([(1000.0 + 12 * place, call(f"A{place:03}", place % 4 + 1)) for place in range(40)])
    assert len(speaking.said) == 40
    assert not any(short for _, _, short in speaking.said)


STORM = st.lists(
    st.tuples(
        st.floats(0, 120),
        st.integers(1, 60),
        st.integers(1, 20),
        st.sampled_from([Phrase.CALL, Phrase.RECALL, Phrase.LAST_CALL, Phrase.MISSED, Phrase.TRANSFER]),
    ),
    max_size=120,
)


@given(storm=STORM, full_s=st.sampled_from([5.0, 11.0, 17.0, 24.0]))
def test_no_storm_puts_speech_more_than_30_s_behind_the_signs(
    storm: list[tuple[float, int, int, Phrase]], full_s: float
) -> None:
    speaking = Speaking(full_s)
    calls = [
        (1000 + at_s, call(f"A{number:03}", None if phrase is Phrase.MISSED else window, phrase))
        for at_s, number, window, phrase in storm
    ]
    with structlog.testing.capture_logs() as logs:
        speaking.run(calls)
    assert all(delay_s <= BEHIND_S for _, delay_s, _ in speaking.said)
    known = {announce.number for _, announce in calls}
    ended = {announce.number for announce, _, _ in speaking.said} | {line["number"] for line in logs}
    assert ended == known, "each number was said, or the log says why not"
