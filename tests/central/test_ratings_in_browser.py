"""A bad rating in a real browser: from the list to its closing by two people, flags, rates, one's own, the board."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.clock import now_ms
from central.database import Database
from central.ingest.intake import Intake
from central.ingest.message import Message
from central.keeping import master_key
from hall.rating.words import BadReason
from tests.central.in_browser import page
from tests.central.rating_house import SAID, Day
from tests.central.running import SECRET, RunningCentral
from tests.central.taking_in import HALL, take, take_each
from tests.edge.accessible import GOOD, faults
from tests.parts import Mosquitto

__all__ = ["page"]
pytestmark = [pytest.mark.browser, pytest.mark.broker]
HOUR_MS = 3_600_000
BIRTH = {
    "hall": HALL, "name_zh": "长宁区公共法律服务中心", "name_en": "Changning District Centre", "version": "1",
    "devices": [], "windows": [{"number": 1, "services": ["A", "B"]}],
    "services": [{"letter": "A", "name_zh": "法律咨询", "name_en": "Legal consultation"},
                 {"letter": "B", "name_zh": "法律援助", "name_en": "Legal aid"}],
}  # fmt: skip


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    """A central with a day of ratings, two supervisors, and somebody at window 1."""
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.data.mkdir()
    database = Database(running.database)
    master_key.open_vault(database, None, running.data, now_ms(), make=True)
    day = Day(start_ms=now_ms() - 24 * HOUR_MS)  # one's own and the board tell of days that are over
    for grade, window, letter in ((5, 1, "A"), (5, 1, "A"), (4, 2, "A"), (3, 2, "A"), (5, 1, "A"), (4, 2, "B")):
        day.rate(grade, window, letter)
    reasons = (BadReason.SLOW, BadReason.PASSED_ON)
    day.rate(1, 1, "A", text=SAID, reasons=reasons, too_fast=True)
    day.serve(2)
    intake = Intake()
    take(database, intake, Message(f"lh/1/{HALL}/node/birth", json.dumps(BIRTH).encode()))
    take_each(database, intake, day.log.batches())
    people = {"wang.li": Role.SUPERVISOR, "li.na": Role.SUPERVISOR, "staff-1": Role.WINDOW_STAFF}
    AccountDesk(database).add_all(
        [NewAccount(name, frozenset({role}), SECRET, "city") for name, role in people.items()], now_ms()
    )
    database.close()
    running.start()
    try:
        yield running
    finally:
        running.kill()


def sign_in(page: Page, central: RunningCentral, name: str, path: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{central.url}/sign-in?next={path}")
    page.fill("[name=name]", name)
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{central.url}{path}**")


def looks_right(page: Page, name: str, at_rest: str, *, touch: bool = False) -> None:
    """Nothing to find for axe in either language; a picture of it where one is wanted."""
    here = page.url.partition("?")[0]
    for language in ("en", "zh"):
        page.goto(f"{here}?lang={language}")
        page.locator(at_rest).first.wait_for()
        least = 18 if touch else 14
        assert faults(page, touch=touch, scrolls=True, least_type=least, more=GOOD) == [], (name, language)
        if "PICTURES" in os.environ:
            page.screenshot(path=f"{os.environ['PICTURES']}/ratings-{name}-{language}.png", full_page=True)


def move(page: Page, name: str, **given: str) -> None:
    page.click(f"[data-move={name}]")
    for field, value in given.items():
        place = page.locator(f"#move-{field}")
        if place.evaluate("one => one.tagName") == "SELECT":
            place.select_option(value)
        else:
            place.fill(value)
    page.click("#move [type=submit]")
    expect(page.locator("#move")).to_be_hidden()


def test_a_bad_rating_is_followed_to_its_end(central: RunningCentral, page: Page) -> None:
    a_case_is_worked_on(page, central)
    its_reply_is_made_public_by_another(page, central)
    it_is_closed(page, central)
    a_flag_is_decided_on(page)
    rates_are_shown(page)
    staff_see_their_own(page, central)
    anybody_sees_the_board(page, central)
    assert SAID not in central.log()
    assert "张三" not in central.log()


def a_case_is_worked_on(page: Page, central: RunningCentral) -> None:
    sign_in(page, central, "wang.li", "/ratings")
    looks_right(page, "list", "#rows tr")
    page.click("#rows a")
    page.locator("[data-move=CONTACT]").wait_for()
    looks_right(page, "case", "[data-move=CONTACT]")
    expect(page.locator("#text")).not_to_contain_text("张三")
    page.click("#show")
    page.fill("#reason", "办理差评")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_text(SAID)
    page.click("[data-move=CONTACT]")
    page.click("#move [type=submit]")
    expect(page.locator("#move-how-fault")).to_have_text("请填写此项。")
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/ratings-move.png")
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    page.locator("#move-how").select_option("PHONE")
    page.fill("#move-note", "电话里说明了情况")
    page.click("#move [type=submit]")
    expect(page.locator("#stands")).to_contain_text("已联系")
    expect(page.locator("#stands")).to_contain_text("按期联系")
    move(page, "RECTIFY", measure="增开一个咨询窗口")
    move(page, "REPLY", result="RECTIFIED", measure="已增开", reply="已向张三说明，增开一个窗口")
    page.click("#show")
    page.fill("#reason", "审定公示")
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_be_hidden()
    page.click("[data-move=PUBLISH]")
    page.click("#move [type=submit]")
    expect(page.locator("#move .problem")).to_contain_text("答复人以外的人")
    page.keyboard.press("Escape")


def its_reply_is_made_public_by_another(page: Page, central: RunningCentral) -> None:
    case = page.url.partition("?")[0].removeprefix(central.url)
    sign_in(page, central, "li.na", case)
    page.click("[data-move=PUBLISH]")
    page.fill("#reason", "审定公示")
    page.keyboard.press("Enter")
    expect(page.locator("#move-public_reply")).to_have_value("已向张三说明，增开一个窗口")
    page.fill("#move-public_reply", "已说明，增开窗口")
    page.click("#move [type=submit]")
    expect(page.locator("#move-public_reply-fault")).to_contain_text("只能遮盖")
    page.fill("#move-public_reply", "已向＊说明，增开一个窗口")
    page.fill("#move-public_text", SAID.replace("张三", "＊"))
    page.click("#move [type=submit]")
    expect(page.locator("#public")).to_contain_text("已向＊说明")
    looks_right(page, "case-public", "#public dd")


def it_is_closed(page: Page, central: RunningCentral) -> None:
    move(page, "REVISIT", content="SATISFIED")
    move(page, "CLOSE")
    expect(page.locator("#stands")).to_contain_text("已办结")
    expect(page.locator("#chain")).to_contain_text("记录完整")
    page.click(".crumb a")
    expect(page.locator("#empty")).to_be_visible()
    looks_right(page, "list-empty", "#empty")


def a_flag_is_decided_on(page: Page) -> None:
    page.click(".rating-tabs a[href='/ratings/flagged']")
    page.locator("#rows button").wait_for()
    looks_right(page, "flags", "#rows button")
    page.click("#rows button")
    page.select_option("#decision", "EXCLUDE")
    page.fill("#why", "误触后立即评价")
    page.click("#decide [type=submit]")
    expect(page.locator("#empty")).to_be_visible()
    page.select_option("[name=decided]", "true")
    expect(page.locator("#rows")).to_contain_text("剔除")
    page.click("#rows button")
    page.select_option("#decision", "KEEP")
    page.fill("#why", "复核后保留")
    page.click("#decide [type=submit]")
    expect(page.locator("#rows tr")).to_contain_text("保留，计入评价率")


def rates_are_shown(page: Page) -> None:
    page.click(".rating-tabs a[href='/ratings/rates']")
    page.locator("#rates tbody tr").first.wait_for()
    looks_right(page, "rates", "#rates tbody tr")
    page.select_option("[name=by]", "person")
    expect(page.locator("#rates")).to_contain_text("staff-2")
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/ratings-rates-person.png", full_page=True)
    with page.expect_download() as file:
        page.click("#export")
    text = file.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("服务日期,")
    assert "staff" not in text


def staff_see_their_own(page: Page, central: RunningCentral) -> None:
    sign_in(page, central, "staff-1", "/ratings/mine")
    expect(page.locator("#rows tr")).to_have_count(4)
    expect(page.locator("#rows")).not_to_contain_text("张三")
    looks_right(page, "mine", "#rows tr")


def anybody_sees_the_board(page: Page, central: RunningCentral) -> None:
    page.context.clear_cookies()
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(f"{central.url}/board/ratings")
    page.locator("#halls h2").first.wait_for()
    looks_right(page, "board", "#halls h2", touch=True)
    expect(page.locator("#replies")).to_contain_text("已向＊说明")
    page.click("summary")
    expect(page.locator("#halls table")).to_contain_text("其他业务")
    assert "staff" not in page.content()
