"""The desk and a case in a real browser: found, worked, explained, by keyboard too, in both languages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.clock import now_ms
from central.database import Database
from central.keeping import master_key
from tests.bench.aid_cases import Size, Somebody, centre, fill
from tests.central.running import SECRET, RunningCentral
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import faults
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]

WIDTHS = ((1440, 900), (1024, 768))
INK = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # a PNG
APPLICATION: dict[str, Any] = {
    "consent": True, "matter": "M31_5", "nature": "CIVIL", "aid_form": "FORM_4", "stage": "ARBITRATION",
    "applicant": {"name": "测试周敏", "id_number": "999999194901011230", "phone": "13800000000", "address": "测试路"},
    "hardship": {"household": 3, "income": 120000, "basis": "PROMISE", "promise": True},
    "opposing": [{"name": "测试建筑公司", "id_kind": "NONE"}], "facts": "三个月没有发工资，请求支付劳动报酬。",
    "papers": [{"name": "劳动合同"}], "signature": INK, "signed_how": "SIGNATURE",
}  # fmt: skip
CENTRE = {"short_name": "测浦", "name_zh": "测试区法律援助中心", "address": "测试路2号", "phone": "021-00000000",
          "bureau": "测试区司法局"}  # fmt: skip


@pytest.fixture(name="page")
def page_fixture() -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_default_timeout(30_000)
        yield page
        browser.close()
        assert problems == []


class Desk:
    """A central with years of cases, and one that was taken in today."""

    def __init__(self, central: RunningCentral, known: list[Somebody]) -> None:
        self.central, self.known = central, known
        self.case = ""

    def client(self, name: str) -> Any:
        return self.central.client(name)

    def move(self, client: Any, name: str, version: int, **given: Any) -> None:
        body = {"move": name, "version": version, "given": given}
        path = f"/api/v1/aid/cases/{self.case}/moves"
        answer = client.post(path, json=body, headers={"Idempotency-Key": f"{name}-{version}"})
        assert answer.status_code == 200, answer.text


@pytest.fixture(name="desk")
def desk_fixture(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Desk]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.data.mkdir()
    database = Database(running.database)
    vault = master_key.open_vault(database, None, running.data, now_ms(), make=True)
    known = fill(database, vault, Size(now_ms(), cases=300))
    accounts = AccountDesk(database)
    for name, role in (
        ("reviewer.one", Role.REVIEWER),
        ("reviewer.two", Role.REVIEWER),
        ("desk.one", Role.WINDOW_STAFF),
    ):
        accounts.add(name, [role], now_ms(), SECRET, centre(0))
    database.close()
    running.start()
    try:
        desk = Desk(running, known)
        supervisor = running.client("supervisor")
        put = supervisor.put(f"/api/v1/aid/centres/{centre(0)}", json=CENTRE, headers={"Idempotency-Key": "c"})
        assert put.status_code == 200, put.text
        body = {"application": APPLICATION, "unit": centre(0), "identified": False}
        taken = supervisor.post("/api/v1/aid/cases", json=body, headers={"Idempotency-Key": "t"})
        assert taken.status_code == 201, taken.text
        desk.case = taken.json()["id"]
        yield desk
    finally:
        running.kill()


def sign_in(page: Page, desk: Desk, name: str, path: str) -> None:
    page.goto(f"{desk.central.url}{path}")
    page.fill("[name=name]", name)
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk.central.url}{path}")


def looks_right(page: Page, at_rest: str, name: str) -> None:
    """Nothing to find for axe in either language and width; a picture of it where one is wanted."""
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        for language in ("en", "zh"):
            page.goto(f"{page.url.partition('?')[0]}?lang={language}")
            page.locator(at_rest).first.wait_for()
            assert faults(page, touch=False, scrolls=True, least_type=14) == [], (language, width)
            picture(page, f"{name}-{width}-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})


def picture(page: Page, name: str) -> None:
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/aid-{name}.png", full_page=True)


def test_the_desk_is_worked_by_keyboard_and_a_person_is_found_for_a_reason(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "reviewer.one", "/aid")
    expect(page.locator("#rows tbody a.aiddesk-number").first).to_be_visible()
    page.locator("[data-bucket=light_OVERDUE]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list-title")).to_have_text("已超期")
    assert "bucket=light_OVERDUE" in page.url
    expect(page.locator("#rows tbody .aiddesk-due").filter(has_not_text="超期")).to_have_count(0)
    expect(page.locator("#rows tbody .aiddesk-due").first).to_contain_text("超期")
    page.reload()
    expect(page.locator("[data-bucket=light_OVERDUE]")).to_have_attribute("aria-pressed", "true")
    page.locator("#search").focus()
    page.keyboard.press("Enter")
    page.check("[name=kind][value=id_number]")
    page.fill("#value", "999999194901011230")
    page.keyboard.press("Enter")
    expect(page.locator("#reason-fault")).not_to_be_empty()
    page.fill("#reason", "来电询问办理进度")
    page.keyboard.press("Enter")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(page.locator("#found tbody")).to_contain_text("测*")
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    picture(page, "search")
    page.keyboard.press("Escape")
    expect(page.locator("#value")).to_have_value("")  # nothing of a person stays behind
    assert "9999" not in page.url
    assert "9999" not in page.content()
    looks_right(page, "#rows tbody a.aiddesk-number", "desk")


def test_a_case_shows_what_to_do_and_asks_for_every_gap_at_once(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "reviewer.one", f"/aid/cases/{desk.case}")
    expect(page.locator("#tasks .mine")).to_contain_text("审查材料")
    expect(page.locator("#due-box")).to_contain_text("《法律援助法》第43条")
    expect(page.locator("#people-body")).to_contain_text("测*")
    expect(page.locator("#chain")).to_contain_text("记录完整：1 步")
    assert "测试周敏" not in page.content()
    page.locator("[data-move=ASK_SUPPLEMENT]").focus()
    page.keyboard.press("Enter")
    assert page.locator("[name=gaps]").count() == 9
    picture(page, "gaps")
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    page.keyboard.press("Tab")
    page.click("#act [type=submit]")
    expect(page.locator("#f-gaps-fault")).to_have_text("请填写此项。")
    page.check("[name=gaps][value=CASE_PAPERS]")
    page.fill("[name=text-CASE_PAPERS]", "工资条")
    page.check("[name=gaps][value=IDENTITY]")
    page.click("#act [type=submit]")
    expect(page.locator("#chips")).to_contain_text("待补正")
    expect(page.locator("#tasks")).to_contain_text("身份证明")
    expect(page.locator("#limits-body")).to_contain_text("停计")
    expect(page.locator("#documents-body")).to_contain_text("F06")
    looks_right(page, "#steps li", "case")


def test_who_comes_second_sees_what_changed_and_keeps_what_was_typed(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "reviewer.one", f"/aid/cases/{desk.case}")
    page.click("[data-move=ASK_SUPPLEMENT]")
    page.check("[name=gaps][value=CASE_PAPERS]")
    page.fill("[name=text-CASE_PAPERS]", "工资条")
    desk.move(desk_client(desk, "reviewer.two"), "BEGIN_REVIEW", 1)
    page.click("#act [type=submit]")
    expect(page.locator("#act-meanwhile")).to_contain_text("reviewer.two")
    expect(page.locator("#act-meanwhile")).to_contain_text("开始审查")
    expect(page.locator("[name=text-CASE_PAPERS]")).to_have_value("工资条")
    expect(page.locator("[name=gaps][value=CASE_PAPERS]")).to_be_checked()
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    picture(page, "meanwhile")
    page.click("#act [type=submit]")
    expect(page.locator("#chips")).to_contain_text("待补正")


def desk_client(desk: Desk, name: str) -> Any:
    client = desk.client("viewer")  # of its own session
    token = client.post("/api/v1/session", json={"name": name, "secret": SECRET}).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def test_a_persons_data_is_shown_for_a_reason_and_gone_again(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "desk.one", f"/aid/cases/{desk.case}")
    page.click("text=查看完整内容…")
    page.fill("[name=reason]", "核对申请材料")
    page.keyboard.press("Enter")
    expect(page.locator(".aiddesk-full")).to_contain_text("测试周敏")
    expect(page.locator(".aiddesk-full")).to_contain_text("999999194901011230")
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    page.click("text=收起")
    assert "测试周敏" not in page.content()
    page.click("text=由我经办")
    expect(page.locator("#owner")).to_contain_text("desk.one")
    page.click("[data-move=IDENTIFY]")
    page.select_option("[name=how]", "ID_CARD")
    page.click("#act [type=submit]")
    expect(page.locator("#chips")).not_to_contain_text("身份未核验")
    page.emulate_media(media="print")
    expect(page.locator(".aiddesk-moves")).to_be_hidden()
    expect(page.locator("#limits")).to_be_visible()
    picture(page, "print")


def test_the_bureaus_list_of_objections_stands(desk: Desk, page: Page) -> None:
    desk.client("bureau_reviewer")
    sign_in(page, desk, "bureau_reviewer", "/aid/objections")
    page.locator("#rows tbody tr").first.wait_for()
    page.check("[name=which][value=all]")
    looks_right(page, "#rows tbody tr", "objections")


def test_a_case_that_is_not_ones_own_is_told_to_be_none(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "reviewer.one", f"/aid/cases/{'f' * 16}")
    expect(page.locator("#problem")).to_contain_text("没有这个案件")
    expect(page.locator("#case")).to_be_hidden()
