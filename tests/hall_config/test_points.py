"""What a point is, and which relays of a board are whose."""

from __future__ import annotations

from typing import Any

import pytest

from hall_config.driver_book import installed_book
from hall_config.load import check_hall_text
from hall_config.points import is_point, other_relays, parts_of, point_of, zone_relays
from hall_config.problems import HallFileError
from tests.hall_config.good_hall import GOOD_HALL


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("relays-1:4", ("relays-1", 4)),
        ("relays-1:0", ("relays-1", 0)),
        ("relays-1:007", ("relays-1", 7)),
        ("door-1", ("door-1", None)),
    ],
)
def test_a_point_is_a_device_and_its_channel(text: str, parts: tuple[str, int | None]) -> None:
    assert is_point(text)
    assert parts_of(text) == parts
    assert point_of(text) == (parts[0], parts[1] or 0)


@pytest.mark.parametrize(
    "text",
    ["", ":", "relays-1:", ":4", "relays-1:x", "relays-1:-1", "relays-1:1000", "Relays:1", "a:1:2", "a:1\n", "a:１"],
)
def test_what_is_no_point_is_refused(text: str) -> None:
    assert not is_point(text)
    with pytest.raises(ValueError, match="no point"):
        point_of(text)


@pytest.mark.parametrize(
    ("options", "zones", "others"),
    [
        ({}, (0, 1, 2, 3), (0, 1, 2, 3)),
        ({"hands_off": [1]}, (0, 2, 3), (0, 2, 3)),
        ({"zones": [3, 0]}, (3, 0), (1, 2)),
        ({"zones": [3, 0, 9], "hands_off": [2]}, (3, 0), (1,)),
        ({"zones": "all", "hands_off": 7}, (0, 1, 2, 3), (0, 1, 2, 3)),
        ({"zones": ["1", None, 2]}, (2,), (0, 1, 3)),
    ],
)
def test_zones_and_locks_share_a_board(
    options: dict[str, Any], zones: tuple[int, ...], others: tuple[int, ...]
) -> None:
    assert zone_relays(options, 4) == zones
    assert other_relays(options, 4) == others


def test_one_point_written_in_two_ways_is_taken_once() -> None:
    board = '[[device]]\nid = "inputs-1"\ndriver = "modbus-inputs"\nport = "/dev/ttyS1"\n'
    two = '[[contact]]\nid = "%s"\npoint = "inputs-1:%s"\nmeans = "door"\nname_zh = "门"\nname_en = "Door"\n'
    text = GOOD_HALL + board + two % ("front", "2") + two % ("back", "02")
    with pytest.raises(HallFileError) as found:
        check_hall_text(text, book=installed_book())
    assert [(problem.key, problem.code) for problem in found.value.problems] == [("contact[2].point", "POINT_TAKEN")]
