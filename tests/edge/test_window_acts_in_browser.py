"""A window's page: a slip of the finger taken back, what was done recorded, a jump with its reason, the silent key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.screens import build_app
from edge.staff import StaffBook
from hall.queue import words
from hall.record.words import AnsweredBy, Field
from hall.safety.words import Evacuate
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import PINS, Hall, served_fixture, staff_file_fixture  # noqa: F401
from tests.edge.window_page import DESK, ask, sign_in, take

pytestmark = pytest.mark.browser


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    door = PlainDoor(replace(PLAN, queue=replace(PLAN.queue, undo_s=60)))
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    yield Hall(door, staff, build_app(door, staff))
    staff.close()


def test_a_finish_is_taken_back_with_one_press(hall, open_page):
    take(hall, "A", "A")
    ask(hall, words.OpenWindow(1, "staff1"), words.CallNext(1, "staff1"), words.Start(1, "staff1"))
    page = sign_in(open_page)
    page.keyboard.press("F5")
    expect(page.locator("#undo")).to_be_visible()
    expect(page.locator("#undo-words")).to_contain_text("A001")
    page.keyboard.press("Control+z")
    expect(page.locator("#number")).to_have_text("A001")
    expect(page.locator("#current")).to_have_attribute("data-state", "SERVING")
    assert hall.door.look()[0].queue.tickets["A001"].state.value == "SERVING"


def test_nothing_is_offered_when_the_seconds_are_over(hall, open_page):
    take(hall, "A")
    ask(hall, words.OpenWindow(1, "staff1"), words.CallNext(1, "staff1"))
    page = sign_in(open_page)
    expect(page.locator("#undo")).to_be_visible()
    hall.door.steady_ms += 61_000
    hall.door.ring()
    expect(page.locator("#undo")).to_be_hidden()


def test_two_taps_record_what_was_done_and_nobody_has_to(hall, open_page):
    take(hall, "A", "A")
    ask(hall, words.OpenWindow(1, "staff1"), words.CallNext(1, "staff1"), words.Start(1, "staff1"))
    page = sign_in(open_page)
    page.keyboard.press("F5")
    expect(page.locator("#record")).to_be_visible()
    page.click("[data-choice=field][data-value=LABOUR]")
    page.click("[data-choice=answered_by][data-value=LAWYER]")
    expect(page.locator("#record")).to_be_hidden()
    page.wait_for_function("() => true")
    assert hall.door.look()[0].record.versions == {"A001": 1}
    page.keyboard.press("F2")
    expect(page.locator("#number")).to_have_text("A002")
    expect(page.locator("#record")).to_be_hidden()


def test_what_was_chosen_so_far_is_kept_when_the_clerk_calls_on(hall, open_page):
    take(hall, "A", "A")
    ask(hall, words.OpenWindow(1, "staff1"), words.CallNext(1, "staff1"), words.Start(1, "staff1"))
    page = sign_in(open_page)
    page.keyboard.press("F5")
    page.click("[data-choice=field][data-value=DEBT]")
    page.click("#record-skip")
    expect(page.locator("#record")).to_be_hidden()
    expect(page.locator("body")).not_to_have_class("busy")
    assert hall.door.look()[0].record.versions == {"A001": 1}


def test_calling_a_number_out_of_turn_asks_why(hall, open_page):
    take(hall, "A", "A", "A")
    ask(hall, words.OpenWindow(1, "staff1"))
    page = sign_in(open_page)
    page.click("[data-ticket=A003] button")
    expect(page.locator("#jump-dialog")).to_be_visible()
    expect(page.locator("#jump-title")).to_contain_text("A003")
    page.keyboard.press("3")
    expect(page.locator("#number")).to_have_text("A003")
    ticket = hall.door.look()[0].queue.tickets["A003"]
    assert (ticket.why, ticket.called_by, ticket.overtook) == (words.Why.CHOSEN, "staff1", 2)


def test_the_first_of_the_list_needs_no_reason(hall, open_page):
    take(hall, "A", "A")
    ask(hall, words.OpenWindow(1, "staff1"))
    page = sign_in(open_page)
    page.click("[data-ticket=A001] button")
    expect(page.locator("#number")).to_have_text("A001")


def test_the_silent_key_tells_the_other_windows_and_nobody_else(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"), words.OpenWindow(2, "staff2"))
    first, second = sign_in(open_page), sign_in(open_page, window=2)
    public = open_page("/display", (1920, 1080))
    first.click("#silent")
    expect(first.locator("#notes .calm")).to_be_visible()
    expect(second.locator("#notes .fault")).to_contain_text("1号窗口")
    assert "同事" not in public.inner_text("body")
    second.click("#notes .fault button")
    expect(second.locator("#notes .fault")).to_have_count(0)
    assert not hall.door.look()[0].safety.called_since_ms


def test_an_evacuation_is_said_and_calls_are_refused(hall, open_page):
    take(hall, "A")
    ask(hall, words.OpenWindow(1, "staff1"), Evacuate("boss"))
    page = sign_in(open_page)
    expect(page.locator("#notes .fault")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.locator("#said")).to_contain_text("疏散")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_panel_of_the_record_fits_the_screen(hall, open_page, lang):
    take(hall, "A", "A", "B")
    ask(hall, words.OpenWindow(1, "staff1"), words.CallNext(1, "staff1"), words.Start(1, "staff1"))
    ask(hall, words.Finish(1, "staff1"))
    page = open_page(f"/window/1?lang={lang}", DESK)
    page.fill("[name=name]", "staff1")
    page.fill("[name=secret]", PINS["staff1"])
    page.keyboard.press("Enter")
    expect(page.locator("#record")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#keys").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= DESK[1], "the keys stay in sight"


def test_every_code_of_the_record_is_on_the_page(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"))
    page = sign_in(open_page)
    for kind, name in ((Field, "field"), (AnsweredBy, "answered_by")):
        found = page.eval_on_selector_all(f"[data-choice={name}]", "all => all.map((one) => one.dataset.value)")
        assert found == [code.value for code in kind]
