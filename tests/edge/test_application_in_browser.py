"""The application for legal aid at a window: from empty form or draft to receipt and pages, by mouse or keyboard."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from edge.staff import StaffBook
from hall.queue.words import CallNext, Finish, OpenWindow, Start
from tests.edge.accessible import faults
from tests.edge.aid_hall import ADULT, HALL, MINOR, AidHall
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.screens_fixtures import PINS, served_fixture, staff_file_fixture  # noqa: F401
from tests.edge.test_aid_in_browser import sign

pytestmark = pytest.mark.browser
DESK = (1366, 768)


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[AidHall]:
    staff = StaffBook(staff_file)
    yield AidHall(tmp_path, staff)
    staff.close()


def call(hall, *commands):
    for command in commands:
        hall.journal.steady_ms += 3000
        hall.journal.ask(command)


def at_form(hall, open_page, *, service="B"):
    """A walk-in's ticket is called, and its form is open."""
    hall.client().post("/api/v1/tickets", json={"service": service})
    call(hall, OpenWindow(1, "staff1"), CallNext(1, "staff1"))
    page = open_page("/window/1", DESK)
    page.fill("[name=name]", "staff1")
    page.fill("[name=secret]", PINS["staff1"])
    page.keyboard.press("Enter")
    expect(page.locator("#aid")).to_be_visible()
    page.goto("/window/1/aid")
    expect(page.locator("#form")).to_be_visible()
    return page


def complete(page, number=ADULT):
    page.fill("#f-name", "测试周敏")
    page.fill("#f-id_number", number)
    page.fill("#f-phone", "13800000000")
    page.select_option("#f-matter", "M31_5")
    page.select_option("#f-basis", "PROMISE")
    page.fill("#f-household", "3")
    page.fill("#f-income_yuan", "2400.50")
    page.check("#f-promise")
    page.fill("#f-facts", "<b>三个月没有发工资</b>")
    page.click("#add-paper")
    page.fill("#papers [data-row=name]", "劳动合同")
    page.check("#f-consent")


def picture(folder: Path) -> str:
    """As rich as a picture can be: what a camera gives is never harder to make small."""
    file = folder / "page.jpg"
    Image.effect_noise((1654, 2339), 90).save(file, quality=90)
    return str(file)


def test_a_walk_ins_form_is_submitted_with_its_pages_and_the_event_names_the_clerk(hall, open_page, tmp_path):
    page = at_form(hall, open_page)
    complete(page)
    page.set_input_files("#page-file", picture(tmp_path))
    page.click("#keep-page")
    sign(page)
    page.click("#submit")
    expect(page.locator("#done-pages")).to_contain_text("1 页材料已全部上传")
    (event,) = hall.journal.submitted()
    assert (event.staff, event.window, event.pages) == ("staff1", 1, 1)
    expect(page.locator("#done-receipt")).to_contain_text(event.receipt)
    found = hall.opened(event)
    assert (found["facts"], found["hardship"]["income"]) == ("<b>三个月没有发工资</b>", 240_050)
    assert found["papers"] == [{"name": "劳动合同", "copies": 1, "original": False}]
    parts = [
        base64.b64decode(hall.central.open(one.sealed, HALL, f"aid.page/{one.receipt}/{one.page}/{one.part}"))
        for one in hall.journal.pages()
    ]
    whole = b"".join(parts)
    assert whole.startswith(b"\xff\xd8\xff")
    assert len(whole) <= 250 * 1024
    page.reload()
    expect(page.locator("#done-receipt")).to_contain_text(event.receipt)
    assert "测试周敏" not in page.content()


def test_what_is_missing_stands_at_its_field_and_in_a_list(hall, open_page):
    page = at_form(hall, open_page)
    complete(page, MINOR)
    page.click("#submit")
    expect(page.locator("#lacks li")).to_have_count(2)
    expect(page.locator("#lacks")).to_contain_text("第40条")
    page.click("#lacks li:has-text('第40条') button")
    expect(page.locator("#f-agent_name")).to_be_focused()
    page.fill("#f-id_number", "999999201002290013")
    page.click("#submit")
    expect(page.locator("#w-id_number")).to_contain_text("出生日期不存在")
    expect(page.locator("#f-id_number")).to_have_attribute("aria-invalid", "true")
    assert not hall.journal.submitted()


def test_hardship_is_asked_only_where_the_law_asks(hall, open_page):
    page = at_form(hall, open_page)
    page.select_option("#f-matter", "M32_4")
    expect(page.locator("#hardship-said")).to_contain_text("第32条")
    expect(page.locator("#f-basis")).to_be_hidden()
    page.select_option("#f-matter", "M31_5")
    page.select_option("#f-presumed", "X42_3")
    expect(page.locator("#hardship-said")).to_contain_text("以审查为准")
    expect(page.locator("#f-basis")).to_be_hidden()


def test_the_next_tickets_form_has_nothing_of_the_last_one(hall, open_page):
    page = at_form(hall, open_page)
    complete(page)
    hall.client().post("/api/v1/tickets", json={"service": "B"})
    call(hall, Start(1, "staff1"), Finish(1, "staff1"))
    expect(page.locator("#told")).to_contain_text("已不在本窗口")
    expect(page.locator("#f-name")).to_have_value("测试周敏")
    call(hall, CallNext(1, "staff1"))
    expect(page.locator("#ticket")).to_have_text("B002 号")
    expect(page.locator("#f-name")).to_have_value("")
    expect(page.locator("#papers .item")).to_have_count(0)


def test_the_form_works_by_keyboard_with_a_picture_for_the_signature(hall, open_page, tmp_path):
    page = at_form(hall, open_page)
    complete(page)
    Image.new("L", (600, 200), 255).save(tmp_path / "sign.png")
    page.set_input_files("#sign-file", str(tmp_path / "sign.png"))
    expect(page.locator("#sign-picture")).to_be_visible()
    page.focus("#f-name")
    seen = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id"))
        if "submit" in seen:
            break
    assert {"f-id_number", "f-matter", "f-facts", "add-paper", "page-file", "sign-file", "f-consent", "submit"} <= seen
    page.keyboard.press("Enter")
    expect(page.locator("#done-receipt")).to_be_visible()
    assert hall.opened(hall.journal.submitted()[0])["signed_how"] == "SCAN"


def test_without_centrals_key_the_clerk_is_told_to_take_the_paper_form(hall, open_page):
    hall.sealer = None
    page = at_form(hall, open_page)
    expect(page.locator("#told")).to_contain_text("纸质申请表")


def test_whoever_is_not_signed_in_sees_no_form(hall, open_page):
    page = open_page("/window/1/aid", DESK)
    expect(page).to_have_url(re.compile(r"/window/1$"))
    expect(page.locator("#sign-in")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_use_it(hall, open_page, language):
    page = at_form(hall, open_page)
    if language == "en":
        page.click("[data-language]")
    page.click("#add-opposing")
    page.check("[name=has_agent]")
    found = faults(page, main="form button", touch=False, scrolls=True, least_type=16)
    page.click("#submit")
    expect(page.locator("#lacks li").first).to_be_visible()
    found += faults(page, main="form button", touch=False, scrolls=True, least_type=16)
    page.uncheck("[name=has_agent]")
    complete(page)
    sign(page)
    page.click("#submit")
    expect(page.locator("#done-code")).to_be_visible()
    found += faults(page, main="#done button", touch=False, scrolls=True, least_type=16)
    assert found == [], "\n".join(found)
