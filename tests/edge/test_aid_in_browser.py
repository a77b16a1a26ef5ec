"""The legal-aid form at the kiosk, one question on a screen, and at the window that gets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.aid_desk import aid_without_devices
from edge.screens import build_app
from edge.staff import StaffBook
from hall.queue.words import CallNext, OpenWindow
from tests.edge.accessible import faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.plain_door import PlainDoor
from tests.edge.screens_fixtures import PINS, Hall, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
KIOSK = (1080, 1920)
MAIN = "main button, footer button, #ways button"


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    door, staff = PlainDoor(), StaffBook(staff_file)
    yield Hall(door, staff, build_app(door, staff, aid=aid_without_devices(tmp_path, door.plan)))
    staff.close()


def begin(page, matter: str = "M31_5"):
    page.click("[data-tile=aid]")
    page.click("#aid-yes")
    page.locator(".chips.aid .chip").nth(int(matter[-1]) - 1 + (9 if matter.startswith("M32") else 0)).click()
    return page


def onward(page, times: int = 1):
    for _ in range(times):
        page.click("#aid-next")


def digits(page, field: str, text: str):
    page.click(f"[data-field={field}]")
    for key in text:
        page.click(f"[data-key='{key}']")


def test_a_form_is_filled_in_step_by_step_and_seen_at_the_window(hall, open_page):
    page = begin(open_page("/kiosk", KIOSK, touch=True))
    onward(page, 2)
    page.locator(".chips.aid .chip").nth(2).click()
    expect(page.locator(".only")).to_contain_text("第四十二条")
    onward(page)
    digits(page, "household", "3")
    onward(page)
    page.fill("#aid-name", "测试周敏")
    digits(page, "id_number", "999999194901011230")
    onward(page)
    page.fill("#aid-facts", "<b>三个月没有发工资</b>")
    onward(page)
    expect(page.locator(".aid-form")).to_contain_text("<b>三个月没有发工资</b>")
    page.click("#aid-send")
    expect(page.locator(".ticket .number")).to_have_text("B001")
    page.click("#home")
    page.click("[data-tile=aid]")
    page.click("#aid-yes")
    expect(page.locator(".chip[aria-pressed=true]")).to_have_count(0)

    hall.door.ask(OpenWindow(1, "staff1"))
    hall.door.ask(CallNext(1, "staff1"))
    window = open_page("/window/1", (1366, 768))
    window.fill("[name=name]", "staff1")
    window.fill("[name=secret]", PINS["staff1"])
    window.keyboard.press("Enter")
    window.click("#draft")
    form = window.locator("#draft-form")
    expect(form).to_contain_text("测试周敏")
    expect(form).to_contain_text("<b>三个月没有发工资</b>")
    expect(form.locator("b")).to_have_count(0)
    window.click("#draft-dialog [data-dismiss]")
    expect(window.locator("#draft-form > *")).to_have_count(0)


def test_whoever_suffers_violence_at_home_is_not_asked_for_money(hall, open_page):
    page = begin(open_page("/kiosk", KIOSK, touch=True), "M32_4")
    expect(page.locator(".only")).to_contain_text("第三十二条")
    onward(page, 2)
    expect(page.locator("#heading")).to_have_text("您的信息")


def test_a_wrong_number_is_named_and_nothing_is_lost(hall, open_page):
    page = begin(open_page("/kiosk", KIOSK, touch=True), "M32_4")
    onward(page, 2)
    page.fill("#aid-name", "测试周敏")
    digits(page, "id_number", "12345")
    onward(page, 2)
    page.click("#aid-send")
    expect(page.locator(".warning")).to_contain_text("身份证号不对")
    expect(page.locator("#aid-name")).to_have_value("测试周敏")
    assert not hall.door.look()[0].queue.tickets


def test_a_scanner_that_types_into_the_form_sends_nothing_and_fills_no_more_than_its_field(hall, open_page):
    page = begin(open_page("/kiosk", KIOSK, touch=True), "M32_4")
    onward(page, 2)
    page.click("#aid-name")
    page.keyboard.type("]C1 6901234567892<b>" * 3)
    page.keyboard.press("Enter")
    expect(page.locator("#heading")).to_have_text("您的信息")
    assert len(page.input_value("#aid-name")) == 40
    onward(page)
    page.click("#aid-facts")
    page.keyboard.insert_text("长" * 10_000)
    page.keyboard.press("Enter")
    assert len(page.input_value("#aid-facts")) <= 500
    expect(page.locator("#aid-facts")).to_be_visible()
    assert not hall.door.look()[0].queue.tickets


def test_back_goes_one_question_back_and_keeps_the_answers(hall, open_page):
    page = begin(open_page("/kiosk", KIOSK, touch=True), "M32_4")
    onward(page, 2)
    page.fill("#aid-name", "测试周敏")
    onward(page)
    page.click("#back")
    expect(page.locator("#aid-name")).to_have_value("测试周敏")
    page.click("#back")
    page.click("#back")
    expect(page.locator(".chip[aria-pressed=true]")).to_have_count(1)


def test_a_form_left_open_is_wiped(hall, open_page):
    page = open_page("/kiosk", KIOSK, touch=True)
    page.clock.install()
    page.reload()
    begin(page, "M32_4")
    onward(page, 2)
    page.fill("#aid-name", "测试周敏")
    page.clock.run_for(91_000)
    expect(page.locator("[data-tile=aid]")).to_be_visible()
    assert "测试周敏" not in page.content()
    page.click("[data-tile=aid]")
    expect(page.locator("#aid-yes")).to_be_visible()


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_can_be_used_by_everybody(hall, open_page, language, elder):
    page = open_page("/kiosk", KIOSK, touch=True)
    if language == "en":
        page.click("#language")
    if elder:
        page.click("#large")
    found = faults(page, main=MAIN, touch=True, scrolls=True, least_type=18)
    page.click("[data-tile=aid]")
    found += faults(page, main=MAIN, touch=True, scrolls=True, least_type=18)
    page.click("#aid-yes")
    found += faults(page, main=MAIN, touch=True, scrolls=True, least_type=18)
    page.locator(".chips.aid .chip").first.click()
    for _ in range(6):
        onward(page)
        found += faults(page, main=MAIN, touch=True, scrolls=True, least_type=18)
    assert found == [], "\n".join(found)
