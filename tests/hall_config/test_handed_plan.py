"""What a plan from central may say, and what becomes of a hall file under it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hall_config.handed_plan import PARTS, hall_under, laid_over, plan_problems, read_plan
from hall_config.in_force import IN_AN_EMPTY_HALL
from hall_config.load import check_hall_text
from hall_config.models import HallFile
from hall_config.plan import plan_of
from hall_config.problems import HallFileError

OWN = """
[hall]
id = "hall-one"
name_zh = "测试"
name_en = "Test"
[rules]
call_interval_s = 30
undo_s = 9
[[rest_day]]
day = 2026-10-01
name_zh = "国庆节"
name_en = "National Day"
[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"
[[window]]
number = 1
services = ["A"]
[[device]]
id = "pad-1"
driver = "ff68-terminal"
port = "socket://127.0.0.1:9"
window = 1
"""


def window(number: Any, *services: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "services": list(services or "A"), **more}


def own() -> HallFile:
    return check_hall_text(OWN)


def test_a_plan_says_what_waits_for_an_empty_hall_and_nothing_of_wires() -> None:
    assert set(IN_AN_EMPTY_HALL) <= set(PARTS)
    assert not {"device", "line", "uplink", "data", "pages", "gate", "hall"} & set(PARTS)


def test_a_plan_stands_in_place_of_its_parts_and_the_rest_stays() -> None:
    file = hall_under(own(), {"rules": {"undo_s": 3}, "window": [window(1), window(2)]})
    assert (file.rules.undo_s, file.rules.call_interval_s) == (3, 30)
    assert [one.number for one in file.window] == [1, 2]
    assert (file.rest_day, file.device) == (own().rest_day, own().device)
    assert plan_of(file, 7).revision == 7
    assert hall_under(own(), {}) == own()
    assert laid_over({"rules": {"a": 1}}, {"rules": {"b": 2}}) == {"rules": {"a": 1, "b": 2}}


@pytest.mark.parametrize(
    ("parts", "code", "key"),
    [
        ({"window": [window(2), window(2)]}, "TWICE", "window[2].number"),
        ({"window": [window(1, "A", "A")]}, "TWICE", "window[1].services[2]"),
        ({"window": [window("1")]}, "WRONG_TYPE", "window[1].number"),
        ({"window": [window(100)]}, "TOO_LARGE", "window[1].number"),
        ({"window": []}, "EMPTY", "window"),
        ({"rules": {"undo": 3}}, "UNKNOWN_KEY", "rules.undo"),
        ({"device": []}, "UNKNOWN_KEY", "device"),
        ({"opening": [{"weekdays": [1], "hours": ["12:00-09:00"]}]}, "HOURS_END_FIRST", "opening[1].hours[1]"),
        ({"rest_day": [{"day": "2026-02-30", "name_zh": "x", "name_en": "x"}]}, "NO_SUCH_DAY", "rest_day[1].day"),
        ({"service": [{"letter": "A", "name_zh": "x", "name_en": "x"}] * 2}, "TWICE", "service[2].letter"),
        ({"rules": {"lunch": [[[[[[[[[[[[[]]]]]]]]]]]]]}}, "TOO_DEEP", ""),
    ],
)
def test_a_wrong_plan_is_named_with_its_place(parts: dict[str, Any], code: str, key: str) -> None:
    found = plan_problems(parts)
    assert (code, key) in [(one.code, one.key) for one in found]
    assert all(one.words("zh") and one.words("en") for one in found)
    with pytest.raises(HallFileError):
        hall_under(own(), parts)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"window": [window(1, "B")]}, "UNKNOWN_SERVICE"),  # a class that only the hall's own file can know
        ({"window": [window(3)]}, "UNKNOWN_WINDOW"),  # the terminal at window 1 would stand nowhere
        ({"service": [{"letter": "B", "name_zh": "x", "name_en": "x"}]}, "UNKNOWN_SERVICE"),
    ],
)
def test_what_does_not_fit_this_hall_is_found_there(parts: dict[str, Any], code: str) -> None:
    assert plan_problems(parts) == []
    with pytest.raises(HallFileError) as wrong:
        hall_under(own(), parts)
    assert code in {one.code for one in wrong.value.problems}


@pytest.mark.parametrize(
    "change",
    [
        {"revision": 1}, {"revision": True}, {"revision": "2"}, {"v": 2}, {"hall": "Hall"}, {"more": 1},
        {"parts": []}, {"valid_from": -1},
    ],
)  # fmt: skip
def test_what_is_no_plan_is_not_read(change: dict[str, Any]) -> None:
    good = {"v": 1, "hall": "hall-one", "revision": 2, "issued": 1, "valid_from": 0, "parts": {}}
    assert read_plan(json.dumps(good)).revision == 2
    for text in (json.dumps({**good, **change}), "", "[" * 100_000, "[]", "nul", "x" * 300_000):
        with pytest.raises(ValueError):
            read_plan(text)
