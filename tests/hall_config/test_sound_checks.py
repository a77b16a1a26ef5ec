"""The amplifier and its zones in a hall file: relays that are there and free, and never more watts than it bears."""

from __future__ import annotations

from random import Random

import pytest

from hall_config.driver_book import installed_book
from hall_config.load import check_hall_text
from hall_config.problems import HallFileError
from hall_config.zones import Zone, rounds, zones_for
from tests.hall_config.good_hall import GOOD_HALL

MORE = GOOD_HALL + '[[service]]\nletter = "B"\nname_zh = "调解"\nname_en = "Mediation"\n'
MORE += '[[window]]\nnumber = 2\nservices = ["B"]\n'
BOARD = '[[device]]\nid = "relays-1"\ndriver = "waveshare-relay"\nport = "/dev/ttyS1"\n'
SPEAKER = '[[device]]\nid = "voice"\ndriver = "speaker"\nport = "alsa:default"\n'
OUTPUT = '[[device]]\nid = "key"\ndriver = "gpio-output"\nport = "gpio:5"\n'
AMPLIFIER = "[amplifier]\nwatts = 45\n"


def zone(name: str, relay: str, watts: int, more: str = "") -> str:
    return f'[[zone]]\nid = "{name}"\nrelay = "{relay}"\nwatts = {watts}\n{more}\n'


def problems(text: str) -> list[tuple[str, str]]:
    try:
        check_hall_text(text, book=installed_book())
    except HallFileError as found:
        return [(problem.key, problem.code) for problem in found.problems]
    return []


TWO = zone("lobby", "relays-1:0", 24) + zone("stairs", "relays-1:1", 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOARD + AMPLIFIER + TWO, []),
        (BOARD + TWO, [("zone[1]", "AMPLIFIER_MISSING")]),
        (BOARD + AMPLIFIER + TWO.replace("20", "22"), [("amplifier.watts", "ZONE_WATTS")]),
        (BOARD + AMPLIFIER + zone("big", "relays-1:0", 46), [("amplifier.watts", "ZONE_WATTS")]),
        (AMPLIFIER + TWO, [("zone[1].relay", "UNKNOWN_DEVICE"), ("zone[2].relay", "UNKNOWN_DEVICE")]),
        (SPEAKER + AMPLIFIER + zone("a", "voice:0", 1), [("zone[1].relay", "NO_RELAYS")]),
        (BOARD + AMPLIFIER + zone("a", "relays-1:8", 1), [("zone[1].relay", "RELAY_NOT_THERE")]),
        (BOARD + "[device.options]\nrelays = 9\n" + AMPLIFIER + zone("a", "relays-1:8", 1), []),
        (OUTPUT + AMPLIFIER + zone("a", "key:0", 1), []),
        (OUTPUT + AMPLIFIER + zone("a", "key:1", 1), [("zone[1].relay", "RELAY_NOT_THERE")]),
        (BOARD + AMPLIFIER + zone("a", "relays-1", 1), [("zone[1].relay", "WRONG_FORM")]),
        (BOARD + AMPLIFIER + zone("a", "relays-1:x", 1), [("zone[1].relay", "WRONG_FORM")]),
        (
            BOARD + "[device.options]\nhands_off = [1]\n" + AMPLIFIER + TWO,
            [("zone[2].relay", "RELAY_NOT_THERE")],
        ),
        (BOARD + "[device.options]\nzones = [0]\n" + AMPLIFIER + TWO, [("zone[2].relay", "RELAY_NOT_THERE")]),
        (BOARD + AMPLIFIER + TWO.replace(":1", ":0"), [("zone[2].relay", "RELAY_TAKEN")]),
        (BOARD + AMPLIFIER + 'priority = "relays-1:1"\n' + TWO, [("amplifier.priority", "RELAY_TAKEN")]),
        (BOARD + AMPLIFIER + TWO.replace("stairs", "lobby"), [("zone[2].id", "TWICE")]),
        (
            BOARD + AMPLIFIER + zone("a", "relays-1:0", 1, 'services = ["X"]'),
            [("zone[1].services[1]", "UNKNOWN_SERVICE")],
        ),
        (BOARD + AMPLIFIER + zone("a", "relays-1:0", 1, "windows = [9]"), [("zone[1].windows[1]", "UNKNOWN_WINDOW")]),
        (BOARD + "[amplifier]\nwatts = 0\n", [("amplifier.watts", "TOO_SMALL")]),
    ],
)
def test_each_mistake_is_named_where_it_stands(text: str, expected: list[tuple[str, str]]) -> None:
    assert problems(MORE + text) == expected


