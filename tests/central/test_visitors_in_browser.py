"""Visitors with a phone, and a supervisor who acts for a hall, in a real browser over a real central and broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import update

from central.appointments.tables import reminder_due
from central.clock import now_ms
from central.database import Database
from hall.appointments.marks import mark_of, plain_code
from hall.queue.now import ClassNow, QueueNow
from hall.queue.words import StopReason
from hall.shape import dump
from tests.central.halls_open import PHONE, in_days, put
from tests.central.listener import Listener, listening
from tests.central.running import SECRET, HallLine, RunningCentral, hall_line
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import faults, violations
from tests.parts import Mosquitto, skip_unless, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.broker]
HALL = "hall-one"
WEEK = {"opening": [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "hours": ["09:00-11:30", "13:30-17:00"]}]}
SERVICES = [
    {"letter": "A", "name_zh": "法律咨询", "name_en": "Legal consultation"},
    {"letter": "B", "name_zh": "法律援助", "name_en": "Legal aid"},
    {"letter": "K", "name_zh": "监所远程视频探视", "name_en": "Remote prison visit"},
]
PLACE = {
    "address_zh": "测试区长宁路 99 号", "address_en": "99 Changning Road", "phone": "021-99990000", "latitude": 31.22,
    "longitude": 121.42,
}  # fmt: skip


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        opened = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def gateway() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto, gateway: Listener) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    file = tmp_path / "gateway.toml"
    file.write_text(f'url = "{gateway.url}"\nsecret = "a shared secret of ours"\n')
    file.chmod(0o600)
    running.more = ["--reminder-hook", str(file)]
    running.start()
    yield running
    running.kill()


def new_page(browser: Browser, problems: list[str], width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(30_000)
    return page


def be_a_hall(line: HallLine) -> None:
    line.state(online=True, bdseq=1, epoch="epoch-1")
    windows = [{"number": number, "services": ["A", "B"]} for number in (1, 2)]
    birth = {"hall": HALL, "name_zh": "长宁区公共法律服务中心", "name_en": "Changning District Centre", "version": "1"}
    line.say("node/birth", {**birth, "devices": [], "windows": windows, "services": SERVICES}, retain=True)
    tell_queues(line)


def tell_queues(line: HallLine) -> None:
    classes = (ClassNow("A", 3, 3, 2, None, 540, 900), ClassNow("B", 5, 5, 1, None, 1500, 2400))
    stopped = ClassNow("K", 0, 0, 0, StopReason.APPOINTMENT)
    line.say("tlm/queue", dump(QueueNow(now_ms(), in_days(0), (*classes, stopped))))


def check(page: Page, *, touch: bool = True) -> None:
    """Nothing wrong with the page as it stands."""
    assert (faults(page, scrolls=True) if touch else violations(page)) == []


def test_visitors_and_a_supervisor(
    central: RunningCentral, mosquitto: Mosquitto, browser: Browser, gateway: Listener
) -> None:
    problems: list[str] = []
    with hall_line(mosquitto, HALL) as line:
        be_a_hall(line)
        with closing(central.client("supervisor")) as supervisor:
            wait_for(lambda: supervisor.get(f"/api/v1/halls/{HALL}").status_code == 200, "central knows the hall")
            set_up(supervisor)
            phone = new_page(browser, problems, 390, 844)
            take_a_number(phone, central, line)
            code = book_a_time(phone, central)
            make_it_due(central)
            the_list_comes_down(line, code)
            wait_for(lambda: gateway.heard, "the gateway hears of the reminder")
            assert [one["phone"] for one in gateway.messages()] == [PHONE]
            give_it_back(phone, code)
        desk = new_page(browser, problems, 1440, 900)
        act_for_the_hall(desk, central, line)
    assert len(gateway.heard) == 1
    assert PHONE not in central.log()
    assert problems == []


def set_up(supervisor: httpx2.Client) -> None:
    client: Any = supervisor
    put(client, f"/halls/{HALL}/calendar", WEEK)
    put(client, f"/halls/{HALL}/place", PLACE)
    for letter in "AK":
        put(client, f"/halls/{HALL}/slot-offers/{letter}", {"slot_minutes": 30, "places": 2, "days_ahead": 7})


def answer(line: HallLine, op: str, status: str = "done", **data: Any) -> dict[str, Any]:
    """Be the hall: wait for the order, answer it."""
    (order, *_) = wait_for(lambda: [one for one in line.orders if one["op"] == op], f"an order {op}")
    line.orders.remove(order)
    line.say("rsp", {"cmd_id": order["id"], "status": status, "data": data})
    return dict(order)


def take_a_number(page: Page, central: RunningCentral, line: HallLine) -> None:
    page.goto(f"{central.url}/nearby")
    card = page.locator("#halls > li")
    expect(card).to_contain_text("长宁区公共法律服务中心")
    expect(card).to_contain_text("只凭预约办理")
    check(page)
    page.select_option("#service", "A")
    expect(card.locator(".wait")).to_have_text("现在去约等 9 分钟")
    expect(card).to_contain_text("五人中有四人不超过 15 分钟")
    check(page)
    page.click("#halls .main")
    expect(page.locator("#sure-words")).to_contain_text("法律咨询")
    check(page)
    page.click("#sure-yes")
    order = answer(
        line, "take_ticket", number="A012", day=in_days(0), service="A", ahead=3, estimated_wait_s=540, wait_bound_s=900
    )
    assert order["args"] == {"service": "A", "persons": 1}
    expect(page.locator("#number .code")).to_have_text("A012")
    expect(page.locator("#number")).to_contain_text("前面还有 3 人")
    check(page)
    page.goto(f"{central.url}/number?lang=en")
    expect(page.locator("#number")).to_contain_text("3 before you")
    check(page)
    page.goto(f"{central.url}/nearby?lang=en")
    expect(page.locator("#halls > li")).to_contain_text("Changning District Centre")
    page.click("#large")
    check(page)
    page.click("#large")
    page.goto(f"{central.url}/nearby?lang=zh")


def book_a_time(page: Page, central: RunningCentral) -> str:
    page.goto(f"{central.url}/book?hall={HALL}&service=A")
    expect(page.locator(".days button").first).to_be_visible()
    choose_day(page, in_days(1))
    expect(page.locator("#phone-note")).to_contain_text("短信提醒")
    check(page)
    page.click("#book .main")
    expect(page.locator("#problem")).to_have_text("请选择时间")
    page.click(".times button >> nth=1")
    expect(page.locator(".times button >> nth=1")).to_have_attribute("aria-pressed", "true")
    page.fill("#phone", PHONE)
    page.click("#book .main")
    code = page.locator("#done .code")
    expect(code).to_be_visible()
    expect(page.locator("#done")).to_contain_text("09:30")
    assert PHONE not in page.locator("#done").inner_text()
    assert PHONE not in page.url
    check(page)
    return code.inner_text()


def choose_day(page: Page, day: str) -> None:
    """By its date: today is only offered while something is left of it."""
    _, month, date = day.split("-")
    page.locator(".days button:visible", has=page.get_by_text(f"{int(month)}/{int(date)}", exact=True)).click()


def make_it_due(central: RunningCentral) -> None:
    """Tomorrow's reminder of the day, as if it were time."""
    database = Database(central.database)
    with database.write() as connection:
        due = update(reminder_due).where(reminder_due.c.kind == "hours_before")
        assert connection.execute(due.values(next_ms=now_ms())).rowcount == 1
    database.close()


