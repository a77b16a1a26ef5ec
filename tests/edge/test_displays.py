"""The big screens with the hall's hours and by hand, and the camera's waiting line."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from functools import partial
from queue import SimpleQueue

import pytest

from drivers.driver import Order, OrderFailed
from drivers.kinds.camera import PictureTaken, TakePicture
from drivers.kinds.display import DisplayState, SelectInput, SwitchDisplay
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.camera import Cameras, NoPicture
from edge.displays import Displays
from hall.opening import worked_as
from hall.plan import Opening, OtherDay
from hall_config.models import DisplaysPart

CHINA = timezone(timedelta(hours=8))
ABLE = {"projector": ("power", "input"), "led": ()}
PART = DisplaysPart(hours=("08:30-12:00", "13:30-17:30"), weekdays=(1, 2, 3, 4, 5))


class Wall:
    """Local time in China, moved by hand."""

    def __init__(self, day: int, hour: int, minute: int = 0) -> None:
        self.at(day, hour, minute)

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        self.ms = int(datetime(2026, 11, day, hour, minute, tzinfo=CHINA).timestamp() * 1000)

    def __call__(self) -> int:
        return self.ms


def switched(name: str, on: bool) -> SwitchDisplay:
    return SwitchDisplay(name, on, slot="power")


def test_they_go_on_and_off_with_the_hours_of_working_days() -> None:
    told: list[Order] = []
    wall = Wall(20, 8, 29)  # a Friday
    displays = Displays(ABLE, PART, told.append, wall)
    moments = [
        (20, 8, 29, False), (20, 8, 30, True), (20, 11, 59, None), (20, 12, 0, False), (20, 13, 30, True),
        (20, 17, 30, False), (21, 9, 0, None), (22, 9, 0, None), (23, 9, 0, True),
    ]  # fmt: skip
    for day, hour, minute, expected in moments:
        told.clear()
        wall.at(day, hour, minute)
        displays.turn()
        displays.turn()
        assert told == ([] if expected is None else [switched("projector", expected)]), (day, hour, minute)


def test_they_stay_dark_on_a_rest_day_and_go_on_with_an_exchanged_working_day() -> None:
    told: list[Order] = []
    opening = Opening({}, {"2026-11-20": OtherDay(rest=True), "2026-11-21": OtherDay(weekday=5)})
    wall = Wall(20, 9)
    displays = Displays(ABLE, PART, told.append, wall, partial(worked_as, opening))
    displays.turn()
    wall.at(21, 9)  # a Saturday
    displays.turn()
    assert told == [switched("projector", False), switched("projector", True)]


def test_what_was_ordered_by_hand_holds_until_the_hours_change() -> None:
    told: list[Order] = []
    wall = Wall(20, 9)
    displays = Displays(ABLE, PART, told.append, wall)
    displays.turn()
    displays.switch("projector", False)
    displays.turn()
    assert told == [switched("projector", True), SwitchDisplay("projector", False, slot="power", urgent=True)]
    wall.at(20, 12)
    displays.turn()
    assert told[2:] == [switched("projector", False)]
    displays.choose("projector", "31")
    assert told[3] == SelectInput("projector", "31", slot="input", urgent=True)


def test_a_screen_that_comes_back_is_told_what_was_ordered_while_it_was_away() -> None:
    told: list[Order] = []
    displays = Displays(ABLE, PART, told.append, Wall(20, 9))
    displays.turn()
    told.clear()
    for state in (State.READY, State.DEGRADED, State.READY):
        displays.heard(Moved("projector", state, "", {}))
    assert told == [switched("projector", True)]  # met for the first time; a fault that goes is no coming back
    displays.heard(Moved("projector", State.LOST, "", {}))
    displays.switch("projector", False)
    told.clear()
    displays.heard(DisplayState("projector", "on"))
    displays.heard(Moved("projector", State.READY, "", {}))
    assert told == [switched("projector", False)]
    displays.heard(Moved("led", State.READY, "", {}))
    assert told == [switched("projector", False)]


def test_without_hours_nobody_switches_them() -> None:
    told: list[Order] = []
    displays = Displays(ABLE, None, told.append, Wall(20, 9))
    displays.start()
    displays.heard(Moved("projector", State.READY, "", {}))
    displays.stop()
    assert told == []


def test_what_a_screen_says_is_kept_and_what_is_lost_is_unknown() -> None:
    displays = Displays(ABLE, None, lambda _: None, Wall(20, 9))
    assert displays.heard(DisplayState("projector", "warming", ("lamp_warning",)))
    found = displays.find("projector")
    assert found is not None
    assert (found.power, found.faults) == ("warming", ("lamp_warning",))
    assert not displays.heard(Moved("projector", State.LOST, "", {}))
    assert displays.find("projector") != found
    displays.follow({"led": ()}, None)
    assert [screen.id for screen in displays.screens()] == ["led"]
    displays.heard(DisplayState("projector", "on"))  # a report that was under way
    assert displays.find("projector") is None


def test_one_picture_at_a_time_and_a_late_one_is_nobodys() -> None:
    given: list[TakePicture] = []
    asked = threading.Event()

    def submit(order: Order) -> None:
        assert isinstance(order, TakePicture)
        given.append(order)
        asked.set()

    cameras = Cameras({1: "camera-1"}, submit)
    got: list[PictureTaken] = []
    asker = threading.Thread(target=lambda: got.append(cameras.take(1)))
    asker.start()
    assert asked.wait(30)
    with pytest.raises(NoPicture, match="CAMERA_IN_USE"):
        cameras.take(1)
    assert cameras.heard(PictureTaken("camera-1", "another job", b"late"))
    assert cameras.heard(PictureTaken("camera-1", given[0].job, b"mine", 1, 1))
    asker.join(30)
    assert [picture.jpeg for picture in got] == [b"mine"]
    assert cameras.heard(PictureTaken("camera-1", given[0].job, b"twice"))
    with pytest.raises(NoPicture, match="NO_CAMERA"):
        cameras.take(2)


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("picture_cut", "PICTURE_CUT"),
        ("no_reply", "CAMERA_LOST"),
        ("driver_broken", "CAMERA_LOST"),
        ("no_mjpg", "CAMERA_UNFIT"),
    ],
)
def test_a_failed_order_is_named(code: str, named: str) -> None:
    cameras = Cameras({1: "camera-1"}, lambda order: cameras.heard(OrderFailed("camera-1", order, code, "")) and None)
    with pytest.raises(NoPicture, match=named):
        cameras.take(1)
    with pytest.raises(NoPicture, match=named):
        cameras.take(1)  # nobody is left waiting


def test_changed_hours_are_followed_and_taken_out_they_switch_nothing() -> None:
    told: list[Order] = []
    wall = Wall(20, 13)  # between the spans of PART
    displays = Displays(ABLE, PART, told.append, wall)
    displays.turn()
    assert told == [switched("projector", False)]
    displays.follow(ABLE, DisplaysPart(hours=("08:30-17:30",)))
    displays.turn()
    assert told[1:] == [switched("projector", True)]
    displays.follow(ABLE, None)
    wall.at(20, 20)
    displays.turn()
    assert told[2:] == []
    displays.follow(ABLE, PART)
    displays.turn()
    assert told[2:] == [switched("projector", False)]


def test_hours_that_come_into_the_file_later_are_kept_by_somebody() -> None:
    told: SimpleQueue[Order] = SimpleQueue()
    displays = Displays({"led": ()}, None, told.put, Wall(20, 9))
    displays.start()
    displays.follow(ABLE, None)
    displays.follow(ABLE, PART)
    assert told.get(timeout=20) == switched("projector", True)
    displays.follow(ABLE, PART)
    displays.stop()
