"""The clocks of sign cards: set after a card is met and once each day, by a trusted clock, one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from drivers.driver import Order
from drivers.kinds.sign import SetClock
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.sign_clocks import SignClocks
from edge.surroundings import surroundings_of
from hall.moment import Moment
from hall_config.load import read_hall_file
from hall_config.wording import CHINA
from tests.simulators.waiting import until

SIGNS = ("sign-1", "sign-2")


class Hall:
    """Clocks under a wall clock that is moved by hand."""

    def __init__(self, *signs: str) -> None:
        self.told: list[Order] = []
        self.trusted = True
        self.at(22, 23, 59)
        self.clocks = SignClocks(signs or SIGNS, self.told.append, self.now)

    def at(self, day: int, hour: int, minute: int) -> None:
        self.wall_ms = int(datetime(2026, 11, day, hour, minute, 7, tzinfo=CHINA).timestamp() * 1000) + 250

    def now(self) -> Moment:
        return Moment(1, self.wall_ms, trusted=self.trusted)

    def moved(self, device: str, state: State) -> None:
        assert self.clocks.heard(Moved(device, state, "", {})) is False  # a lifecycle is everybody's

    def after(self, turns: int = 5) -> list[str]:
        self.told.clear()
        for _ in range(turns):
            self.clocks.turn()
        return [order.device for order in self.told if isinstance(order, SetClock)]


def test_a_card_that_is_met_is_told_the_halls_own_time_once() -> None:
    hall = Hall()
    assert hall.after() == []
    hall.moved("sign-1", State.READY)
    assert hall.after() == ["sign-1"]
    (order,) = hall.told
    assert isinstance(order, SetClock)
    assert order.local == datetime(2026, 11, 22, 23, 59, 7, 250_000, tzinfo=CHINA)
    assert order.local.utcoffset() == timedelta(hours=8)
    assert order.slot == "clock"
    assert not order.urgent  # a call goes first
    hall.moved("sign-1", State.READY)
    assert hall.after() == []


def test_each_day_all_are_told_again_one_at_a_time() -> None:
    hall = Hall()
    for sign in SIGNS:
        hall.moved(sign, State.READY)
    assert hall.after(1) == ["sign-1"]
    assert hall.after(1) == ["sign-2"]
    assert hall.after() == []
    hall.at(23, 0, 0)
    assert sorted(hall.after()) == list(SIGNS)
    assert hall.after() == []


def test_a_card_that_was_away_may_have_lost_its_time() -> None:
    hall = Hall()
    hall.moved("sign-1", State.READY)
    assert hall.after() == ["sign-1"]
    hall.moved("sign-1", State.LOST)
    hall.at(23, 8, 0)
    assert hall.after() == []
    hall.moved("sign-1", State.READY)
    assert hall.after() == ["sign-1"]


def test_a_clock_that_cannot_be_trusted_is_told_to_nobody() -> None:
    hall = Hall()
    hall.trusted = False
    hall.moved("sign-1", State.READY)
    assert hall.after() == []
    hall.trusted = True
    assert hall.after() == ["sign-1"]


def test_a_card_in_trouble_is_left_alone_until_it_is_well() -> None:
    hall = Hall()
    hall.moved("sign-1", State.DEGRADED)
    assert hall.after() == []
    hall.moved("sign-1", State.READY)
    assert hall.after() == ["sign-1"]


def test_only_cards_with_a_clock_are_told() -> None:
    hall = Hall("sign-1")
    hall.moved("sign-2", State.READY)
    assert hall.after() == []
    hall.clocks.follow(("sign-2",))
    hall.moved("sign-2", State.READY)
    assert hall.after() == ["sign-2"]


def test_it_ends_when_it_is_told_to_and_does_not_begin_without_cards() -> None:
    for signs in (SIGNS, ()):
        hall = Hall()
        hall.clocks.follow(signs)
        hall.clocks.start()
        hall.clocks.stop()
        assert not hall.clocks._thread.is_alive()


@pytest.mark.slow
def test_in_a_hall_it_happens_by_itself() -> None:
    told: list[Order] = []
    hall = read_hall_file(Path(str(files("hall_config") / "demo" / "demo-east.toml")))
    wall_ms = int(datetime(2026, 11, 22, 8, 0, tzinfo=CHINA).timestamp() * 1000)

    def on_journal(_: object) -> bool:
        raise AssertionError

    around = surroundings_of(hall, told.append, lambda _: None, lambda: Moment(1, wall_ms), on_journal)
    sign = next(device.id for device in hall.device if device.driver == "onbon-bx-sign")
    around.start()
    try:
        assert around.heard(Moved(sign, State.READY, "", {})) is False
        until(lambda: any(isinstance(order, SetClock) and order.device == sign for order in told), "told", 30.0)
    finally:
        around.stop()
