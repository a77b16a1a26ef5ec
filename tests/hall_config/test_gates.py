"""Gates and ticket buttons in a hall file: points that are there, that fit, and that nobody else has."""

from __future__ import annotations

import pytest

from edge.driver_book import installed_book
from hall_config.load import check_hall_text
from hall_config.plan import plan_of
from hall_config.problems import HallFileError, Problem
from tests.hall_config.good_hall import GOOD_HALL, with_devices

DEVICES = (
    'id = "lock"\ndriver = "gpio-output"\nport = "gpio:5"',
    'id = "door"\ndriver = "gpio-contact"\nport = "gpio:6"',
    'id = "beam"\ndriver = "gpio-button"\nport = "gpio:7"',
    'id = "reader"\ndriver = "plain-code-reader"\nport = "/dev/ttyS1"',
    'id = "relays"\ndriver = "waveshare-relay"\nport = "socket://10.0.0.1:1"\naddress = 1\n'
    "options = { relays = 8, zones = [0] }",
    'id = "inputs"\ndriver = "modbus-inputs"\nport = "socket://10.0.0.2:1"\naddress = 2',
)


def gate(name: str = "gate-1", **keys: str) -> str:
    parts = {"lock": "lock", "contact": "door"} | keys
    return f'\n[[gate]]\nid = "{name}"\n' + "".join(f'{key} = "{value}"\n' for key, value in parts.items())


def problems(*gates: str, devices: tuple[str, ...] = DEVICES) -> list[tuple[str, str]]:
    found: tuple[Problem, ...] = ()
    try:
        check_hall_text(with_devices(*devices) + "".join(gates), book=installed_book())
    except HallFileError as wrong:
        found = wrong.problems
    assert all(problem.words("zh") and problem.words("en") for problem in found)
    return [(problem.code, problem.key) for problem in found]


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"lock": "lock:0"},
        {"lock": "relays:7", "contact": "inputs:0", "passage": "inputs:1", "reader": "reader"},
        {"passage": "beam", "reader": "reader"},
    ],
)
def test_a_gate_of_points_that_fit_is_right(keys: dict[str, str]) -> None:
    assert problems(gate(**keys)) == []


@pytest.mark.parametrize(
    ("keys", "code", "key"),
    [
        ({"lock": "lokc"}, "UNKNOWN_DEVICE", "lock"),
        ({"lock": "door2"}, "UNKNOWN_DEVICE", "lock"),
        ({"lock": "reader"}, "GATE_KIND", "lock"),
        ({"lock": "relays"}, "GATE_CHANNEL", "lock"),
        ({"lock": "lock:1"}, "GATE_NO_CHANNEL", "lock"),
        ({"lock": "relays:0"}, "RELAY_NOT_THERE", "lock"),  # a loudspeaker hangs there
        ({"lock": "relays:8"}, "RELAY_NOT_THERE", "lock"),
        ({"contact": "lock"}, "GATE_KIND", "contact"),
        ({"contact": "beam"}, "GATE_KIND", "contact"),
        ({"contact": "inputs"}, "GATE_CHANNEL", "contact"),
        ({"contact": "inputs:8"}, "INPUT_NOT_THERE", "contact"),
        ({"passage": "inputs:40"}, "INPUT_NOT_THERE", "passage"),
        ({"contact": "door:3"}, "GATE_NO_CHANNEL", "contact"),
        ({"passage": "door"}, "GATE_KIND", "passage"),
        ({"reader": "door"}, "GATE_KIND", "reader"),
        ({"lock": "Lock"}, "WRONG_FORM", "lock"),
        ({"lock": "lock:x"}, "WRONG_FORM", "lock"),
    ],
)
def test_what_does_not_fit_is_named_with_its_key(keys: dict[str, str], code: str, key: str) -> None:
    assert (code, f"gate[1].{key}") in problems(gate(**keys))


def test_a_lock_a_contact_and_a_reader_belong_to_one_gate() -> None:
    found = problems(gate(reader="reader"), gate("gate-2", reader="reader"))
    assert sorted(found) == [("GATE_TAKEN", f"gate[2].{key}") for key in ("contact", "lock", "reader")]
    assert ("TWICE", "gate[2].id") in problems(gate(), gate(lock="relays:7", contact="inputs:0"))
    same = problems(gate(contact="inputs:0", passage="inputs:0"))
    assert same == [("GATE_TAKEN", "gate[1].passage")]
    assert ("GATE_TAKEN", "gate[2].lock") in problems(
        gate(lock="lock"), gate("gate-2", lock="lock:0", contact="inputs:0")
    )


def test_what_a_loudspeaker_or_a_named_contact_has_is_told_once() -> None:
    devices = tuple(device.replace(", zones = [0]", "") for device in DEVICES)
    more = '[amplifier]\nwatts = 100\npriority = "relays:6"\n[[zone]]\nid = "z"\nrelay = "relays:5"\nwatts = 10\n'
    more += '[[contact]]\nid = "smoke"\npoint = "inputs:3"\nmeans = "smoke"\n'
    assert problems(gate(lock="relays:4", contact="inputs:2"), more, devices=devices) == []
    for key, point in (("lock", "relays:5"), ("lock", "relays:6"), ("contact", "inputs:3"), ("passage", "inputs:3")):
        assert problems(gate(**{key: point}), more, devices=devices) == [("GATE_TAKEN", f"gate[1].{key}")]


@pytest.mark.parametrize(
    ("key", "value"),
    [("unlock_s", "0"), ("unlock_s", "61"), ("open_alarm_s", "0.5"), ("pulse_s", "0.4"), ("pulse_s", "2")],
)
def test_times_have_bounds(key: str, value: str) -> None:
    found = problems(gate() + f"{key} = {value}\n")
    assert [where for _, where in found] == [f"gate[1].{key}"]


def test_the_anchor_has_one_form() -> None:
    for anchor in ("", "short", "A" * 44, "A" * 42 + "="):
        assert problems(f'\n[passes]\nanchor = "{anchor}"\n')[0][1] == "passes.anchor"


def test_a_button_gives_tickets_of_a_class_that_is_there() -> None:
    good = ('id = "b"\ndriver = "gpio-button"\nport = "gpio:9"\ngives = "A"',)
    assert problems(devices=good) == []
    wrong = ('id = "b"\ndriver = "gpio-button"\nport = "gpio:9"\ngives = "B"',)
    assert problems(devices=wrong) == [("UNKNOWN_SERVICE_GIVEN", "device[1].gives")]
    no_button = ('id = "b"\ndriver = "gpio-contact"\nport = "gpio:9"\ngives = "A"',)
    assert problems(devices=no_button) == [("GIVES_NO_BUTTON", "device[1].gives")]


def test_a_button_cannot_be_a_passage_and_give_tickets() -> None:
    devices = (*DEVICES[:2], DEVICES[2] + '\ngives = "A"')
    assert problems(gate(passage="beam"), devices=devices) == [("GATE_TAKEN", "device[3].gives")]


def test_the_plan_has_the_gates() -> None:
    text = with_devices(*DEVICES) + gate(passage="beam") + "unlock_s = 7\nopen_alarm_s = 20.5\n"
    found = plan_of(check_hall_text(text)).gates
    assert [(one.id, one.unlock_s, one.open_alarm_s, one.sees_passage) for one in found] == [("gate-1", 7, 20.5, True)]
    assert plan_of(check_hall_text(GOOD_HALL)).gates == ()
