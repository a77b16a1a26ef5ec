"""The page of rest days in a real browser: the year as it stands, a notice read, what changes, and it is in."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page, expect

from tests.central.in_browser import central, page
from tests.central.running import SECRET, RunningCentral
from tests.central.test_rest_days import LINES_2027, NOTICE_2026
from tests.edge.accessible import faults

__all__ = ["central", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.broker]


def looks_right(page: Page, name: str) -> None:
    assert faults(page, touch=False, scrolls=True, least_type=14) == [], name
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/rest-days-{name}.png", full_page=True)


def test_a_notice_is_read_looked_at_and_brought_in(central: RunningCentral, page: Page) -> None:
    central.client("supervisor")
    page.goto(f"{central.url}/rest-days")
    page.fill("[name=name]", "supervisor")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    page.click("#years button[data-year='2026']")
    expect(page.locator("#which")).to_have_text("2026")
    expect(page.locator("[data-day='2026-02-14']")).to_contain_text("班")
    expect(page.locator("[data-day='2026-02-16']")).to_contain_text("春节")
    expect(page.locator("#year-status")).to_contain_text("正式")
    looks_right(page, "2026")
    page.click("#years button[data-year='2027']")
    expect(page.locator("#year-status")).to_contain_text("估算")
    page.fill("#year", "2027")
    page.fill("#source", "国务院办公厅关于2027年部分节假日安排的通知")
    page.fill("#text", NOTICE_2026)  # last year's by mistake
    page.click("#import [type=submit]")
    expect(page.locator("#text-fault")).to_contain_text("第 3 行的星期与日期不符")
    looks_right(page, "fault")
    page.fill("#text", LINES_2027)
    page.click("#import [type=submit]")
    expect(page.locator("#expected")).to_contain_text("14")
    expect(page.locator("#changes")).to_contain_text("2月20日")
    looks_right(page, "preview")
    page.click("#do-import")
    expect(page.locator("#year-status")).to_contain_text("正式")
    expect(page.locator("#history")).to_contain_text("第 1 版")
    expect(page.locator("[data-day='2027-02-20']")).to_contain_text("班")
    page.goto(f"{central.url}/rest-days?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.click("#years button[data-year='2027']")
    expect(page.locator("[data-day='2027-02-09']")).to_contain_text("Spring Festival")
    looks_right(page, "english")
