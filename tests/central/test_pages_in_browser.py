"""Central's pages in a real browser, over a real central and a real broker."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.central.event_log import DAY, HallLog, called, finished, issued, rated, started
from tests.central.running import HALL_PROGRAM, SECRET, HallLine, RunningCentral, hall_line
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


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
        yield running
    finally:
        running.kill()


def make_account(central: RunningCentral, name: str) -> str:
    """An account as the command line makes it; its one-time code."""
    told = subprocess.run(
        [HALL_PROGRAM, "users", "add", name, "--database", central.database],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()[0].split("：")[-1].strip()


def be_a_hall(line: HallLine, log: HallLog) -> None:
    line.state(online=True, bdseq=1, epoch=log.epoch)
    birth = {
        "hall": line.hall,
        "name_zh": "测试区公共法律服务中心",
        "name_en": "Test District Centre",
        "version": "1",
        "devices": [],
        "windows": [{"number": 1, "services": ["A"]}, {"number": 2, "services": ["A"]}],
        "services": [{"letter": "A", "name_zh": "法律咨询", "name_en": "Legal consultation"}],
    }
    line.say("node/birth", birth, retain=True)


def test_from_the_code_to_the_story_of_a_ticket(central: RunningCentral, mosquitto: Mosquitto, page: Page) -> None:
    log = HallLog("epoch-1")
    with hall_line(mosquitto, "hall-one") as line:
        be_a_hall(line, log)
        activate(page, central)
        watch_live(page, line, log)
        look_into_the_hall(page, line, log)
        read_the_story(page)
        read_the_figures(page)
    sign_out(page, central)


def activate(page: Page, central: RunningCentral) -> None:
    page.goto(f"{central.url}/figures")
    expect(page).to_have_url(f"{central.url}/sign-in?next=/figures")
    page.fill("[name=name]", "wang.li")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_have_text("用户名或密码不正确。")
    page.click("a[href='/activate']")
    page.fill("[name=name]", "wang.li")
    page.fill("[name=code]", make_account(central, "wang.li"))
    page.fill("[name=secret]", "Password123!")
    page.fill("[name=again]", "Password123!")
    page.click("button[type=submit]")
    expect(page.locator("#problem")).to_contain_text("过于常见")
    page.fill("[name=secret]", SECRET)
    page.fill("[name=again]", SECRET)
    page.click("button[type=submit]")
    expect(page.locator("#total-halls")).to_have_text("共 1 个大厅")


def watch_live(page: Page, line: HallLine, log: HallLog) -> None:
    row = page.locator(".hall-row")
    expect(row).to_contain_text("测试区公共法律服务中心")
    expect(page.locator("#total-open")).to_have_text("0")
    log.add(issued("A001"), issued("A002"))
    line.say("evt", log.batches()[0])
    expect(page.locator("#total-waiting")).to_have_text("2")
    log.add(called("A001", 2))
    line.say("evt", log.batch(log.envelopes[2:]))
    expect(row.locator(".is-CALLING")).to_contain_text("叫号 A001")
    expect(page.locator("#total-open")).to_have_text("1")
    page.click("text=English")
    expect(page.locator(".hall-row")).to_contain_text("Test District Centre")
    page.click("text=中文")
    line.state(online=False, bdseq=1, epoch="epoch-1")
    expect(page.locator("#total-offline")).to_have_text("1")
    expect(page.locator(".hall-row .is-offline")).to_have_text("离线")
    line.state(online=True, bdseq=2, epoch="epoch-1")


def look_into_the_hall(page: Page, line: HallLine, log: HallLog) -> None:
    page.click(".hall-row h3 a")
    expect(page.locator("#hall-name")).to_have_text("测试区公共法律服务中心")
    log.add(started("A001", 2), finished("A001", 2, 300), rated("A001", 2, 5))
    line.say("evt", log.batches()[0])
    expect(page.locator("#recent li").first).to_contain_text("A001 评价：5 分（2 号窗口）")
    expect(page.locator("#done")).to_have_text("1")
    expect(page.locator("#figures")).to_contain_text("100.0%")
    page.fill("[name=number]", "a001")
    page.fill("[name=day]", DAY)
    page.click("#find-ticket button")


def read_the_story(page: Page) -> None:
    expect(page.locator("#standing")).to_have_text("办结")
    lines = page.locator("#events li")
    expect(lines).to_have_count(5)
    expect(lines.nth(1)).to_contain_text("A001 被叫到 2 号窗口")
    expect(lines.nth(4)).to_contain_text("非常满意")
    assert "token-of" not in page.content()


def read_the_figures(page: Page) -> None:
    page.click("nav a[href='/figures']")
    page.fill("[name=day]", DAY)
    page.click("#choose button")
    expect(page.locator("#figures tbody tr").first).to_contain_text("法律咨询")
    expect(page.locator("#figures tbody tr").first).to_contain_text("100.0%")


def sign_out(page: Page, central: RunningCentral) -> None:
    page.click("#sign-out")
    expect(page).to_have_url(f"{central.url}/sign-in")
    page.goto(f"{central.url}/")
    expect(page).to_have_url(f"{central.url}/sign-in?next=/")
