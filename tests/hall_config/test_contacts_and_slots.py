"""What a hall file says of named contacts, of screens' hours, and of devices without a public protocol."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from edge.driver_book import installed_book
from hall_config import cross_checks
from hall_config.driver_book import WITHOUT_PUBLIC_PROTOCOL, driver_names
from hall_config.load import check_hall_text
from hall_config.problems import HallFileError
from tests.hall_config.good_hall import with_devices

BOARD = 'id = "inputs-1"\ndriver = "modbus-inputs"\nport = "/dev/ttyS1"\naddress = 1'
PIN = 'id = "pin-door"\ndriver = "gpio-contact"\nport = "gpio:5"'
READER = 'id = "reader"\ndriver = "sam-id-card"\nport = "/dev/ttyS2"'


def contact(point: str, name: str = "ups", means: str = "ups_on_battery", more: str = "") -> str:
    return f'\n[[contact]]\nid = "{name}"\npoint = "{point}"\nmeans = "{means}"\n{more}\n'


def problems(text: str) -> list[tuple[str, str]]:
    try:
        check_hall_text(text, book=installed_book())
    except HallFileError as wrong:
        return [(problem.code, problem.key) for problem in wrong.problems]
    return []


HALL = with_devices(BOARD, PIN, READER)


def test_points_of_boards_and_pins_are_good() -> None:
    assert problems(HALL + contact("inputs-1:2") + contact("pin-door", "back", "door", 'active = "open"')) == []


@pytest.mark.parametrize(
    ("more", "code", "key"),
    [
        (contact("input-1:2"), "UNKNOWN_DEVICE", "contact[1].point"),
        (contact("reader"), "NO_INPUTS", "contact[1].point"),
        (contact("inputs-1"), "CHANNEL_NEEDED", "contact[1].point"),
        (contact("inputs-1:8"), "INPUT_NOT_THERE", "contact[1].point"),
        (contact("pin-door:1"), "NO_CHANNELS", "contact[1].point"),
        (contact("inputs-1:2") + contact("inputs-1:2", "other", "smoke"), "POINT_TAKEN", "contact[2].point"),
        (contact("inputs-1:2") + contact("inputs-1:3"), "TWICE", "contact[2].id"),
        (contact("inputs-1:2", "pin-door"), "TWICE", "contact[1].id"),
        (contact("inputs-1:2", means="fire"), "NOT_ONE_OF", "contact[1].means"),
        (contact("inputs 1"), "WRONG_FORM", "contact[1].point"),
        (contact("inputs-1:2", more="long_after_s = 1"), "TOO_SMALL", "contact[1].long_after_s"),
        ('[displays]\nhours = ["18:00-08:00"]\n', "HOURS_END_FIRST", "displays.hours[1]"),
        ("[displays]\nhours = []\n", "EMPTY", "displays.hours"),
        ('[displays]\nhours = ["08:00-18:00"]\nweekdays = [0]\n', "TOO_SMALL", "displays.weekdays[1]"),
        ("[publicity]\nseconds = 0\n", "TOO_SMALL", "publicity.seconds"),
    ],
)
def test_each_mistake_is_named_where_it_stands(more: str, code: str, key: str) -> None:
    assert (code, key) in problems(HALL + more)


@pytest.mark.parametrize("name", sorted(WITHOUT_PUBLIC_PROTOCOL))
def test_a_device_without_a_public_protocol_gets_an_honest_answer(name: str) -> None:
    text = with_devices(f'id = "x"\ndriver = "{name}"\nport = "/dev/ttyS0"')
    assert problems(text) == [("NO_PUBLIC_PROTOCOL", "device[1].driver")]
    assert name not in driver_names()
    readme = Path(__file__).parents[2] / "drivers" / "slots" / "README.md"
    assert f"`{name}`" in readme.read_text(encoding="utf-8")


def test_a_plug_in_of_that_name_takes_the_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another vendor's package is installed: its entry point is there, whatever it does."""
    there = (*driver_names(), "led.dory")
    assert metadata.entry_points(group="legal_hall.drivers").names.isdisjoint(WITHOUT_PUBLIC_PROTOCOL)
    monkeypatch.setattr(cross_checks, "driver_names", lambda: there)
    text = with_devices('id = "x"\ndriver = "led.dory"\nport = "/dev/ttyS0"')
    check_hall_text(text)  # nothing is known of it without the book, and nothing is refused


def test_one_camera_by_two_names_is_one_port(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    (tmp_path / "by-id").symlink_to(tmp_path / "video0")
    cameras = [
        f'id = "camera-{name}"\ndriver = "v4l2-camera"\nport = "video:{tmp_path}/{name}"\nwindow = 1'
        for name in ("video0", "by-id")
    ]
    assert problems(with_devices(*cameras)) == [("PORT_TAKEN", "device[2].port")]
