"""Named contacts: what an input's closing means, told once, and told again when the mains stay away."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import Any

import pytest

from drivers.kinds.inputs import ContactMoved, InputMoved
from edge.contacts import Contacts
from edge.hall_door import Command
from edge.screens.device_words import in_trouble, needs_hands
from hall.devices.words import ReportDevice
from hall.gate.words import MoveDoor
from hall_config.models import ContactPart


class Room:
    def __init__(self, *parts: dict[str, Any]) -> None:
        self.told: SimpleQueue[Command] = SimpleQueue()
        self.contacts = Contacts([ContactPart(**part) for part in parts], self.told.put, lambda: 7)

    def all(self) -> list[Command]:
        found = []
        while True:
            try:
                found.append(self.told.get_nowait())
            except Empty:
                return found

    def now(self) -> list[tuple[str, str]]:
        return [(one.state, one.reason) for one in self.contacts.health()]


UPS = {"id": "ups", "point": "inputs-1:2", "means": "ups_on_battery", "name_zh": "机房 UPS"}


def moved(on: bool, channel: int = 2, *, first: bool = False) -> InputMoved:
    return InputMoved("inputs-1", channel, on, first)


@pytest.mark.parametrize("active", ["closed", "open"])
def test_trouble_is_told_once_when_it_begins_and_once_when_it_ends(active: str) -> None:
    room = Room({**UPS, "active": active})
    bad = active == "closed"
    assert room.now() == [("opening", "")]
    assert room.contacts.heard(moved(not bad, first=True))
    assert room.now() == [("ready", "")]
    room.all()
    for _ in range(3):
        room.contacts.heard(moved(bad))
    assert room.all() == [ReportDevice("ups", False, "degraded", "ups_on_battery")]
    for _ in range(3):
        room.contacts.heard(moved(not bad))
    assert room.all() == [ReportDevice("ups", True, "ready", "")]
    room.contacts.stop()


def test_another_input_is_left_to_others() -> None:
    room = Room(UPS)
    assert not room.contacts.heard(moved(True, channel=3))
    assert not room.contacts.heard(ContactMoved("front-door", True))
    assert room.all() == []


def test_a_door_is_a_door_on_a_board_and_on_a_pin() -> None:
    room = Room(
        {"id": "back-door", "point": "inputs-1:2", "means": "door"},
        {"id": "side-door", "point": "pin-contact", "means": "door", "active": "open"},
    )
    assert room.contacts.heard(moved(True))
    assert room.contacts.heard(ContactMoved("pin-contact", True))
    assert room.contacts.heard(ContactMoved("pin-contact", False))
    assert room.all() == [MoveDoor("back-door", True), MoveDoor("side-door", True), MoveDoor("side-door", False)]
    assert room.contacts.health() == ()


def test_mains_that_stay_away_are_told_again_and_nothing_shuts_down() -> None:
    room = Room({**UPS, "long_after_s": 10})
    object.__setattr__(room.contacts._at[("inputs-1", 2)], "long_after_s", 0.05)  # ten seconds are too long for a test
    room.contacts.heard(moved(True))
    assert room.told.get(timeout=30) == ReportDevice("ups", False, "degraded", "ups_on_battery")
    assert room.told.get(timeout=30) == ReportDevice("ups", False, "degraded", "ups_on_battery_long")
    assert room.now() == [("degraded", "ups_on_battery_long")]
    room.contacts.heard(moved(False))
    assert room.all() == [ReportDevice("ups", True, "ready", "")]


def test_mains_that_come_back_in_time_are_not() -> None:
    room = Room(UPS)
    room.contacts.heard(moved(True))
    alarm = room.contacts._alarms["ups"]
    room.contacts.heard(moved(True))
    assert room.contacts._alarms["ups"] is alarm  # one clock for one outage
    room.contacts.heard(moved(False))
    alarm.join(30)
    assert not alarm.is_alive()
    room.contacts.heard(moved(True))
    room.contacts.stop()
    room.contacts.stop()
    assert room.contacts._alarms == {}


@pytest.mark.parametrize(
    "means",
    ["ups_on_battery", "ups_battery_low", "cabinet_open", "paper_near_end", "amplifier_fault", "smoke", "water"],
)
def test_each_trouble_has_words_that_say_where_to_look(means: str) -> None:
    room = Room({"id": "one", "point": "pin", "means": means, "name_zh": "三号机柜", "name_en": "Cabinet 3"})
    room.contacts.heard(ContactMoved("pin", False))
    device = room.contacts.health()[0]
    assert needs_hands(device.state, device.reason)
    words = in_trouble(device, {"one": ("三号机柜", "Cabinet 3")})
    assert words.name_zh == "三号机柜"
    assert len(words.reason_zh) > 5
    assert words.reason_zh != words.reason_en
    room.contacts.stop()


def follow(room: Room, *parts: dict[str, Any]) -> list[Command]:
    room.all()
    room.contacts.follow([ContactPart(**part) for part in parts])
    return room.all()


def test_a_contact_that_is_taken_out_while_it_fails_fails_no_more() -> None:
    room = Room(UPS)
    room.contacts.heard(moved(True))
    alarm = room.contacts._alarms["ups"]
    assert follow(room) == [ReportDevice("ups", True, "ready")]
    assert room.now() == []
    alarm.join(30)
    assert not alarm.is_alive()
    assert not room.contacts.heard(moved(True))
    assert follow(room) == []


def test_a_contact_that_gets_its_name_later_stands_as_its_input_does() -> None:
    room = Room()
    room.contacts.heard(moved(True))
    assert follow(room, UPS) == [ReportDevice("ups", False, "degraded", "ups_on_battery")]
    assert follow(room, UPS, {"id": "smoke", "point": "inputs-1:3", "means": "smoke"}) == []
    assert room.now() == [("degraded", "ups_on_battery"), ("opening", "")]
    door = {"id": "back-door", "point": "inputs-1:2", "means": "door"}
    assert follow(room, door) == [ReportDevice("ups", True, "ready"), MoveDoor("back-door", True)]
    room.contacts.stop()


def test_a_contact_that_only_gets_another_name_goes_on_as_it_was() -> None:
    room = Room(UPS)
    room.contacts.heard(moved(True))
    alarm = room.contacts._alarms["ups"]
    assert follow(room, {**UPS, "name_zh": "二楼 UPS"}) == []
    assert room.contacts._alarms["ups"] is alarm
    assert follow(room, {**UPS, "active": "open"}) == [
        ReportDevice("ups", True, "ready"), ReportDevice("ups", True, "ready", ""),
    ]  # fmt: skip
    assert room.now() == [("ready", "")]
    room.contacts.stop()
