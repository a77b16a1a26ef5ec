"""The hall's pages in Debian's chromium, over a real server and the real rules."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from edge.screens import pad_link
from hall.gate.words import PressHelp
from hall.queue.words import Channel, TakeTicket
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.screens_fixtures import PINS, hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

MACHINE, PAD, DESK, TELEVISION = (1080, 1920), (1280, 800), (1280, 800), (1920, 1080)
pytestmark = pytest.mark.browser


def sign_in(page: playwright.Page, name: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=secret]", PINS[name])
    page.keyboard.press("Enter")
    expect(page.locator("#state")).not_to_be_empty()  # the present state has come


def press(desk: playwright.Page, key: str) -> None:
    """As a person does: when the answer to the last press is there."""
    desk.wait_for_function("() => !document.body.classList.contains('busy')")
    desk.keyboard.press(key)


def take(hall, service: str = "A", channel: Channel = Channel.MACHINE) -> None:
    hall.door.ask(TakeTicket(service, f"token-{len(hall.door.look()[0].queue.tickets):020d}", channel))


def test_from_touch_to_call_to_rating_on_four_pages(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True)
    television = open_page("/display", TELEVISION)
    tablet = open_page(pad_link(hall.door, 1), PAD, touch=True)
    desk = open_page("/window/1", DESK)
    assert "key=" not in tablet.url
    sign_in(desk, "staff1")

    machine.locator("[data-service=A]").tap()
    machine.locator("#take").tap()
    expect(machine.locator("#ticket-number")).to_have_text("A001")
    expect(machine.locator("#take-slip")).to_contain_text("请取号票")
    expect(desk.locator("[data-ticket=A001]")).to_be_visible()

    press(desk, "F9")
    expect(desk.locator("#state")).to_have_text("等待叫号")
    press(desk, "F2")
    expect(desk.locator("#number")).to_have_text("A001")
    called = television.locator("#call-list [data-call=A001]")
    expect(called).to_contain_text("1号窗口")
    expect(called).to_have_class("fresh")
    expect(television.locator("#window-list [data-window='1']")).to_contain_text("正在叫号")

    expect(tablet.locator("#asleep")).to_be_visible()
    press(desk, "F4")
    expect(desk.locator("#state")).to_have_text("正在办理")
    press(desk, "F5")
    expect(desk.locator("#state")).to_have_text("等待叫号")
    expect(tablet.locator("#about")).to_have_text("1号窗口 · 法律咨询 · A001")
    tablet.locator("[data-grade='5']").tap()
    expect(tablet.locator("#thanks")).to_be_visible()
    rated = next(iter(hall.door.look()[0].rating.rateable.values()))
    assert (rated.number, rated.grade, rated.version) == ("A001", 5, 1)


def test_a_bad_grade_counts_at_once_and_its_reasons_are_optional(hall, open_page):
    tablet = open_page(pad_link(hall.door, 1), PAD, touch=True, clock=True)
    staff = hall.client(1)
    for place, command in enumerate(("open", "call_next", "start", "finish")):
        if place == 1:
            take(hall)
        assert staff.post("/api/v1/windows/1/commands", json={"command": command}).status_code == 200
    tablet.locator("[data-grade='2']").tap()
    expect(tablet.locator("#reasons")).to_be_visible()
    token, rated = next(iter(hall.door.look()[0].rating.rateable.items()))
    assert (rated.grade, rated.version) == (2, 1)
    tablet.locator("[data-reason=SLOW]").tap()
    tablet.locator("#send").tap()
    expect(tablet.locator("#thanks")).to_be_visible()
    assert hall.door.look()[0].rating.rateable[token].version == 2
    tablet.clock.run_for(10_000)
    expect(tablet.locator("#asleep")).to_be_visible()


def test_a_pad_that_nobody_touches_goes_back_to_sleep(hall, open_page):
    tablet = open_page(pad_link(hall.door, 1), PAD, clock=True)
    take(hall)
    staff = hall.client(1)
    for command in ("open", "call_next", "start", "finish"):
        staff.post("/api/v1/windows/1/commands", json={"command": command})
    expect(tablet.locator("#asks")).to_be_visible()
    for _ in range(21):
        tablet.clock.run_for(1000)
    expect(tablet.locator("#asleep")).to_be_visible()
    tablet.wait_for_function("() => fetch('/api/v1/state').then((answer) => answer.ok)")
    assert hall.door.look()[0].rating.pads == {}


def test_a_window_by_mouse_hold_transfer_pause_and_refusals_in_words(hall, open_page):
    desk = open_page("/window", DESK)
    sign_in(desk, "staff1")
    assert desk.url.endswith("/window/1")
    desk.click("[data-command=pause]")
    expect(desk.locator("#state")).to_have_text("等待叫号")
    desk.click("[data-command=call_next]")
    expect(desk.locator("#said")).to_contain_text("现在没有人等候")
    for _ in range(3):
        take(hall)
    desk.locator("[data-ticket=A002] button").click()
    desk.click("[data-jump=SUPERVISOR]")
    expect(desk.locator("#number")).to_have_text("A002")
    desk.click("[data-command=start]")
    desk.click("[data-command=hold]")
    expect(desk.locator("[data-list=held] b")).to_have_text("1")
    press(desk, "F7")
    expect(desk.locator("#state")).to_have_text("正在办理")
    press(desk, "F8")
    desk.locator("#transfer-dialog [data-to='2']").click()
    expect(desk.locator("#state")).to_have_text("等待叫号")
    assert hall.door.look()[0].queue.sent_to[2] == ("A002",)
    press(desk, "F2")
    for call in (1, 2, 3):
        expect(desk.locator("#number-facts")).to_contain_text(f"第 {call} 次呼叫")
        press(desk, "F3" if call < 3 else "F6")
    expect(desk.locator("[data-list=missed] b")).to_have_text("1")
    desk.click("[data-list=missed]")
    desk.locator("[data-ticket=A001] button").click()
    expect(desk.locator("[data-list=missed] b")).to_have_text("0")
    assert hall.door.look()[0].queue.tickets["A001"].state == "WAITING"
    press(desk, "F9")
    press(desk, "2")
    expect(desk.locator("#state")).to_have_text("暂停服务 · 会议")
    press(desk, "F9")
    expect(desk.locator("#state")).to_have_text("等待叫号")


def test_a_double_press_calls_one_ticket(hall, open_page):
    desk = open_page("/window/1", DESK)
    sign_in(desk, "staff1")
    for _ in range(3):
        take(hall)
    press(desk, "F9")
    expect(desk.locator("#state")).to_have_text("等待叫号")
    for _ in range(4):
        desk.keyboard.press("F2")
    expect(desk.locator("#number")).to_have_text("A001")
    desk.wait_for_function("() => !document.body.classList.contains('busy')")
    states = [ticket.state for ticket in hall.door.look()[0].queue.tickets.values()]
    assert sorted(states) == ["CALLED", "WAITING", "WAITING"]


def test_a_window_says_what_is_away_and_answers_help(hall, open_page):
    hall.door.central = "offline"
    printer = hall.door.devices[0]
    hall.door.devices = (replace(printer, state="lost"), *hall.door.devices[1:])
    hall.door.ask(PressHelp("help-1"))
    desk = open_page("/window/2", DESK)
    desk.fill("[name=name]", "staff2")
    desk.fill("[name=secret]", "00000009")
    desk.keyboard.press("Enter")
    expect(desk.locator("#problem")).to_contain_text("姓名或密码不对")
    sign_in(desk, "staff2")
    expect(desk.locator("#notes")).to_contain_text("中心未连接")
    expect(desk.locator("#notes")).to_contain_text("号票打印机（没有应答）")
    desk.locator("[data-help=help-1] button").click()
    expect(desk.locator("[data-help=help-1]")).to_have_count(0)
    assert hall.door.look()[0].gate.help_since_ms == {}
    desk.click("#sign-out")
    expect(desk.locator("#sign-in")).to_be_visible()


def test_the_machine_shows_a_card_ticket_and_a_code_when_there_is_no_paper(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True)
    expect(machine.locator("#card-hint")).to_contain_text("身份证")
    take(hall, "B", Channel.CARD)
    expect(machine.locator("#ticket-number")).to_have_text("B001")
    machine.locator("#done").tap()
    expect(machine.locator("#home")).to_be_visible()
    hall.door.devices = (replace(hall.door.devices[0], state="lost"), *hall.door.devices[1:])
    hall.door.ring()
    expect(machine.locator("#printer-down")).to_be_visible()
    machine.locator("[data-service=C]").tap()
    machine.locator("[data-priority=PREGNANT]").tap()
    expect(machine.locator("#ticket-number")).to_have_text("C001")
    expect(machine.locator("#no-slip-words")).to_contain_text("扫码")
    machine.wait_for_function("() => document.getElementById('qr').naturalWidth > 0")
    assert hall.door.look()[0].queue.tickets["C001"].priority == "PREGNANT"


def test_a_left_machine_warns_and_wipes_what_was_chosen(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True, clock=True)
    machine.locator("[data-language]").tap()
    expect(machine.locator("h2").first).to_have_text("Please choose a service")
    machine.locator("[data-service=B]").tap()
    expect(machine.locator("#choice")).to_be_visible()
    for _ in range(61):
        machine.clock.run_for(1000)
    expect(machine.locator("#idle")).to_be_visible()
    machine.locator("#go-on").tap()
    expect(machine.locator("#choice")).to_be_visible()
    for _ in range(91):
        machine.clock.run_for(1000)
    expect(machine.locator("#home")).to_be_visible()
    expect(machine.locator("h2").first).to_have_text("请选择要办理的业务")


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/machine", MACHINE),
        ("/machine", DESK),
        ("/display", TELEVISION),
        ("pad", PAD),
        ("/window/1", DESK),
        ("/", DESK),
    ],
)
def test_a_page_fits_its_screen_in_both_languages(hall, open_page, path, size):
    for number in (1, 2, 3):
        hall.client(number).post(f"/api/v1/windows/{number}/commands", json={"command": "open"})
    for _ in range(5):
        take(hall)
    page = open_page(pad_link(hall.door, 1) if path == "pad" else path, size)
    for title in ("测试区公共法律服务中心", "Test District Public Legal Service Centre"):
        expect(page.locator("[data-hall]").first).to_have_text(title)
        wide, high = page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert wide <= size[0]
        assert high <= size[1]
        assert not re.search(r"\{\w+\}", page.inner_text("body"))
        small = page.evaluate(
            "() => [...document.querySelectorAll('button, input, select')].filter((e) => e.offsetParent"
            " && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"
        )
        assert small == []
        page.click("[data-language]")


def test_the_television_can_be_read_from_afar_and_flashes_slowly(hall, open_page):
    television = open_page("/display", TELEVISION)
    expect(television.locator("#window-list li")).to_have_count(4)  # what is called before that does not flash
    take(hall)
    staff = hall.client(1)
    for command in ("open", "call_next"):
        staff.post("/api/v1/windows/1/commands", json={"command": command})
    expect(television.locator("#call-list .fresh")).to_be_visible()
    sizes = television.evaluate(
        "() => [...document.querySelectorAll('#call-list .number, #call-list .to b, #window-list .which,"
        " #window-list .number, #clock')].map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert len(sizes) >= 5
    assert min(sizes) >= 63
    flash = television.evaluate(
        "() => { const style = getComputedStyle(document.querySelector('#call-list .fresh'));"
        " return [style.animationIterationCount, style.animationDuration]; }"
    )
    assert flash == ["3", "1s"]


def test_a_slip_on_a_phone_shows_its_place_and_gives_it_up(hall, open_page):
    given = hall.client().post("/api/v1/tickets", json={"service": "A"}).json()
    phone = open_page(f"/t/{given['token']}", (390, 780), touch=True)
    expect(phone.locator("#number")).to_have_text("A001")
    phone.locator("#give-up").tap()
    phone.locator("#sure-yes").tap()
    expect(phone.locator("#state")).to_have_text("已取消")
    lost = open_page("/t/" + "x" * 22, (390, 780))
    expect(lost.locator("#problem")).to_contain_text("没有找到这张号票")
