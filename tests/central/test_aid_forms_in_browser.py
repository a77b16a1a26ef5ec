"""Legal aid's forms in a real browser: applying from home on a phone, one's own page, and the clerk's forms."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.person import NewAccount
from central.aid.centres import give_code
from central.aid.stages import State
from central.aid.tables import aid_case, aid_file
from central.appointments.secrets import VisitorKey
from central.clock import now_ms
from central.database import Database
from central.keeping.master_key import open_vault
from central.units import store as units
from tests.central import strange_files
from tests.central.aid_house import UNIT, House, id_number
from tests.central.running import SECRET, RunningCentral
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import GOOD, faults
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]
NUMBER = id_number("0101", "19491231", "002")
STREET = "north-street"
STATES = (State.NEED_SUPPLEMENT, State.REFUSED, State.ENGAGED)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        opened = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.start()
    try:
        yield running
    finally:
        running.kill()


def furnish(central: RunningCentral) -> dict[State, str]:
    """A centre, a station below it, clerks in both, and cases with the codes of their applicants."""
    database, now = Database(central.database), now_ms()
    vault, key = open_vault(database, None, central.data, now), VisitorKey.in_folder(central.data)
    with database.write() as connection:
        house = House(connection, vault, now - 8 * 3_600_000).furnish()
        codes = {state: give_code(connection, key, house.to(state)) for state in STATES}
        names = {"name_zh": "示例街道工作站", "name_en": "Station"}
        path = f"city/{UNIT}/{STREET}/"
        units.add_unit(connection, id=STREET, parent=UNIT, level="street", path=path, made_ms=now, **names)
    staff = frozenset({Role.WINDOW_STAFF})
    accounts = [NewAccount("clerk", staff, SECRET, UNIT), NewAccount("street.clerk", staff, SECRET, STREET)]
    AccountDesk(database).add_all(accounts, now)
    database.close()
    return codes


def new_page(browser: Browser, problems: list[str], width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(30_000)
    return page


def check(page: Page, name: str, *, touch: bool = True) -> None:
    """Nothing wrong with the page as it stands, and nothing of it beyond its side."""
    assert faults(page, touch=touch, scrolls=True, least_type=18 if touch else 14, more=GOOD) == [], name
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/aid-{name}.png", full_page=True)


def field(page: Page, path: str) -> Any:
    return page.locator(f"[data-path='{path}'] :is(input, select, textarea)").first


def rows(central: RunningCentral, table: Any) -> list[Any]:
    database = Database(central.database)
    with database.read() as connection:
        found = connection.execute(select(table)).mappings().all()
    database.close()
    return list(found)


def test_somebody_applies_from_home_and_follows_the_case(central: RunningCentral, browser: Browser) -> None:
    codes, problems = furnish(central), list[str]()
    page = new_page(browser, problems, 320, 640)
    code = apply_from_home(page, central)
    follow_ones_own(page, central, code)
    hand_in_what_is_missing(page, central, codes[State.NEED_SUPPLEMENT])
    object_to_a_refusal(page, central, codes[State.REFUSED])
    page.goto(f"{central.url}/aid/my?lang=en#{codes[State.ENGAGED]}")
    expect(page.locator("#case")).to_contain_text("Your lawyer is at work")
    check(page, "my-english")
    log = central.log()
    assert all(one not in log for one in (NUMBER, code, "示例婆婆", *codes.values()))
    assert problems == []


def apply_from_home(page: Page, central: RunningCentral) -> str:
    page.goto(f"{central.url}/aid/apply")
    expect(page.locator("#agree")).to_be_enabled()
    check(page, "apply-notice")
    page.locator("#agree").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#centre")).to_have_value(UNIT)
    field(page, "matter").select_option("M32_4")
    expect(page.locator(".first-view")).to_contain_text("初步判断，以窗口审查为准")
    expect(page.locator("#steps")).to_contain_text("共 6 步")  # nobody is asked for means
    field(page, "matter").select_option("M31_4")
    expect(page.locator("#steps")).to_contain_text("共 7 步")
    check(page, "apply-matter")
    page.click("#next")
    page.keyboard.press("Tab")
    page.click("#next")
    expect(page.locator("[data-path='applicant.name'] .fault")).to_have_text("请填写此项。")
    expect(field(page, "applicant.name")).to_be_focused()
    page.keyboard.type("示例婆婆")
    field(page, "applicant.id_number").fill("990101201002290010")
    page.click("#next")
    expect(page.locator("[data-path='applicant.id_number'] .fault")).to_contain_text("身份证号不对")
    check(page, "apply-fault")
    field(page, "applicant.id_number").fill(NUMBER)
    field(page, "applicant.phone").fill("13900000000")
    page.click("#next")
    page.check("text=个人诚信承诺")
    field(page, "hardship.household").fill("1")
    field(page, "hardship.income").fill("1200.50")
    page.click("#next")
    expect(page.locator("[data-path='hardship.promise'] .fault")).to_contain_text("第四十一条")
    field(page, "hardship.promise").check()
    check(page, "apply-means")
    page.click("#next")
    field(page, "opposing.0.name").fill("示例儿子")
    page.click("#next")
    field(page, "facts").fill("两个儿子三年没有给付赡养费。")
    page.click("#next")
    expect(page.locator("#told")).to_contain_text(NUMBER)
    check(page, "apply-check")
    page.click("#next")
    expect(page.locator("#problem")).to_contain_text("请先勾选")
    page.check("#truth")
    page.click("#next")
    expect(page.locator("#done")).to_be_visible()
    check(page, "apply-done")
    with page.expect_download() as loaded:
        page.click("#done >> text=下载收件凭证")
    assert Path(str(loaded.value.path())).read_bytes().startswith(b"%PDF-")
    kept = page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]")
    assert kept[1:] == [0, ""]
    return str(page.locator("#done .code").text_content())


def follow_ones_own(page: Page, central: RunningCentral, code: str) -> None:
    page.click("#done a.main")
    expect(page.locator("#case")).to_contain_text("已经收到您的申请")
    expect(page.locator("#case")).to_contain_text("还没有核实您的身份")
    assert page.url == f"{central.url}/aid/my"
    assert NUMBER not in page.content()
    check(page, "my-new")
    page.click("#case >> text=退出")
    expect(page.locator("#problem")).to_have_text("已退出。")
    page.fill("#code", "0000-0000")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("16 位")
    page.fill("#code", code.lower())
    page.keyboard.press("Enter")
    expect(page.locator("#case .wait")).to_be_visible()
    page.go_back()
    page.go_forward()
    expect(page.locator("#case .wait")).to_have_count(0)  # whoever comes back finds nothing


def hand_in_what_is_missing(page: Page, central: RunningCentral, code: str) -> None:
    page.goto(f"{central.url}/aid/my#{code}")
    expect(page.locator(".gaps")).to_contain_text("两个儿子的地址")
    check(page, "my-gaps")
    page.set_input_files("#aid-files", {"name": "户口簿.jpg", "mimeType": "image/jpeg", "buffer": strange_files.jpeg()})
    expect(page.locator(".papers input")).to_have_value("户口簿")
    page.set_input_files(
        "#aid-files", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"<script>alert(1)</script>"}
    )
    expect(page.locator("#case")).to_contain_text("这不是照片或 PDF")
    check(page, "my-uploaded")
    assert [one["source"] for one in rows(central, aid_file) if one["kind"] == "PAPER"] == ["APPLICANT"]


def object_to_a_refusal(page: Page, central: RunningCentral, code: str) -> None:
    page.goto(f"{central.url}/aid/my")
    page.fill("#code", code)
    page.keyboard.press("Enter")
    with page.expect_download():
        page.locator(".letters li", has_text="不予法律援助决定书").get_by_role("button").click()
    expect(page.locator(".letters li", has_text="不予法律援助决定书")).to_contain_text("已打开")
    page.click("[data-move=OBJECT]")
    check(page, "my-objecting")
    page.fill("#act-text", "收入计算有误，请重新核查。")
    page.click("#case >> text=确定提交")
    expect(page.locator("#case .wait")).to_have_text("异议正在审查")


# --- with an account


def sign_in(page: Page, central: RunningCentral, where: str, name: str) -> None:
    page.goto(f"{central.url}{where}")
    page.fill("[name=name]", name)
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    expect(page.locator("#form .section").first).to_be_visible()


def fill_in(page: Page) -> None:
    field(page, "matter").select_option("M31_4")
    field(page, "applicant.name").fill("示例婆婆")
    field(page, "applicant.id_number").fill(NUMBER)
    field(page, "applicant.phone").fill("13900000000")
    page.check("text=提交证明材料")
    field(page, "hardship.household").fill("2")
    field(page, "hardship.income").fill("900")
    field(page, "facts").fill("两个儿子三年没有给付赡养费。")


def test_clerks_take_applications_and_notices_in(central: RunningCentral, browser: Browser) -> None:
    furnish(central)
    problems: list[str] = []
    take_one_in(new_page(browser, problems, 1366, 768), central)
    take_one_in_at_a_station(new_page(browser, problems, 1366, 768), central)
    enter_a_notice(new_page(browser, problems, 1366, 768), central)
    assert problems == []


def open_the_rest_of_the_menu(page: Page) -> None:
    """By keyboard alone, and it goes away again."""
    page.locator(".head-more summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("nav a[href='/plans']")).to_be_visible()
    check(page, "new-menu", touch=False)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("nav a[href='/plans']")).to_be_hidden()
    expect(page.locator(".head-more summary")).to_be_focused()


def take_one_in(page: Page, central: RunningCentral) -> None:
    sign_in(page, central, "/aid/new", "clerk")
    check(page, "new", touch=False)
    open_the_rest_of_the_menu(page)
    fill_in(page)
    field(page, "paper").fill("户口簿")
    page.click("#new [type=submit]")
    expect(page.locator("#sign-fault")).to_contain_text("请签名")
    box = page.locator(".pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
    page.mouse.up()
    expect(page.locator(".pad-ends")).to_contain_text("已签名")
    page.check("#identified")
    page.click("#new [type=submit]")
    expect(page.locator("#done output")).to_be_visible()
    check(page, "new-done", touch=False)
    page.set_input_files("#aid-files", {"name": "户口簿.png", "mimeType": "image/png", "buffer": strange_files.png()})
    expect(page.locator(".papers li")).to_have_count(1)
    page.locator(".papers li button", has_text="查看").click()
    page.fill("#aid-why", "核对材料")
    page.keyboard.press("Enter")
    expect(page.locator(".look canvas")).to_be_visible()
    check(page, "new-look", touch=False)
    row = next(
        one
        for one in rows(central, aid_case)
        if one["hall"] is None and one["channel"] == "WINDOW" and one["identified"]
    )
    assert row["unit"] == UNIT


def take_one_in_at_a_station(page: Page, central: RunningCentral) -> None:
    sign_in(page, central, "/aid/new", "street.clerk")
    assert page.url == f"{central.url}/aid/station"
    fill_in(page)
    page.check("[name=how][value=SCAN]")
    page.set_input_files("#scan-file", {"name": "s.png", "mimeType": "image/png", "buffer": strange_files.png()})
    page.click("#new [type=submit]")
    expect(page.locator("#first-fault")).to_have_text("请填写此项。")
    page.fill("#first", "材料齐全，情况属实，建议受理。")
    page.set_viewport_size({"width": 320, "height": 640})
    check(page, "station", touch=False)
    page.click("#new [type=submit]")
    expect(page.locator("#done output")).to_be_visible()
    expect(page.locator(".papers li")).to_contain_text("签名")
    (row,) = [one for one in rows(central, aid_case) if one["channel"] == "STATION"]
    assert row["unit"] == UNIT  # the centre above it decides


def enter_a_notice(page: Page, central: RunningCentral) -> None:
    sign_in(page, central, "/aid/notice", "clerk")
    check(page, "notice", touch=False)
    page.click("#notice [type=submit]")
    expect(field(page, "organ")).to_be_focused()
    page.keyboard.type("示例区人民法院")
    field(page, "organ_kind").select_option("COURT")
    field(page, "letter").fill("（2026）示9901刑初1号")
    field(page, "matter").select_option("N25_1")
    field(page, "stage").select_option("FIRST")
    field(page, "accused.name").fill("示例少年")
    field(page, "accused.id_number").fill(id_number("0101", "20100315", "001"))
    page.set_input_files(
        "#scan-file", {"name": "l.pdf", "mimeType": "application/pdf", "buffer": strange_files.acting_pdf()}
    )
    page.click("#notice [type=submit]")
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator(".papers li")).to_contain_text("函件")
    check(page, "notice-done", touch=False)
    (row,) = [one for one in rows(central, aid_case) if one["channel"] == "ORGAN"]
    assert row["state"] == "NOTICE_IN"
