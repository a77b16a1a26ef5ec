"""Button, lamp and contact on gpiozero's mock pins, and their options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from drivers.driver import Report
from drivers.hall_inputs import BUTTON, CONTACT, Pins
from drivers.kinds.inputs import ButtonPressed, ContactMoved, LightLamp

HELP, DOOR = "help-1", "door-1"


@pytest.fixture
def mock_pins() -> Iterator[Pins]:
    factory = MockFactory()
    yield Pins("mock", factory)
    factory.close()


def test_a_button_to_ground_on_mock_pins(mock_pins: Pins) -> None:
    reports: list[Report] = []
    options = {"pin": "gpio:17", "lamp": "gpio:22", "bounce_s": 0}
    driver = BUTTON.build(HELP, reports.append, address=None, baud=0, options=options)
    driver.handshake(mock_pins)
    pin = mock_pins.factory.pin("GPIO17")
    for _ in range(2):
        pin.drive_low()
        pin.drive_high()
    driver.poll(mock_pins)
    assert reports == [ButtonPressed(HELP)] * 2
    driver.perform(mock_pins, LightLamp(HELP, True))
    assert mock_pins.factory.pin("GPIO22").state
    driver.forget()


def test_contacts_can_be_wired_to_either_side_on_mock_pins(mock_pins: Pins) -> None:
    for active, closed, opened in (("low", "drive_low", "drive_high"), ("high", "drive_high", "drive_low")):
        reports: list[Report] = []
        options = {"pin": "gpio:27", "active": active, "bounce_s": 0}
        driver = CONTACT.build(DOOR, reports.append, address=None, baud=0, options=options)
        driver.handshake(mock_pins)
        assert reports == [ContactMoved(DOOR, True)]
        getattr(mock_pins.factory.pin("GPIO27"), closed)()
        driver.poll(mock_pins)
        getattr(mock_pins.factory.pin("GPIO27"), opened)()
        driver.poll(mock_pins)
        assert reports[1:] == [ContactMoved(DOOR, False), ContactMoved(DOOR, True)]
        driver.forget()


class Steady:
    now_s = 10.0

    def __call__(self) -> float:
        return self.now_s


def test_an_edge_that_got_lost_is_found_by_reading_now_and_then() -> None:
    factory, steady, reports = MockFactory(), Steady(), list[Report]()
    pins = Pins("mock", factory, steady=steady)
    driver = CONTACT.build(DOOR, reports.append, address=None, baud=0, options={"pin": 27, "bounce_s": 0})
    driver.handshake(pins)
    pin = factory.pin("GPIO27")
    pin.when_changed = None  # the edge is lost
    pin.drive_low()
    driver.poll(pins)
    assert reports == [ContactMoved(DOOR, True)]
    steady.now_s += 1.1
    driver.poll(pins)
    assert reports == [ContactMoved(DOOR, True), ContactMoved(DOOR, False)]
    driver.forget()
    factory.close()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"pin": "17"},
        {"pin": "gpio:99"},
        {"pin": "gpio:１７"},
        {"pin": True},
        {"pin": -1},
        {"pin": "gpio:17", "bounce_s": 0.5},
        {"pin": "gpio:17", "bounce_s": "x"},
        {"pin": "gpio:17", "bounce_s": True},
        {"pin": "gpio:17", "active": "up"},
        {"pin": "gpio:17", "colour": "red"},
        {"pin": "gpio:17", "lamp": "x"},
    ],
)
@pytest.mark.parametrize("manifest", [BUTTON, CONTACT], ids=lambda manifest: manifest.name)
def test_options_that_make_no_sense_are_errors(manifest: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        manifest.build("x", lambda report: None, address=None, baud=0, options=options)


@pytest.mark.parametrize("lamp", [22, "22", "left:5", "gpio:99", True])
def test_a_lamps_pin_is_named_as_the_buttons_is(lamp: object) -> None:
    with pytest.raises(ValueError, match="lamp must read like gpio:17"):
        BUTTON.build(HELP, [].append, address=None, baud=0, options={"pin": "gpio:17", "lamp": lamp})
