"""The page of plans in a real browser: how far a hall follows, what it says against a plan, and another one for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.central.event_log import HallLog, issued
from tests.central.running import SECRET, HallLine, RunningCentral, hall_line
from tests.central.test_pages_in_browser import FLAGS, be_a_hall
from tests.edge.accessible import faults
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
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
        yield running
    finally:
        running.kill()


def looks_right(page: Page, name: str) -> None:
    """Nothing to find for axe in either language; a picture of it where one is wanted."""
    for language in ("English", "中文"):
        page.click(f".who a:has-text('{language}')")
        expect(page.locator("html")).to_have_attribute("lang", "en" if language == "English" else "zh-CN")
        page.click(".row[data-hall='hall-one']")
        expect(page.locator("#detail h2")).to_be_visible()
        assert faults(page, touch=False, scrolls=True, least_type=14) == [], language
        picture(page, f"{name}-{language}")


def picture(page: Page, name: str) -> None:
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/plans-{name}.png")


def test_a_plan_is_written_refused_mended_and_handed_down(
    central: RunningCentral, mosquitto: Mosquitto, page: Page
) -> None:
    log = HallLog("epoch-1")
    with hall_line(mosquitto, "hall-one") as line:
        be_a_hall(line, log)
        log.add(issued("A001"), issued("A002"), issued("A003"))
        line.say("evt", log.batch([log.envelopes[0], log.envelopes[2]]))  # the second one is lost on the way
        line.wait_acked("epoch-1", 1)
        central.client("supervisor")
        page.goto(f"{central.url}/plans")
        page.fill("[name=name]", "supervisor")
        page.fill("[name=secret]", SECRET)
        page.keyboard.press("Enter")
        expect(page.locator(".row[data-hall='hall-one']")).to_be_visible()
        page.click(".row[data-hall='hall-one']")
        expect(page.locator("#detail")).to_contain_text("缺第 2 号事件")
        write(page)
        answer(page, line)
        looks_right(page, "refused")


def write(page: Page) -> None:
    page.click("#detail .acts >> text=修改方案")
    for text, said in (
        ("{", "不是正确的 JSON"),
        ('{"window": [{"number": 1, "services": ["A"]}, {"number": 1, "services": ["A"]}]}', "window[2].number"),
    ):
        page.fill("#parts", text)
        page.click("#edit [type=submit]")
        expect(page.locator("#parts-fault")).to_contain_text(said)
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    picture(page, "edit")
    page.fill("#parts", '{"window": [{"number": 1, "services": ["A"]}, {"number": 5, "services": ["A"]}]}')
    page.fill("#day", "2026-11-30")
    page.click("#edit [type=submit]")
    expect(page.locator("#said")).to_contain_text("1 个大厅")
    expect(page.locator("tbody .chip.is-sent")).to_have_text("已发出，未答复")


def answer(page: Page, line: HallLine) -> None:
    error = {
        "code": "UNKNOWN_WINDOW",
        "path": "device[3].window",
        "message": "No <b>window</b> 2.",
        "message_zh": "没有",
    }
    line.say("cfg/reported", {"revision": 1, "state": "refused", "desired": 2, "error": error}, retain=True)
    expect(page.locator("tbody .chip.is-refused")).to_have_text("大厅未接受", timeout=30_000)  # by itself
    page.click(".row[data-hall='hall-one']")
    expect(page.locator(".trouble")).to_contain_text("device[3].window")
    page.click("#detail .acts >> text=重新下发")
    page.click("#sure [type=submit]")
    expect(page.locator("#detail")).to_contain_text("第 3 号")
    line.say("cfg/reported", {"revision": 1, "state": "refused", "desired": 3, "error": error}, retain=True)
    expect(page.locator("tbody .chip.is-refused")).to_be_visible(timeout=30_000)
