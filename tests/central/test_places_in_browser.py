"""A small place in real browsers: a visitor's phone, a clerk's cheap laptop, the tablet, the screen, the live page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import insert, select

from central import schema
from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.clock import now_ms
from central.database import Database
from central.imports.tables import window_entry
from central.live.board import CROWD
from central.places.tables import place
from tests.central.rooms import PLACE, begin
from tests.central.running import SECRET, RunningCentral
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import faults, violations
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        launched = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.data.mkdir()
    database = Database(running.database)
    names = {"name_zh": "永丰村工作室", "name_en": "Yongfeng Room"}
    unit = {"id": PLACE, "parent": "city", "level": "village", "path": f"city/{PLACE}/", "made_ms": 0, **names}
    district = {**unit, "id": "north", "level": "district", "path": "city/north/", "name_zh": "北区"}
    with database.write() as connection:
        connection.execute(insert(schema.unit), [unit, district])
    begin(database, "room-0", unit="north", now_ms=now_ms())
    with database.write() as connection:
        for table in (schema.hall, place):
            (first,) = connection.execute(select(table).where(table.c.id == "room-0")).mappings()
            rows = [{**first, "id": f"room-{number}"} for number in range(1, CROWD)]
            connection.execute(insert(table), rows)
    begin(database, unit=PLACE, now_ms=now_ms())
    with database.write() as connection:
        windows = [{"hall": PLACE, "number": number, "services": "A B C"} for number in (1, 2)]
        connection.execute(insert(window_entry).values(name_zh="", name_en="", changed_ms=0), windows)
    AccountDesk(database).add("li.min", [Role.WINDOW_STAFF], now_ms(), SECRET, PLACE)
    AccountDesk(database).add("city.view", [Role.VIEWER, Role.SUPERVISOR], now_ms(), SECRET)
    AccountDesk(database).add("wang.it", [Role.HALL_IT], now_ms(), SECRET, PLACE)
    database.close()
    running.start()
    try:
        yield running
    finally:
        running.kill()


def opened(browser: Browser, width: int, height: int, problems: list[str]) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(60_000)
    return page


def test_from_a_visitors_phone_to_the_live_page(central: RunningCentral, browser: Browser) -> None:
    problems: list[str] = []
    phone, desk = opened(browser, 390, 844, problems), opened(browser, 1366, 768, problems)
    take_a_number(central, phone)
    sign_in(central, desk)
    screen = opened(browser, 1920, 1080, problems)
    call(central, phone, desk, screen)
    serve_and_rate(phone, desk)
    manager, tablet = opened(browser, 1366, 768, problems), opened(browser, 1280, 800, problems)
    on_the_tablet(tablet, desk, a_new_tablet(central, manager))
    counted(central, desk)
    withdraw(manager, tablet)
    say_a_plan(central, manager)
    close_and_open_again(central, manager, phone)
    the_plan_holds(central, manager)
    in_the_whole_city(central, opened(browser, 1920, 1080, problems))
    assert problems == []


def take_a_number(central: RunningCentral, phone: Page) -> None:
    phone.goto(f"{central.url}/p/{PLACE}")
    expect(phone.locator("#services li")).to_have_count(3)
    assert faults(phone, scrolls=True) == []
    phone.click("[data-service=A]")
    phone.click("summary")
    assert faults(phone, scrolls=True) == []
    phone.click("#take")
    expect(phone.locator("#number")).to_have_text("A001")
    expect(phone.locator("#advice")).to_have_text("窗口尚未开放，时间暂无法估计")
    phone.click("text=English")
    expect(phone.locator("#state")).to_have_text("Waiting")
    assert faults(phone, scrolls=True) == []
    phone.click("text=中文")


def sign_in(central: RunningCentral, desk: Page) -> None:
    desk.goto(f"{central.url}/places")
    desk.fill("[name=name]", "li.min")
    desk.fill("[name=secret]", SECRET)
    desk.keyboard.press("Enter")
    expect(desk.locator("#list tbody tr")).to_contain_text("永丰村工作室")
    assert violations(desk) == []
    desk.click("#list .button")


def press(desk: Page, key: str) -> None:
    """As a person does: when the page has done with the key before."""
    expect(desk.locator(f"body:not(.busy) [data-key={key}]")).to_be_enabled()
    desk.keyboard.press(key)


def call(central: RunningCentral, phone: Page, desk: Page, screen: Page) -> None:
    expect(desk.locator("#state .is-CLOSED")).to_be_visible()
    press(desk, "F9")
    expect(desk.locator("#state .is-IDLE")).to_be_visible()
    expect(desk.locator("#list li")).to_contain_text("A001")
    assert violations(desk) == []
    press(desk, "F2")
    expect(desk.locator("#number")).to_have_text("A001")
    expect(phone.locator("#advice")).to_have_text("请到 1 号窗口")
    assert faults(phone, scrolls=True) == []
    screen.goto(f"{central.url}/p/{PLACE}/display")
    expect(screen.locator(".call.now")).to_contain_text("A001")
    assert violations(screen) == []


def serve_and_rate(phone: Page, desk: Page) -> None:
    press(desk, "F4")
    expect(desk.locator("#state .is-SERVING")).to_be_visible()
    press(desk, "F8")
    expect(desk.locator("#transfer-dialog")).to_be_visible()
    assert violations(desk) == []
    desk.keyboard.press("Escape")
    press(desk, "F5")
    expect(desk.locator("#state .is-IDLE")).to_be_visible()
    phone.click("[data-grade='2']")
    expect(phone.locator("#reasons")).to_be_visible()
    assert faults(phone, scrolls=True) == []
    phone.click("[data-reason=SLOW]")
    phone.click("#send")
    expect(phone.locator("#advice")).to_have_text("您的评价：不满意")


def say_a_plan(central: RunningCentral, manager: Page) -> None:
    """By forms: the windows that a list has brought in."""
    manager.goto(f"{central.url}/places/{PLACE}/plan")
    expect(manager.locator("#form[data-ready]")).to_be_attached()
    manager.click("[name=mode-opening][value=own]")
    assert violations(manager) == []
    manager.click("[name=mode-opening][value=none]")
    manager.click("[data-section=window]")
    manager.click("[name=mode-window][value=own]")
    manager.click("text=采用导入名单中的 2 个窗口")
    expect(manager.locator(".row-form")).to_have_count(2)
    assert violations(manager) == []
    manager.click("#show-changes")
    expect(manager.locator("#reach")).to_contain_text("办完并关闭窗口后自动生效")
    assert violations(manager) == []
    manager.click("#preview [type=submit]")
    expect(manager.locator("#standing .is-waiting")).to_be_visible()
    manager.click("text=English")
    expect(manager.locator("#standing")).to_contain_text("a new one waits until nobody is there")
    assert violations(manager) == []
    manager.click("text=中文")


def the_plan_holds(central: RunningCentral, manager: Page) -> None:
    """Nobody was there any more when the place was closed."""
    manager.goto(f"{central.url}/places/{PLACE}/plan")
    expect(manager.locator("#standing")).to_contain_text("第 2 版")
    expect(manager.locator("#standing .is-in_force")).to_be_visible()


def in_the_whole_city(central: RunningCentral, page: Page) -> None:
    """More places than anybody reads one by one."""
    enter(central, page, "city.view", "/")
    expect(page.locator(".group", has_text="北区")).to_contain_text(f"含基层站点 {CROWD} 个")
    assert page.evaluate("() => document.querySelectorAll('*').length") < 500
    assert violations(page) == []
    page.fill("#find", "永丰")
    expect(page.locator("#found li").last).to_have_text("还有更多，请输入更多的字。")
    assert violations(page) == []
    page.fill("#find", "")
    page.click("#as-list")
    expect(page.locator("#together")).to_contain_text(f"另有 {CROWD + 1} 个基层站点")
    page.click("#as-map")
    page.click(".group .rest a >> nth=0")
    expect(page.locator("h1")).not_to_have_text("全市")
    page.goto(f"{central.url}/halls/{PLACE}")  # no orders that it cannot take, but the way to its windows
    expect(page.locator("#acts .acts-links a")).to_have_count(2)
    expect(page.locator("#acts button")).to_have_count(0)
    assert violations(page) == []


def enter(central: RunningCentral, page: Page, name: str, path: str) -> None:
    page.goto(f"{central.url}/sign-in?next={path}")
    page.fill("[name=name]", name)
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")


def a_new_tablet(central: RunningCentral, manager: Page) -> str:
    """Its link, as the page tells it once."""
    enter(central, manager, "wang.it", f"/places/{PLACE}/tablets")
    expect(manager.locator("#empty")).to_be_visible()
    manager.click("#new")
    assert violations(manager) == []
    manager.click("#add [type=submit]")
    expect(manager.locator("#made-qr svg")).to_be_visible()
    assert violations(manager) == []
    link = manager.locator("#made-link").inner_text()
    manager.click("#made [type=submit]")
    expect(manager.locator("#made-link")).to_have_text("")
    return link


def withdraw(manager: Page, tablet: Page) -> None:
    manager.click("text=English")
    expect(manager.locator("#rows tr")).to_contain_text("In use")
    assert violations(manager) == []
    manager.click("#rows button")
    assert violations(manager) == []
    manager.click("#sure [type=submit]")
    expect(manager.locator("#rows tr")).to_contain_text("Withdrawn by wang.it")
    expect(tablet.locator("#problem")).to_contain_text("不是该站点的平板")
    expect(tablet.locator("#door")).to_be_hidden()
    assert faults(tablet, scrolls=True) == []
    manager.click("text=中文")


def close_and_open_again(central: RunningCentral, manager: Page, phone: Page) -> None:
    phone.goto(f"{central.url}/p/{PLACE}")
    phone.click("[data-service=C]")
    phone.click("#take")
    expect(phone.locator("#number")).to_have_text("C001")
    manager.goto(f"{central.url}/places")
    manager.click("#list button")
    expect(manager.locator("#sure-text")).to_contain_text("现在有 1 人等候，1 个窗口开着")
    assert violations(manager) == []
    manager.click("#sure [type=submit]")
    expect(manager.locator("#said")).to_contain_text("作废 1 个等候的号")
    expect(phone.locator("#advice")).to_have_text("该站点已停用，不再取号。")
    assert faults(phone, scrolls=True) == []
    phone.goto(f"{central.url}/p/{PLACE}")
    expect(phone.locator("#elsewhere")).to_be_visible()
    assert faults(phone, scrolls=True) == []
    manager.click("#list button")
    manager.click("#sure [type=submit]")
    expect(phone.locator("#elsewhere")).to_be_hidden()


def on_the_tablet(tablet: Page, desk: Page, link: str) -> None:
    tablet.goto(link)
    expect(tablet.locator("#services li")).to_have_count(3)
    assert "key" not in tablet.url
    assert faults(tablet, scrolls=True) == []
    tablet.click("[data-service=B]")
    expect(tablet.locator("#number")).to_have_text("B001")
    assert faults(tablet, scrolls=True) == []
    tablet.click("#done")
    for key, state in (("F2", "CALLING"), ("F4", "SERVING"), ("F5", "IDLE")):
        press(desk, key)
        expect(desk.locator(f"#state .is-{state}")).to_be_visible()
    expect(tablet.locator("#rate-about")).to_contain_text("B001")
    assert faults(tablet, scrolls=True) == []
    tablet.click("[data-grade='5']")
    expect(tablet.locator("#recorded")).to_be_visible()
    expect(tablet.locator("#door")).to_be_visible()


def counted(central: RunningCentral, desk: Page) -> None:
    expect(desk.locator("#served")).to_have_text("今日办结 2")
    answer: Any = desk.request.get(f"{central.url}/api/v1/halls/{PLACE}").json()
    assert (answer["state"], answer["today"]["done"], answer["satisfaction"]) == ("open", 2, 0.5)
    desk.goto(f"{central.url}/")
    expect(desk.locator("body")).to_contain_text("永丰村工作室")
    desk.goto(f"{central.url}/places/{PLACE}/poster")
    expect(desk.locator(".poster svg")).to_be_visible()
    assert violations(desk) == []
