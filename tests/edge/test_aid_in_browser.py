"""The legal-aid form at the kiosk, one question on a screen, filled in ahead or submitted, and at its window."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.staff import StaffBook
from hall.queue.words import CallNext, OpenWindow
from tests.edge.accessible import faults
from tests.edge.aid_hall import ADULT, AGENT, MINOR, AidHall
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.screens_fixtures import PINS, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
KIOSK = (1080, 1920)
MAIN = "main button, footer button, #ways button"


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[AidHall]:
    staff = StaffBook(staff_file)
    yield AidHall(tmp_path, staff)
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
    with window.expect_popup() as opened:
        window.click("#aid")
    form = opened.value
    expect(form.locator("#f-name")).to_have_value("测试周敏")
    expect(form.locator("#f-facts")).to_have_value("<b>三个月没有发工资</b>")
    expect(form.locator("#told")).to_contain_text("查看已记入日志")
    assert hall.door.look()[0].intake.drafts["B001"].opened_by == "staff1"


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
    onward(page)
    expect(page.locator(".warning")).to_contain_text("身份证号不对")
    expect(page.locator("#heading")).to_have_text("您的信息")
    expect(page.locator("#aid-name")).to_have_value("测试周敏")
    page.locator(".chips.aid .chip").last.click()  # for somebody else
    for _ in range(5):
        page.click("[data-key=erase]")
    digits(page, "phone", "138")
    onward(page)
    expect(page.locator(".warning")).to_contain_text("电话号码是 7 到 12 位数字")
    expect(page.locator("[data-field=phone]")).to_have_attribute("aria-pressed", "true")
    digits(page, "phone", "00138000")
    onward(page)
    digits(page, "agent_id_number", "999999194901011231")
    onward(page)
    expect(page.locator(".warning")).to_contain_text("身份证号不对")
    page.click("[data-key=erase]")
    digits(page, "agent_id_number", "0")
    onward(page)
    expect(page.locator("#aid-facts")).to_be_visible()
    expect(page.locator(".warning")).to_have_count(0)
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


def sign(page, selector=".sign-pad"):
    """A stroke with the mouse, as a finger would draw it."""
    page.locator(selector).evaluate("element => element.scrollIntoView({ block: 'center' })")
    box = page.locator(selector).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + 60 + step * 12, box["y"] + 40 + (step % 5) * 12)
    page.mouse.up()


def fill_in(page, matter="M32_4"):
    """As far as the last look at it."""
    begin(page, matter)
    onward(page, 2)
    page.fill("#aid-name", "测试周敏")
    digits(page, "id_number", ADULT)
    digits(page, "phone", "13800000000")
    onward(page)
    page.fill("#aid-facts", "三个月没有发工资")
    onward(page)
    return page


def test_an_application_is_signed_and_submitted_at_the_kiosk(hall, open_page):
    page = fill_in(open_page("/kiosk", KIOSK, touch=True))
    page.click("#aid-formal")
    expect(page.locator("#aid-submit")).to_be_disabled()
    sign(page)
    page.click("#aid-submit")
    expect(page.locator(".ticket .number")).to_have_text("B001")
    (event,) = hall.journal.submitted()
    expect(page.locator(".receipt")).to_have_text(event.receipt)
    expect(page.locator(".code b")).to_have_text(re.compile(r"^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$"))
    found = hall.opened(event)
    assert (found["applicant"]["name"], found["facts"]) == ("测试周敏", "三个月没有发工资")
    assert len(base64.b64decode(found["signature"])) <= 6 * 1024
    page.click("#end")
    assert event.receipt not in page.content()


def test_what_is_missing_is_listed_with_the_way_to_it(hall, open_page):
    page = begin(open_page("/kiosk", KIOSK, touch=True))
    onward(page, 6)
    page.click("#aid-formal")
    expect(page.locator(".lacks")).to_contain_text("第41条")
    page.click("[data-lack=NAME_MISSING]")
    expect(page.locator("#aid-name")).to_be_visible()
    assert not hall.journal.look()[0].queue.tickets


def test_a_minor_is_asked_for_a_representative(hall, open_page):
    page = begin(open_page("/kiosk", KIOSK, touch=True), "M32_4")
    onward(page, 2)
    page.fill("#aid-name", "测试周敏")
    digits(page, "id_number", MINOR)
    digits(page, "phone", "13800000000")
    onward(page)
    page.fill("#aid-facts", "测试")
    onward(page)
    page.click("#aid-formal")
    page.click("[data-lack=MINOR_WITHOUT_AGENT]")
    page.fill("#aid-agent_name", "测试家长")
    page.fill("#aid-agent_authority", "户口簿")
    digits(page, "agent_id_number", AGENT)
    onward(page, 2)
    page.click("#aid-formal")
    sign(page)
    page.click("#aid-submit")
    expect(page.locator(".receipt")).to_be_visible()
    assert hall.opened(hall.journal.submitted()[0])["agent"]["relation"] == "PARENT"


def test_without_centrals_key_the_kiosk_says_so_before_anybody_signs(hall, open_page):
    hall.sealer = None
    page = fill_in(open_page("/kiosk", KIOSK, touch=True))
    page.click("#aid-formal")
    expect(page.locator(".lacks")).to_contain_text("纸质申请表")
    page.click("#aid-send")
    expect(page.locator(".ticket .number")).to_have_text("B001")


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_signing_and_the_receipt_can_be_used_by_everybody(hall, open_page, elder):
    page = open_page("/kiosk", KIOSK, touch=True)
    if elder:
        page.click("#large")
    fill_in(page)
    found = faults(page, main=MAIN, touch=True, scrolls=True, least_type=18)
    page.click("#aid-formal")
    expect(page.locator(".sign-pad")).to_be_visible()
    found += faults(page, main=MAIN, touch=True, scrolls=True, least_type=18)
    sign(page)
    page.click("#aid-submit")
    expect(page.locator(".code")).to_be_visible()
    found += faults(page, main=MAIN, touch=True, scrolls=True, least_type=18)
    assert found == [], "\n".join(found)
