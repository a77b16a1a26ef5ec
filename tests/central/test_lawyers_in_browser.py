"""The register, the rota and a firm's pages in a real browser: a case from the assignment to its end, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import insert, update

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.aid.stages import State
from central.clock import now_ms
from central.database import Database
from central.keeping.master_key import open_vault
from central.lawyers.tables import firm_account, lawyer_facts
from hall.moment import local_day
from tests.central.aid_house import FIRM, House
from tests.central.aid_pictures import picture
from tests.central.running import SECRET, RunningCentral
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import GOOD, violations
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Centre:
    """A central at work, with a case that a firm has not accepted yet."""

    running: RunningCentral
    case: str


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        opened = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def centre(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Centre]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.data.mkdir()
    database, now = Database(running.database), now_ms()
    desk = AccountDesk(database)
    for role in (Role.SUPERVISOR, Role.FIRM):
        desk.add(role.value, [role], now, SECRET)
    vault = open_vault(database, None, running.data, now, make=True)
    with database.write() as connection:
        case = House(connection, vault, now - _DAY_MS).furnish().to(State.ASSIGNED)
        connection.execute(update(lawyer_facts).values(state_as_of_ms=now - 1000))
        tie = {"account": Role.FIRM.value, "firm_code": FIRM, "unit": "city", "made_ms": now + 1, "by": "supervisor"}
        connection.execute(insert(firm_account), tie)
    database.close()
    running.start()
    try:
        yield Centre(running, case)
    finally:
        running.kill()


def page_of(browser: Browser, centre: Centre, role: Role, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(30_000)
    answer = page.request.post(f"{centre.running.url}/api/v1/session", data={"name": role.value, "secret": SECRET})
    assert answer.ok, answer.text()
    page.goto(f"{centre.running.url}{path}")
    return page


def in_both_languages(page: Page, at_rest: str) -> None:
    """``at_rest``: what the page shows when its data is there."""
    for language in ("en", "zh"):
        page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        page.locator(at_rest).first.wait_for()
        assert violations(page, more=GOOD) == []
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 768})
            wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"the page scrolls sideways at {width}"
        page.set_viewport_size({"width": 1366, "height": 768})


def by_keyboard(page: Page, selector: str) -> None:
    """What a page offers is reached and pressed without a pointer."""
    expect(page.locator(selector)).to_be_visible()
    page.locator(selector).focus()
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")


def test_a_firm_works_a_case_from_the_assignment_to_its_end(centre: Centre, browser: Browser) -> None:
    page = page_of(browser, centre, Role.FIRM, "/firm")
    expect(page.locator("#rows tbody")).to_contain_text("已指派 · 待接受")
    expect(page.locator("#rows tbody")).not_to_contain_text("婆婆")
    in_both_languages(page, "#rows tbody th")
    by_keyboard(page, "#rows tbody a")
    expect(page.locator("#next-note")).to_contain_text("《法律援助法》第46条")
    expect(page.locator("#contact button")).to_have_count(0)
    in_both_languages(page, "#documents button")
    by_keyboard(page, "[data-move=ACCEPT]")
    see_the_recipient(page)
    wait_for_the_recipient(page)
    sign(page)
    report_and_close(page)
    in_both_languages(page, "#reports li >> nth=3")


def see_the_recipient(page: Page) -> None:
    by_keyboard(page, "#contact button")
    page.keyboard.press("Enter")
    expect(page.locator("#look_reason-fault")).to_have_text("请填写此项。")
    page.fill("#look_reason", "约见签委托协议")
    page.keyboard.press("Enter")
    expect(page.locator("#contact")).to_contain_text("示例婆婆")
    expect(page.locator("#contact")).to_contain_text("13900000000")
    assert violations(page, more=GOOD) == []


def wait_for_the_recipient(page: Page) -> None:
    by_keyboard(page, "#acts [data-move=WAIT_FOR_CLIENT]")
    page.select_option("#cause", "OTHER_CAUSE")
    by_keyboard(page, "#wait [type=submit]")
    expect(page.locator("#wait_text-fault")).to_contain_text("请写明")
    assert violations(page, more=GOOD) == []
    page.select_option("#cause", "ABSENT")
    by_keyboard(page, "#wait [type=submit]")
    expect(page.locator("#next-note")).to_contain_text("五日期限停计")
    expect(page.locator("#reports")).to_contain_text("约定时间没有到场")
    expect(page.locator("#acts [data-move=WAIT_FOR_CLIENT]")).to_have_count(0)
    by_keyboard(page, "#acts [data-move=CLIENT_CAME]")
    by_keyboard(page, "#came [type=submit]")
    expect(page.locator("#acts [data-move=WAIT_FOR_CLIENT]")).to_be_visible()


def sign(page: Page) -> None:
    by_keyboard(page, "[data-move=ENGAGE]")
    expect(page.locator("#engage-files")).to_contain_text("请先在“材料”中上传")
    page.keyboard.press("Escape")
    hand_in(page, "AGREEMENT", "委托协议.jpg")
    hand_in(page, "AGREEMENT", "授权委托书.jpg")
    by_keyboard(page, "[data-move=ENGAGE]")
    page.fill("#signed_on", local_day(now_ms()))
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("承办中")


def hand_in(page: Page, kind: str, name: str) -> None:
    page.select_option("#kind", kind)
    page.set_input_files("#chosen", {"name": name, "mimeType": "image/jpeg", "buffer": picture(len(name))})
    by_keyboard(page, "#upload [type=submit]")
    expect(page.locator(f"#files [data-kind={kind}]").last).to_contain_text(name.partition(".")[0])


def report_and_close(page: Page) -> None:
    by_keyboard(page, "[data-move=REPORT]")
    page.fill("#report_text", "已向法院立案。")
    by_keyboard(page, "#report [type=submit]")
    expect(page.locator("#reports")).to_contain_text("已向法院立案。")
    hand_in(page, "JUDGMENT", "判决书.jpg")
    by_keyboard(page, "[data-move=CLOSE]")
    page.fill("#close_text", "法院支持全部诉讼请求。")
    page.fill("#recovered", "12.345")
    by_keyboard(page, "#close [type=submit]")
    expect(page.locator("#recovered-fault")).to_have_text("此项不符合要求，请按说明填写。")
    page.fill("#recovered", "72000.5")
    by_keyboard(page, "#close [type=submit]")
    expect(page.locator("#state")).to_have_text("已结案")
    with page.expect_download() as saved:
        page.locator("#documents button").first.focus()
        page.keyboard.press("Enter")
        page.fill("#fetch_reason", "核对决定书")
        page.keyboard.press("Enter")
    assert saved.value.path().read_bytes().startswith(b"%PDF")


def test_a_supervisor_keeps_the_rota_and_suspends_a_lawyer_whose_firm_loses_the_case(
    centre: Centre, browser: Browser
) -> None:
    firm = page_of(browser, centre, Role.FIRM, f"/firm/cases/{centre.case}")
    expect(firm.locator("#facts")).to_contain_text("示*")
    page = page_of(browser, centre, Role.SUPERVISOR, "/lawyers/rota")
    by_keyboard(page, ".rota .is-today")
    for count in (1, 2):
        by_keyboard(page, "#add")
        expect(page.locator("#people li")).to_have_count(count)
    by_keyboard(page, "#people li:nth-child(2) button >> nth=0")
    by_keyboard(page, "#day [type=submit]")
    expect(page.locator(".rota .is-today li")).to_have_count(2)
    in_both_languages(page, ".rota .is-today li")
    page.goto(f"{centre.running.url}/lawyers")
    page.fill("#find", "1111")
    by_keyboard(page, "#rows tbody button")
    expect(page.locator("#change-cases")).to_contain_text("在办 1 件")
    page.select_option("#to_state", "SUSPENDED")
    by_keyboard(page, "#change [type=submit]")
    expect(page.locator("#document-fault")).to_have_text("请填写此项。")
    page.fill("#document", "沪司罚〔2026〕9号")
    by_keyboard(page, "#change [type=submit]")
    expect(page.locator("#suspended_from-fault")).to_contain_text("停止执业须填起日")
    page.fill("#suspended_from", local_day(now_ms()))
    assert violations(page, more=GOOD) == []
    by_keyboard(page, "#change [type=submit]")
    expect(page.locator("#said")).to_have_text("已登记：停止执业。1 件案件转为更换中。")
    in_both_languages(page, "#rows tbody th")
    firm.click("[data-move=ACCEPT]")
    expect(firm.locator("#said")).to_contain_text("案件")
    firm.goto(f"{centre.running.url}/firm")
    expect(firm.locator("#empty")).to_be_visible()
