"""A window's page open twice: both show the same, a press in both is one act, and neither spoils what the other did."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.screens import build_app
from edge.staff import StaffBook
from hall.plan import QueueRules
from hall.queue import words
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import Hall, served_fixture, staff_file_fixture  # noqa: F401
from tests.edge.window_page import ask, sign_in, take

pytestmark = pytest.mark.browser


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    door = PlainDoor(replace(PLAN, queue=QueueRules(undo_s=60)))
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    yield Hall(door, staff, build_app(door, staff))
    staff.close()


@pytest.fixture(name="tabs")
def tabs_fixture(hall: Hall, open_page: Any) -> tuple[Any, Any]:
    ask(hall, words.OpenWindow(1, "staff1"))
    take(hall, "A", "A", "A")
    first = sign_in(open_page)
    second = first.context.new_page()
    second.goto("/window/1")
    for tab in (first, second):
        expect(tab.locator("[data-ticket=A003]")).to_be_visible()
    return first, second


def both(tabs: tuple[Any, Any], key: str) -> None:
    """The same key in both, neither waiting for the other, and the answers to both."""
    for tab in tabs:
        tab.evaluate("(key) => { document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })); }", key)
    for tab in tabs:
        tab.wait_for_function("() => !document.body.classList.contains('busy')")


def expect_both(tabs: tuple[Any, Any], state: str, number: str | None = None) -> None:
    for tab in tabs:
        expect(tab.locator("#current")).to_have_attribute("data-state", state)
        if number is not None:
            expect(tab.locator("#number")).to_have_text(number)


def states(hall: Hall) -> list[str]:
    return [ticket.state.value for ticket in hall.door.look()[0].queue.tickets.values()]


def test_a_key_pressed_in_both_at_once_is_one_act_all_the_way_to_the_finish(hall: Hall, tabs: tuple[Any, Any]) -> None:
    for key, state, number, expected in (
        ("F2", "CALLING", "A001", ["CALLED", "WAITING", "WAITING"]),
        ("F4", "SERVING", "A001", ["SERVING", "WAITING", "WAITING"]),
        ("F5", "IDLE", None, ["DONE", "WAITING", "WAITING"]),
    ):
        both(tabs, key)
        expect_both(tabs, state, number)
        assert states(hall) == expected
        hall.door.steady_ms += 5000
    ask(hall, words.CallNext(1, "staff1"))
    hall.door.steady_ms += 30_000
    both(tabs, "F3")
    assert hall.door.look()[0].queue.tickets["A002"].calls == 2


def test_what_one_did_the_other_may_take_back(hall: Hall, tabs: tuple[Any, Any]) -> None:
    first, second = tabs
    ask(hall, words.CallNext(1, "staff1"), words.Start(1, "staff1"))
    expect_both(tabs, "SERVING", "A001")
    first.keyboard.press("F5")
    expect_both(tabs, "IDLE")
    expect(second.locator("#undo")).to_be_visible()
    second.keyboard.press("Control+z")
    expect_both(tabs, "SERVING", "A001")
    assert states(hall)[0] == "SERVING"


def test_a_record_that_one_finished_is_not_spoilt_by_what_the_other_began(hall: Hall, tabs: tuple[Any, Any]) -> None:
    first, second = tabs
    ask(hall, words.CallNext(1, "staff1"), words.Start(1, "staff1"), words.Finish(1, "staff1"))
    second.click("[data-choice=field][data-value=DEBT]")
    first.click("[data-choice=field][data-value=LABOUR]")
    first.click("[data-choice=answered_by][data-value=LAWYER]")
    for tab in tabs:
        expect(tab.locator("#record")).to_be_hidden()
    second.keyboard.press("F2")
    expect_both(tabs, "CALLING", "A002")
    assert hall.door.look()[0].record.versions == {"A001": 1}


def test_who_signs_out_in_one_is_signed_out_in_both(tabs: tuple[Any, Any]) -> None:
    first, second = tabs
    first.click("#sign-out")
    for tab in (first, second):
        expect(tab.locator("#sign-in")).to_be_visible()
