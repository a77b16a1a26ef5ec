"""Short records in a real browser: advice by the keyboard alone, a mediation to its end, a visit in a room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from central.aid_papers import centre_store
from central.clock import now_ms
from central.database import Database
from central.keeping import master_key
from tests.central.aid_house import DAY_MS, House
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
        page = browser.new_page(viewport={"width": 1280, "height": 900})
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
        furnish(running)
        yield running
    finally:
        running.kill()


def furnish(central: RunningCentral) -> None:
    """A centre that numbers documents, and lawyers to be on duty."""
    database = Database(central.database)
    vault = master_key.open_vault(database, None, central.data, now_ms(), make=False)
    with database.write() as connection:
        House(connection, vault, now_ms() - DAY_MS).furnish()
        facts = {
            "address": "示例路1号",
            "phone": "021-00000000",
            "bureau": "示例市司法局",
            "bureau_address": "",
            "seal": "",
        }
        names = {"short_name": "沪示", "name_zh": "示例市法律援助中心", "bureau_phone": ""}
        centre_store.put_centre(connection, "city", now_ms(), **facts, **names)
    database.close()


def sign_in(page: Page, central: RunningCentral, path: str) -> None:
    page.goto(f"{central.url}{path}")
    page.fill("[name=name]", "supervisor")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")


def looks_right(page: Page, name: str) -> None:
    """Nothing to find for axe; a picture of it where one is wanted."""
    assert faults(page, touch=False, scrolls=True, least_type=14) == [], name
    if "PICTURES" in os.environ:
        for width in (1024, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{os.environ['PICTURES']}/matters-{name}-{width}.png", full_page=True)


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
    a_duty_lawyers_help_with_its_documents(page)
    a_complaint_and_an_appointment(page)
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
        input = page.locator(f"#move-fields [name={field}], #move-fields [data-text={field}]")
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
    move(page, "FAIL", fail_reason="NO_AGREEMENT", ways_told="1")
    expect(page.locator("#stands")).to_contain_text("调解不成")
    page.click("[data-move=TAKE_BACK]")
    expect(page.locator("#move-note")).to_contain_text("这件记录回到“调解中”")
    page.click("#move [type=submit]")
    expect(page.locator("#move-text-reason-fault")).to_have_text("请填写此项。")
    page.fill("#move-text-reason", "误点")
    looks_right(page, "take-back")
    page.click("#move [type=submit]")
    expect(page.locator("#stands")).to_contain_text("调解中")
    expect(page.locator("#steps .gone")).to_contain_text("4. 调解不成 → 调解不成已收回，不再有效")
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


def a_duty_lawyers_help_with_its_documents(page: Page) -> None:
    """Taken down, its form issued with what was open, saved as PDF, voided; and the month's ledger."""
    page.goto(page.url.split("/visits")[0] + "/matters?kind=DUTY_HELP")
    page.locator("#begin-place").wait_for()
    page.select_option("#begin-move", "RECORD")
    page.select_option("#begin-place", "DETENTION_HOUSE")
    page.check("#begin [value=ADVICE]")
    page.locator("#begin-lawyer").select_option(index=1)
    looks_right(page, "duty-new")
    page.click("#begin summary")
    page.locator("#begin .people button").first.click()
    page.fill(".person-row [data-part=name]", "欧阳䶮")
    page.fill("#begin-text-charge", "盗窃罪")
    page.fill("#begin-text-answer", "讲解拘留期限")
    page.click("#begin [type=submit]")
    page.click("#begun a")
    expect(page.locator("#papers")).to_contain_text("还没有文书")
    page.click("#issue")
    page.select_option("#paper-form", "F28")
    looks_right(page, "paper-issue")
    page.click(".paper-dialog [type=submit]")
    expect(page.locator("#paper-help_method-fault")).to_have_text("请填写此项。")
    page.fill("#paper-help_method", "会见")
    page.fill("#paper-stage", "侦查")
    page.fill("#paper-help_time", "2026-03-20T09:30")
    page.click(".paper-dialog [type=submit]")
    expect(page.locator("#papers")).to_contain_text("F28 法律帮助情况登记表")
    expect(page.locator("#papers")).to_contain_text("援帮登字")
    looks_right(page, "duty")
    page.click("#papers button >> nth=0")
    page.fill("#paper-reason", "打印归档")
    with page.expect_download() as saved:
        page.click(".paper-dialog [type=submit]")
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF-")
    page.click("#papers .danger")
    page.fill("#paper-reason", "帮助方式写错")
    page.keyboard.press("Enter")
    expect(page.locator("#papers .voided")).to_contain_text("已作废 帮助方式写错")
    in_english(page, "#papers li", "duty")
    page.click("text=服务记录 >> nth=0")
    page.click("[data-kind=DUTY_HELP]")
    page.click("#ledger-make")
    looks_right(page, "ledger")
    page.click(".paper-dialog [type=submit]")
    expect(page.locator("#ledgers")).to_contain_text("值班律师工作台账（看守所，")
    looks_right(page, "duty-list")
    in_english(page, "#ledgers li", "duty-list")


def a_complaint_and_an_appointment(page: Page) -> None:
    page.click("[data-kind=COMPLAINT]")
    page.select_option("#begin-about", "DELAY")
    page.fill("#begin-text-subject", "等了两个小时无人办理")
    looks_right(page, "complaint-new")
    page.click("#begin [type=submit]")
    page.click("#begun a")
    move(page, "HANDLE")
    move(page, "ANSWER", answer="已道歉并增开窗口")
    looks_right(page, "complaint")
    in_english(page, "#steps li", "complaint")
    page.goto(page.url.split("/matters")[0] + "/matters?kind=NOTARY")
    page.locator("#begin-guidance").wait_for()
    page.select_option("#begin-move", "BOOK")
    tomorrow = page.evaluate("() => new Date(Date.now() + 32 * 3600e3).toISOString().slice(0, 10)")
    page.fill("#begin-appointed_day", tomorrow)
    page.fill("#begin-appointed_time", "10:00")
    looks_right(page, "notary-new")
    page.click("#begin [type=submit]")
    page.click("#begun a")
    expect(page.locator("#stands")).to_contain_text("已预约")
    looks_right(page, "notary")
