"""The analysis and the assessment sheet in a browser: both languages, by keyboard, on a screen and on paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from central import schema
from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import Database
from tests.central.analysis_district import DISTRICT, STREETS, add_units, locked, worked
from tests.central.desk_in_browser import Pages, browser, pages
from tests.central.report_tree import a_month
from tests.central.running import SECRET, RunningCentral
from tests.central.test_report_assessment import FIGURES
from tests.edge.accessible import GOOD, faults
from tests.parts import Mosquitto

__all__ = ["browser", "pages"]
pytestmark = [pytest.mark.browser, pytest.mark.broker]
MONTH, YEAR = a_month(), 2025


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.start()
    try:
        database = Database(running.database)
        add_units(database)
        worked(database, MONTH)
        for unit in (DISTRICT, *STREETS[:4]):
            locked(database, unit, f"{YEAR}-01", **FIGURES)
        people = [NewAccount("boss", frozenset({Role.REPORT_SIGNER}), SECRET, DISTRICT)]
        AccountDesk(database).add_all(people, now_ms())
        with database.write() as connection:
            connection.execute(update(schema.account).values(waived=True))
        database.close()
        yield running
    finally:
        running.kill()


def looks_right(page: Page, name: str) -> None:
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == [], name
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", full_page=True)


def test_a_director_reads_the_analysis_and_the_assessment(central: RunningCentral, pages: Pages) -> None:
    page = pages.new()
    path = f"/report/{DISTRICT}/{MONTH}/analysis"
    page.goto(f"{central.url}/sign-in?next={path}")
    page.fill("[name=name]", "boss")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{central.url}{path}")
    expect(page.locator("h1")).to_have_text("测试新区公共法律服务分析报告")
    expect(page.locator(".analysis-says li")).to_have_count(3)
    drawings = page.locator("figure svg[role=img]")
    assert drawings.count() == page.locator("figure").count() > 10
    assert page.locator(".analysis .scroll[tabindex='0'] table").count() == page.locator(".analysis table").count()
    looks_right(page, "analysis-zh")
    page.emulate_media(media="print")
    expect(page.locator(".analysis-ways")).to_be_hidden()
    page.emulate_media(media="screen")
    with page.expect_download() as paper:
        page.click(".analysis-ways .button")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    page.click("text=近3个月")
    expect(page.locator(".analysis-span")).to_contain_text(" – ")
    page.click(".who a[lang=en]")
    expect(page.locator("h1")).to_have_text("Analysis of public legal services, Test New District")
    expect(page.locator(".analysis-span")).to_contain_text(" – ")
    looks_right(page, "analysis-en")
    page.goto(f"{central.url}/report/{DISTRICT}/{YEAR}/assessment")
    expect(page.locator("h1")).to_have_text(f"Assessment of public legal services {YEAR}, Test New District")
    looks_right(page, "assessment-en")
    page.click(".who a[lang=zh-CN]")
    expect(page.locator(".assessment-sums .main dd")).to_have_text("55.1")
    expect(page.locator("#ranking")).to_be_visible()
    looks_right(page, "assessment-zh")
    page.click(".assessment-unit >> nth=0")
    expect(page.locator("h1")).to_contain_text("街道")