def test_zones_parted_by_service_or_window_need_not_fit_together() -> None:
    parted = zone("lobby", "relays-1:0", 40, 'services = ["A"]') + zone("upstairs", "relays-1:1", 40, "windows = [2]")
    assert problems(MORE + BOARD + AMPLIFIER + parted) == []
    one_service_of_two = zone("lobby", "relays-1:0", 40, 'services = ["A"]') + zone("b", "relays-1:1", 40)
    assert problems(MORE + BOARD + AMPLIFIER + one_service_of_two) == [("amplifier.watts", "ZONE_WATTS")]


def test_the_words_say_which_zones_and_how_many_watts() -> None:
    with pytest.raises(HallFileError) as caught:
        check_hall_text(MORE + BOARD + AMPLIFIER + TWO.replace("20", "22"), book=installed_book())
    words = str(caught.value)
    assert "lobby, stairs" in words
    assert "46" in words
    assert "45" in words


@pytest.mark.parametrize("seed", range(20))
def test_rounds_are_never_more_than_the_amplifier_bears_and_leave_out_only_what_it_never_bears(seed: int) -> None:
    chance = Random(seed)
    zones = [Zone(f"z{place}", "r", place, chance.randint(0, 60)) for place in range(chance.randint(0, 12))]
    found = rounds(zones, 45)
    assert all(sum(zone.watts for zone in group) <= 45 for group in found)
    assert sorted(zone.id for group in found for zone in group) == sorted(zone.id for zone in zones if zone.watts <= 45)
    assert len(rounds(zones, None)) == min(1, len(zones))


def test_a_call_that_no_zone_claims_is_heard_in_all() -> None:
    zones = [Zone("a", "r", 0, 5, services=frozenset("A")), Zone("b", "r", 1, 5, windows=frozenset({2}))]
    assert zones_for(zones, "A", 1) == (zones[0],)
    assert zones_for(zones, "B", 2) == (zones[1],)
    assert zones_for(zones, "A", 2) == tuple(zones)
    assert zones_for(zones, "B", 1) == tuple(zones)
    assert zones_for(zones, "B", None) == (zones[1],)


LINE = '[[line]]\nid = "bus"\nport = "/dev/ttyS2"\n'


def on_line(name: str, driver: str, address: int, more: str = "") -> str:
    return f'[[device]]\nid = "{name}"\ndriver = "{driver}"\nline = "bus"\naddress = {address}\n{more}\n'


def test_a_modbus_board_and_a_device_of_another_language_cannot_share_a_line() -> None:
    mixed = LINE + on_line("a", "modbus-inputs", 1) + on_line("b", "onbon-bx-sign", 2, "window = 1")
    assert problems(MORE + mixed) == [("device[2].line", "LINE_MIXED")]
    same = LINE + on_line("a", "modbus-inputs", 1) + on_line("b", "waveshare-relay", 2)
    assert problems(MORE + same) == []
    signs = LINE + on_line("a", "ff68-terminal", 1, "window = 1") + on_line("b", "onbon-bx-sign", 2, "window = 1")
    assert problems(MORE + signs) == []


def test_one_board_may_be_two_devices_at_one_address_when_it_says_so() -> None:
    relays = LINE + on_line("relays-1", "waveshare-relay", 1)
    one_board = '[device.options]\nboard = "relays-1"'
    assert problems(MORE + relays + on_line("a", "modbus-inputs", 1, one_board)) == []
    assert problems(MORE + relays + on_line("a", "modbus-inputs", 1)) == [("device[2].address", "ADDRESS_TAKEN")]
    other = '[device.options]\nboard = "relays-2"'
    assert problems(MORE + relays + on_line("a", "modbus-inputs", 1, other)) == [("device[2].address", "ADDRESS_TAKEN")]
