"""A wrong driver option is found before anything is opened, on its line and with the driver's words."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import Manifest
from drivers.hall_inputs import CONTACT, OUTPUT
from drivers.input_board import MANIFEST as INPUTS
from drivers.relay_board import MANIFEST as RELAYS
from drivers.strangers import wrong_field
from edge.driver_book import facts_of, installed_book
from hall_config.load import check_hall_text
from hall_config.problems import HallFileError
from hall_config.program import run
from tests.hall_config.good_hall import with_devices

SIGN = 'id = "sign"\ndriver = "onbon-bx-sign"\nport = "/dev/ttyS9"\nwindow = 1\n[device.options]\n'
READER = 'id = "reader"\ndriver = "sam-id-card"\nport = "/dev/ttyS8"\n[device.options]\n'
BUTTON = 'id = "button"\ndriver = "gpio-button"\nport = "gpio:17"\n[device.options]\n'


def found(*tables: str) -> list[tuple[int, str, str, str | None]]:
    with pytest.raises(HallFileError) as caught:
        check_hall_text(with_devices(*tables), book=installed_book())
    return [(problem.line, problem.key, problem.code, problem.nearest) for problem in caught.value.problems]


def test_every_wrong_option_is_named_with_its_line() -> None:
    assert found(SIGN + "widht = 64\nheight = 9999", READER + "poll_every = 1.0") == [
        (21, "device[1].options.widht", "WRONG_OPTION", "width"),
        (22, "device[1].options.height", "WRONG_OPTION", None),
        (29, "device[2].options.poll_every", "WRONG_OPTION", "poll_every_s"),
    ]


def test_options_of_the_wrong_type_are_no_fault_of_ours() -> None:
    for value in ('"x"', "[]", "true", "1979-05-27", "{ a = 1 }", "nan"):
        keys = {key for _, key, code, _ in found(SIGN + f"width = {value}", READER + f"poll_every_s = {value}")}
        assert keys == {"device[1].options.width", "device[2].options.poll_every_s"}, value


def test_a_lamp_may_not_hang_on_the_pin_of_a_button() -> None:
    assert ("device[1].options.lamp", "PORT_TAKEN") in [row[1:3] for row in found(BUTTON + 'lamp = "gpio:17"')]


def test_the_example_suits_every_driver() -> None:
    text = (resources.files("hall_config") / "example.toml").read_text(encoding="utf-8")
    assert check_hall_text(text, book=installed_book()).device


def test_config_check_asks_the_drivers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(with_devices(SIGN + "widht = 64"), encoding="utf-8")
    assert run(["config", "check", str(file)]) == 2
    told = capsys.readouterr().err
    assert "device[1].options.widht" in told
    assert "width" in told


def test_a_strip_and_a_terminal_may_bear_one_address_on_one_wire_and_two_strips_may_not() -> None:
    line = '[[line]]\nid = "desk-bus"\nport = "/dev/ttyS7"\nbaud = 9600\n'
    strip = 'id = "strip-{n}"\ndriver = "a090-sign"\nline = "desk-bus"\naddress = 3\nwindow = 1\n'
    terminal = 'id = "terminal-3"\ndriver = "ff68-terminal"\nline = "desk-bus"\naddress = 3\nwindow = 1\n'
    book = installed_book()
    assert check_hall_text(with_devices(strip.format(n=1), terminal) + line, book=book).device
    with pytest.raises(HallFileError) as caught:
        check_hall_text(with_devices(strip.format(n=1), terminal, strip.format(n=2)) + line, book=book)
    assert [problem.code for problem in caught.value.problems] == ["ADDRESS_TAKEN"]


@pytest.mark.parametrize(
    ("manifest", "options", "count", "has_one"),
    [
        (RELAYS, {}, 8, False),
        (RELAYS, {"relays": 16}, 16, False),
        (RELAYS, {"relays": 1}, 1, False),  # a board of one is a board: its relay is named by its channel
        (INPUTS, {"inputs": 4}, 4, False),
        (OUTPUT, {}, 1, True),
        (OUTPUT, {"relays": 8}, 1, True),
        (CONTACT, {}, 1, True),
        (replace(RELAYS, points=None), {"relays": 16}, 16, False),  # a driver of before this field was there
        (replace(RELAYS, points=None, options=()), {"relays": 16}, 8, False),
        (replace(RELAYS, points=3), {"relays": 16}, 3, False),
    ],
)
def test_a_driver_says_how_many_points_it_has(
    manifest: Manifest, options: dict[str, Any], count: int, has_one: bool
) -> None:
    facts = facts_of(manifest)
    assert facts.points_in(options) == count
    assert facts.has_one is has_one


@pytest.mark.parametrize("points", [0, -1, True, 2.0, (8,)])
def test_a_manifest_whose_points_are_no_number_is_refused(points: Any) -> None:
    assert "points" in wrong_field(replace(RELAYS, points=points))
    assert wrong_field(RELAYS) == ""