def the_list_comes_down(line: HallLine, code: str) -> None:
    order = answer(line, "set_appointments", day=in_days(1), revision=1)
    (item,) = order["args"]["items"]
    assert (item["minute"], item["service"]) == (570, "A")
    assert item["marks"][0] == mark_of(order["args"]["key"], "code", plain_code(code))


def give_it_back(page: Page, code: str) -> None:
    page.fill("#find-phone", "13800000000")
    page.click("#find button")
    expect(page.locator("#find-problem")).to_contain_text("没有找到预约")
    page.fill("#find-code", code.lower().replace("-", " "))
    page.fill("#find-phone", PHONE)
    page.click("#find button")
    found = page.locator("#found")
    expect(found).to_contain_text("已预约")
    found.get_by_role("button", name="改期").click()
    choose_day(page, in_days(2))
    page.click("#found .times button >> nth=0")
    check(page)
    found.get_by_role("button", name="改为所选时间").click()
    expect(found).to_contain_text(in_days(2))
    found.get_by_role("button", name="取消预约").click()
    check(page)
    found.get_by_role("button", name="确定取消").click()
    expect(found).to_contain_text("已取消")


def act_for_the_hall(page: Page, central: RunningCentral, line: HallLine) -> None:
    page.goto(f"{central.url}/halls/{HALL}")
    page.fill("[name=name]", "supervisor")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    acts = page.locator("#acts")
    acts.locator("[data-op=open_window]").first.click()
    order = answer(line, "open_window", events=["window.opened"])
    assert (order["args"], order["actor"]) == ({"window": 1}, "supervisor")
    expect(acts.locator("#acts-last li").first).to_contain_text("已完成")
    page.fill("#acts [name=text_zh]", "请大家稍候")
    page.click("#acts-announce button")
    assert answer(line, "announce", "rejected", code="NO_SPEAKER")["args"]["urgent"] is False
    expect(acts.locator("#acts-last li").first).to_contain_text("没有可用的扬声器")
    check(page, touch=False)
    page.goto(f"{central.url}/halls/{HALL}?lang=en")
    expect(page.locator("#acts-last li").first).to_contain_text("refused")
    page.goto(f"{central.url}/appointments?lang=zh")
    expect(page.locator("#offers")).to_contain_text("监所远程视频探视")
    page.fill("#day", in_days(2))
    expect(page.locator("#book [name=time] option").first).to_contain_text("09:00")
    page.fill("#book [name=phone]", "13800990002")
    page.click("#book button")
    expect(page.locator("#booked b")).to_be_visible()
    expect(page.locator("#rows")).to_contain_text("•••0002")
    expect(page.locator("#rows")).to_contain_text("已取消")
    withdraw = page.locator("#offers tr", has_text="监所远程视频探视").locator("button")
    withdraw.click()
    expect(withdraw).to_have_text(["确定停止", "保留"])
    check(page, touch=False)
    withdraw.nth(1).click()
    expect(withdraw).to_have_text(["停止预约"])
    withdraw.click()
    withdraw.nth(0).click()
    expect(page.locator("#offers")).not_to_contain_text("监所远程视频探视")
    expect(page.locator("#offer [name=days_ahead]")).to_have_value("7")  # of what is offered still, not a guess
    page.goto(f"{central.url}/appointments?lang=en")
    expect(page.locator("#offers")).to_contain_text("Legal consultation")
    check(page, touch=False)
