"""A village room fills in its month on a telephone: visits, an event with a photo, figures, a bad line, or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect, sync_playwright

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import Database
from central.report.periods import shifted
from hall.moment import local_day
from tests.central import strange_files
from tests.central.running import SECRET, RunningCentral
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import GOOD, faults
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]
MONTH = shifted(local_day(now_ms())[:7], -1)
BEFORE = shifted(MONTH, -1)
NAME = "测试王小明"
UNITS = (
    ("north", "city", "district", "示例区", "North"), ("lane", "north", "street", "示例街道", "Lane"),
    ("east", "lane", "village", "示例街道永丰村公共法律服务工作室", "Yongfeng village room"),
)  # fmt: skip


@pytest.fixture
def phone() -> Iterator[BrowserContext]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, locale="zh-CN")
        context.set_default_timeout(30_000)
        problems: list[str] = []
        context.on("weberror", lambda error: problems.append(str(error.error)))
        yield context
        browser.close()
        assert problems == []


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.start()
    try:
        with closing(running.client("admin")) as admin:
            for unit, parent, level, zh, en in UNITS:
                send(
                    admin, "/api/v1/units", {"id": unit, "parent": parent, "level": level, "name_zh": zh, "name_en": en}
                )
        database = Database(running.database)
        roles = frozenset({Role.REPORT_PREPARER, Role.WINDOW_STAFF})
        AccountDesk(database).add_all([NewAccount("room", roles, SECRET, "east")], now_ms())
        database.close()
        yield running
    finally:
        running.kill()


def send(client: Any, path: str, body: Any) -> None:
    answer = client.post(path, json=body, headers={"Idempotency-Key": f"{path}{body}"[:150].encode().hex()[:180]})
    assert answer.status_code == 201, answer.text


def looks_right(page: Page, name: str) -> None:
    """Nothing to find for axe, for a thumb or for the eye; pictures where they are wanted."""
    assert faults(page, scrolls=True, least_type=14, main=".room button, .room .things a", more=GOOD) == [], name
    if "PICTURES" in os.environ:
        for width, height in ((768, 1024), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{os.environ['PICTURES']}/room-{name}-{width}.png", full_page=True)


def test_a_room_fills_in_its_month_on_a_telephone(central: RunningCentral, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{central.url}/report/room?month={BEFORE}")
    page.fill("[name=name]", "room")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    expect(page.locator("#unit-name")).to_contain_text("永丰村")
    the_month_before(page)
    page.goto(f"{central.url}/report/room?month={MONTH}")
    expect(page.locator("#owed")).to_contain_text("法律顾问到村 0.0 小时，不足 4 小时")
    looks_right(page, "home")
    an_adviser_was_here(page)
    a_lecture_with_a_photo(page)
    stocks_by_one_tap(page)
    a_figure_over_a_bad_line(page, phone)
    one_is_taken_back(page)
    page.click(".who a[lang=en]")
    expect(page.locator("#unit-name")).to_have_text("Yongfeng village room")
    page.locator("#owed li").first.wait_for()
    looks_right(page, "home-en")
    page.click(".who a[lang=zh-CN]")
    nothing_to_report(page, central)
    assert NAME not in central.log()


def the_month_before(page: Page) -> None:
    """What a stock was is said once; zero is said too."""
    page.click("#to-figures")
    looks_right(page, "figures-empty")
    for code, value in (("J03", "1"), ("J04", "1"), ("J08", "4")):
        page.fill(f"#value-{code}", value)
        page.press(f"#value-{code}", "Enter")
        expect(page.locator(f"#cell-{code} .how")).to_have_text("已填")
    page.fill("#value-A06", "-3")
    page.press("#value-A06", "Enter")
    expect(page.locator("#value-A06-fault")).to_contain_text("“上门·流动服务（A06）”不能是负数")
    expect(page.locator("#value-A06")).to_be_focused()
    looks_right(page, "figures-fault")


def an_adviser_was_here(page: Page) -> None:
    page.click("#to-visits")
    expect(page.locator("#visits-title")).to_be_focused()
    page.click("#visit .big-button")
    expect(page.locator("#visit-day-fault")).to_have_text("请填写此项。")
    page.fill("#visit-day", f"{MONTH}-08")
    page.fill("#visit-begins", "09:00")
    page.fill("#visit-ends", "12:30")
    page.fill("#visit-adviser", NAME)
    page.fill("#visit-people", "3")
    looks_right(page, "visit")
    assert NAME not in page.evaluate("() => Object.values(localStorage).join()")
    page.click("#visit .big-button")
    expect(page.locator("#visit-rows")).to_contain_text("3.5 小时（09:00—12:30），测*，接待 3 人")
    page.fill("#visit-day", f"{MONTH}-15")
    page.fill("#visit-hours", "1.5")
    page.fill("#visit-people", "0")
    expect(page.locator("#advisers label").first).to_contain_text("测*")  # chosen again by a tap
    page.click("#visit .big-button")
    expect(page.locator("#hours")).to_contain_text("已达标：5.0 小时")
    looks_right(page, "visits")
    page.click("#visits .back")


def a_lecture_with_a_photo(page: Page) -> None:
    page.click("#to-events")
    page.fill("#event-day", f"{MONTH}-09")
    page.fill("#event-title", "民法典进村讲座")
    page.fill("#event-people", "32")
    page.fill("#event-leaflets", "40")
    page.click("#event .big-button")
    expect(page.locator("#event-evidence-fault")).to_contain_text("拍照或选一份名单")
    raw = strange_files.jpeg((3200, 2400), located=True)
    photo: FilePayload = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": raw}
    page.set_input_files("#event-camera", photo)
    expect(page.locator("#event .sent")).to_have_text("凭据已上传。")
    looks_right(page, "event")
    page.click("#event .big-button")
    expect(page.locator("#event-sums")).to_contain_text("本期 1 场（其中居村讲座 1 场），参加 32 人次，资料 40 份")
    expect(page.locator("#event-rows")).to_contain_text("有凭据")
    looks_right(page, "events")
    page.click("#events .back")


def stocks_by_one_tap(page: Page) -> None:
    page.click("#to-figures")
    expect(page.locator("#cell-J08 .how")).to_have_text("沿用上期，无变化")
    page.click("#totals > summary")
    expect(page.locator("#cell-F01 .how")).to_have_text("按逐场登记合计")
    looks_right(page, "figures")
    page.click("#cell-J03 .acts [type=button] >> nth=0")
    expect(page.locator("#cell-J03 .how")).to_have_text("已确认，无变化")
    page.click("#confirm-all")
    expect(page.locator("#cell-J08 .how")).to_have_text("已确认，无变化")


def a_figure_over_a_bad_line(page: Page, phone: BrowserContext) -> None:
    """What was typed waits on the device and arrives once, also when the page was loaded anew in between."""
    phone.set_offline(True)
    page.fill("#value-A06", "7")
    page.press("#value-A06", "Enter")
    expect(page.locator("#waiting-text")).to_contain_text("有 1 条已记在这台机器上")
    looks_right(page, "waiting")
    kept = page.evaluate("() => Object.values(localStorage).join()")
    assert '"value":"7"' in kept
    assert NAME not in kept
    phone.set_offline(False)
    page.reload()
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("#cell-A06 .now")).to_have_text("现在是 7 人次")
    expect(page.locator("#cell-A06 .past li")).to_have_count(1)


def one_is_taken_back(page: Page) -> None:
    page.click("#cell-A06 .past summary")
    page.click("#cell-A06 .past button")
    expect(page.locator("#take-back-what")).to_contain_text("7，room")
    looks_right(page, "take-back")
    page.click("#take-back [type=submit]")
    expect(page.locator("#cell-A06 .how")).to_have_text("未填")
    expect(page.locator("#cell-A06 .past .gone")).to_have_count(1)
    page.click("#figures .back")


def nothing_to_report(page: Page, central: RunningCentral) -> None:
    page.goto(f"{central.url}/report/room?month={BEFORE}")
    page.click("#to-events")
    page.click("#no-events")
    expect(page.locator("#no-events")).to_be_hidden()
    page.click("#events .back")
    expect(page.locator("#to-events .state")).to_have_text("0 场")
    page.click("#to-send")
    looks_right(page, "send")
    page.click("#nothing")
    page.click("#sure [type=submit]")
    expect(page.locator("#form-state")).to_have_text("报表状态：已报送（零报告）")
    expect(page.locator("#closed")).to_contain_text("不能再填")
    page.click("#send .back")
    expect(page.locator("#due-text")).to_have_text("已报送。")
    expect(page.locator("#owed")).to_be_hidden()
    looks_right(page, "sent")
