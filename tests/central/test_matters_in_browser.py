"""Short records in a real browser: advice by the keyboard alone, a mediation to its end, a visit in a room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.central.matter_desk import id_number
from tests.central.running import SECRET, RunningCentral, hall_line
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import faults
from tests.parts import Mosquitto, skip_unless, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.broker]
HALL = "hall-one"


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_default_timeout(30_000)
        yield page
        browser.close()
        assert problems == []


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.start()
    try:
        with hall_line(mosquitto, HALL) as line, closing(running.client("supervisor")) as supervisor:
            line.state(online=True, bdseq=1, epoch="epoch-1")
            birth = {"hall": HALL, "name_zh": "长宁区公共法律服务中心", "name_en": "Changning Centre", "version": "1"}
            line.say("node/birth", {**birth, "devices": [], "windows": [], "services": []}, retain=True)
            wait_for(lambda: supervisor.get(f"/api/v1/halls/{HALL}").status_code == 200, "central knows the hall")
        yield running
    finally:
        running.kill()


def sign_in(page: Page, central: RunningCentral, path: str) -> None:
    page.goto(f"{central.url}{path}")
    page.fill("[name=name]", "supervisor")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")


def looks_right(page: Page, name: str) -> None:
    """Nothing to find for axe; a picture of it where one is wanted."""
    assert faults(page, touch=False, scrolls=True, least_type=14) == [], name
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/matters-{name}.png", full_page=True)


def in_english(page: Page, ready: str, name: str) -> None:
    page.click(".who a[lang=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(ready).first.wait_for()
    looks_right(page, f"{name}-en")
    page.click(".who a[lang=zh-CN]")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator(ready).first.wait_for()


def test_records_are_taken_down_and_moved(central: RunningCentral, page: Page) -> None:
    sign_in(page, central, "/matters")
    advice_by_the_keyboard(page)
    a_mediation_to_its_end(page)
    a_visit_in_a_room(page)
    assert id_number(1) not in central.log()


def advice_by_the_keyboard(page: Page) -> None:
    """The first field has the focus; digits choose; Ctrl+Enter records it and is ready for the next."""
    expect(page.locator("#begin-channel")).to_be_focused()
    looks_right(page, "advice-empty")
    keys = page.keyboard
    keys.press("Control+Enter")
    expect(page.locator("#begin-field-fault")).to_have_text("请填写此项。")
    expect(page.locator("#begin-field")).to_be_focused()
    keys.type("03")
    keys.press("Tab")
    keys.type("1")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Space")  # the second group: elders
    keys.press("Control+Enter")
    expect(page.locator("#begun")).to_contain_text("已登记：法律咨询〔2026〕第1号")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows tr")).to_contain_text("劳动争议")
    expect(page.locator("#begin-channel")).to_be_focused()
    assert page.input_value("#begin-answered_by") == "LAWYER"  # as the one before
    page.select_option("#begin-field", "B11")
    page.click("#begin summary")
    page.click("#begin .people button")
    page.fill(".person-row [data-part=name]", "欧阳春兰")
    page.fill(".person-row [data-part=id_number]", "990101194901010012")
    page.click("#begin [type=submit]")
    expect(page.locator(".person-row .fault")).to_contain_text("不符合要求")
    page.fill(".person-row [data-part=id_number]", id_number(1))
    page.fill("#begin-text-subject", "<b>离婚后</b>子女抚养")
    looks_right(page, "advice-filled")
    page.click("#begin [type=submit]")
    expect(page.locator("#begun")).to_contain_text("第2号")
    in_english(page, "#rows tr", "list")
    page.click("#search-open")
    page.fill("#search-name", "欧阳春兰")
    page.fill("#search-reason", "来访人询问上次咨询")
    looks_right(page, "search")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("找到 1 件")
    expect(page.locator("#rows tr")).to_contain_text("第2号")
    page.click("#rows a")
    expect(page.locator("#people")).to_contain_text("欧阳*")
    expect(page.locator("#people")).not_to_contain_text("春兰")
    page.click("#show")
    page.fill("#reason", "核对来访人身份")
    page.keyboard.press("Enter")
    expect(page.locator("#people")).to_contain_text("欧阳春兰")
    expect(page.locator("#people")).to_contain_text(id_number(1))
    expect(page.locator("#steps")).to_contain_text("<b>离婚后</b>子女抚养")
    looks_right(page, "advice-shown")


def move(page: Page, name: str, **values: str) -> None:
    """By its button, filled in, sent with Enter."""
    page.click(f"[data-move={name}]")
    for field, value in values.items():
        input = page.locator(f"#move-fields [name={field}]")
        if input.get_attribute("type") == "checkbox":
            input.check()
        elif input.evaluate("(one) => one.tagName") == "SELECT":
            input.select_option(value)
        else:
            input.fill(value)
    page.click("#move [type=submit]")
    expect(page.locator("#move")).to_be_hidden()


def a_mediation_to_its_end(page: Page) -> None:
    page.click("text=服务记录 >> nth=0")
    page.click("[data-kind=MEDIATION]")
    expect(page.locator("#begin-title")).to_have_text("新建人民调解")
    page.select_option("#begin-dispute", "D22")
    for role, name in (("APPLICANT", "钱多多"), ("RESPONDENT", "孙䶮")):
        page.fill(f".person-row[data-role={role}] [data-part=name]", name)
    looks_right(page, "mediation-new")
    page.click("#begin [type=submit]")
    page.click("#begun a")
    expect(page.locator("#stands")).to_contain_text("已申请")
    page.click("[data-move=ACCEPT]")
    page.select_option("#move-fields [name=sent]", "HERE")
    page.fill("#move-fields [name=people]", "5")
    page.click("#move [type=submit]")
    expect(page.locator("#move-parties_agree-fault")).to_contain_text("《人民调解法》第17条")
    looks_right(page, "mediation-refused")
    page.check("#move-fields [name=parties_agree]")
    page.click("#move [type=submit]")
    expect(page.locator("#stands")).to_contain_text("已受理")
    expect(page.locator("#stands")).to_contain_text("调解期限目标")
    move(page, "BEGIN", parties_agree="1")
    looks_right(page, "mediation")
    today = page.evaluate("() => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)")
    move(page, "AGREE_WRITTEN", effective_day=today, amount_fen="1234.50")
    expect(page.locator("#facts")).to_contain_text("1,234.50")
    move(page, "ASK_CONFIRMATION", joint="1", confirm_day=today)
    move(page, "NOTE_CONFIRMED")
    expect(page.locator("#stands")).to_contain_text("已确认")
    expect(page.locator("#ended")).to_be_visible()
    in_english(page, "#steps li", "mediation-end")


def a_visit_in_a_room(page: Page) -> None:
    page.goto(page.url.split("/matters")[0] + "/visits")
    expect(page.locator("#no-rooms")).to_be_visible()
    page.click("#add-room")
    page.fill("#name_zh", "探视一室")
    page.fill("#name_en", "Visit room 1")
    page.keyboard.press("Enter")
    expect(page.locator(".room")).to_contain_text("全天空闲")
    page.goto(page.url.split("/visits")[0] + "/matters?kind=VISIT")
    page.locator(".person-row[data-role=VISITOR]").wait_for()
    page.fill("#begin-text-prison", "某某监狱")
    for name in ("first_time", "id_shown", "kinship_shown"):
        page.check(f"#begin [name={name}]")
    page.fill("[data-role=VISITOR] [data-part=name]", "李一")
    page.select_option("[data-role=VISITOR] [data-part=relation]", "PARENT")
    page.fill("[data-role=PRISONER] [data-part=name]", "李二")
    page.select_option("#hall", HALL)
    looks_right(page, "visit-new")
    page.click("#begin [type=submit]")
    page.click("#begun a")
    move(page, "PASS")
    move(page, "SEND")
    tomorrow = page.evaluate("() => new Date(Date.now() + 32 * 3600e3).toISOString().slice(0, 10)")
    move(page, "NOTE_TIME", visit_day=tomorrow, visit_from="09:00", visit_until="09:30")
    page.click("[data-move=BOOK_ROOM]")
    page.locator("#move-fields [name=room]").select_option(index=1)
    looks_right(page, "visit-room")
    page.click("#move [type=submit]")
    expect(page.locator("#stands")).to_contain_text("已排探视室")
    page.goto(page.url.split("/matters")[0] + "/visits")
    page.fill("#day", tomorrow)
    expect(page.locator(".room")).to_contain_text("09:00–09:30 远程探视〔2026〕第1号")
    expect(page.locator("body")).not_to_contain_text("李一")
    looks_right(page, "visits")
    in_english(page, ".room", "visits")
