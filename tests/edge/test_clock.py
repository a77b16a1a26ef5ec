"""The clock: steady time never goes back, jumps are reported, and a jumped clock turns no day."""

from __future__ import annotations

from edge.clock import Clock

HOUR_MS = 3_600_000


class Hands:
    """Two clocks moved by the test."""

    def __init__(self) -> None:
        self.wall_ms = 1_795_395_600_000
        self.mono_ms = 5_000

    def clock(self, last_steady_ms: int = 0) -> Clock:
        return Clock(last_steady_ms, wall_ms=lambda: self.wall_ms, monotonic_ms=lambda: self.mono_ms)

    def pass_time(self, ms: int) -> None:
        self.wall_ms += ms
        self.mono_ms += ms


def test_steady_time_looks_like_the_wall_clock_and_passes_like_the_monotonic_one() -> None:
    hands = Hands()
    clock = hands.clock()
    assert clock.now().steady_ms == hands.wall_ms
    hands.pass_time(1_000)
    hands.wall_ms -= HOUR_MS
    assert clock.now().steady_ms == hands.wall_ms + HOUR_MS


def test_steady_time_goes_on_behind_the_journal_after_a_restart_with_a_wrong_clock() -> None:
    hands = Hands()
    assert hands.clock(last_steady_ms=hands.wall_ms + HOUR_MS).now().steady_ms == hands.wall_ms + HOUR_MS


def test_a_jump_is_reported_once_and_the_clock_is_suspect_until_it_is_set_right() -> None:
    hands = Hands()
    clock = hands.clock()
    assert clock.stepped_ms() is None
    hands.wall_ms -= HOUR_MS
    assert clock.stepped_ms() == -HOUR_MS
    assert clock.stepped_ms() is None
    if clock.quality() != "ntp":
        assert not clock.now().trusted
    hands.wall_ms += HOUR_MS
    assert clock.stepped_ms() == HOUR_MS
    assert clock.now().trusted


def test_small_corrections_are_no_jump() -> None:
    hands = Hands()
    clock = hands.clock()
    for _ in range(100):
        hands.pass_time(10_000)
        hands.wall_ms += 200
        assert clock.stepped_ms() is None


def test_a_date_months_after_the_last_event_is_not_believed_without_a_server() -> None:
    hands = Hands()
    clock = hands.clock(last_steady_ms=hands.wall_ms - 40 * 24 * HOUR_MS)
    assert clock.now().trusted == (clock.quality() == "ntp")
    assert hands.clock(last_steady_ms=hands.wall_ms - 3 * 24 * HOUR_MS).now().trusted


def test_numbers_of_messages_never_tie() -> None:
    clock = Hands().clock()
    numbers = [clock.number() for _ in range(50)]
    assert numbers == sorted(set(numbers))
