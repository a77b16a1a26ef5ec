"""The service desk's page in Debian's chromium: one press unlocks, alarms say what to do, notices are followed."""

from __future__ import annotations

import pytest

from drivers.kinds.display import SwitchDisplay
from hall.devices.words import ReportSpoken, SayNotice
from hall.gate.words import MissPulse, MoveGate, PresentPass, PressHelp, Verdict
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.desk_hall import MANAGER, PIN, desk_hall_fixture, manager_file_fixture  # noqa: F401
from tests.edge.screens_fixtures import PINS, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
DESK, TABLET = (1280, 800), (1024, 768)
SMALL = """() => [...document.querySelectorAll("#work *, .band *, #sign-in *")].filter((e) => e.checkVisibility())
  .flatMap((e) => {
    const box = e.getBoundingClientRect(), faults = [], least = Math.min(box.height, box.width);
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (own && parseFloat(getComputedStyle(e).fontSize) < 16) faults.push(`small words: ${e.textContent}`);
    if (e.matches("button, a, textarea, label.check") && least < 44) faults.push(`small to press: ${e.outerHTML}`);
    if (box.right > innerWidth + 1) faults.push(`out of the page: ${e.outerHTML.slice(0, 80)}`);
    return faults;
  })"""


def sign_in(page, name=MANAGER, secret=PIN):
    page.fill("[name=name]", name)
    page.fill("[name=secret]", secret)
    page.keyboard.press("Enter")
    page.wait_for_selector("#gate-east")


def east(page, part):
    return page.locator(f"#gate-east {part}")


def test_somebody_who_waits_is_shown_and_one_press_unlocks(hall, open_page):
    page = open_page("/desk", DESK)
    sign_in(page)
    expect(east(page, ".state")).to_have_text("门已关好")
    hall.door.ask(PresentPass("east", Verdict.MANUAL, "no_clock"))
    expect(east(page, ".waits")).to_contain_text("门口有人在等：本机时间不可靠，请人工核验")
    assert page.title().startswith("▲1 ")
    east(page, ".open").focus()
    page.keyboard.press("Enter")
    expect(east(page, ".state")).to_have_text("已开锁")
    expect(east(page, ".open")).to_be_disabled()
    expect(east(page, ".results li").first).to_contain_text("工作人员放行")
    expect(page.locator("#gate-west .state")).to_have_text("门已关好")
    hall.door.ask(MissPulse("east", "no_reply"))
    expect(east(page, ".waits")).to_contain_text("请用钥匙开门")
    expect(east(page, ".open")).to_be_enabled()
    page.click("[data-language]")
    expect(east(page, ".waits")).to_contain_text("The lock did not move; use the key: does not answer")


def test_no_key_by_itself_unlocks_a_door(hall, open_page):
    page = open_page("/desk", DESK)
    sign_in(page)
    for key in ("F2", "F5", "Enter", "1"):
        page.keyboard.press(key)
        if key == "F5":
            page.wait_for_selector("#gate-east")
    expect(east(page, ".state")).to_have_text("门已关好")
    assert hall.door.look()[0].gate.lately == {}


def test_an_alarm_says_what_to_do_and_ends_with_the_door(hall, open_page):
    page = open_page("/desk", TABLET)
    sign_in(page)
    hall.door.ask(MoveGate("east", open=True))
    expect(east(page, ".state")).to_have_text("门被强开")
    expect(east(page, ".do")).to_contain_text("请马上到门口查看来人")
    expect(page.locator("#notes a.fault")).to_have_text("▲ 东门律师通道：门被强开")
    page.click("[data-language]")
    expect(east(page, ".do")).to_contain_text("Go there at once")
    expect(page.locator("#notes a.fault")).to_have_text("▲ East lawyers' gate: Forced open")
    hall.door.ask(MoveGate("east", open=False))
    expect(page.locator("#notes a.fault")).to_have_count(0)
    expect(east(page, ".do")).to_be_hidden()


def test_an_alarm_stands_on_the_page_of_every_window_too(hall, open_page):
    page = open_page("/window/1", DESK)
    page.fill("[name=name]", "staff1")
    page.fill("[name=secret]", PINS["staff1"])
    page.keyboard.press("Enter")
    alarm = page.locator("#notes a.fault")
    expect(page.locator("#state")).not_to_be_empty()
    expect(alarm).to_have_count(0)
    hall.door.ask(MoveGate("east", open=True))
    hall.door.ask(MoveGate("west", open=True))
    expect(alarm).to_have_text(["▲ 东门律师通道：门被强开", "▲ west：门被强开"])
    page.click("[data-language]")
    expect(alarm).to_have_text(["▲ East lawyers' gate: Forced open", "▲ west: Forced open"])
    expect(alarm.first).to_have_attribute("href", "/desk#gate-east")
    for gate in ("east", "west"):
        hall.door.ask(MoveGate(gate, open=False))
    expect(alarm).to_have_count(0)


def test_help_is_answered_once_for_everybody(hall, open_page):
    one, other = open_page("/desk", DESK), open_page("/desk", TABLET)
    sign_in(one)
    sign_in(other, "staff1", PINS["staff1"])
    hall.door.ask(PressHelp("help-1"))
    expect(other.locator("#help-list")).to_contain_text("法律援助区 求助")
    one.click("#help-list button")
    for page in (one, other):
        expect(page.locator("#help-list li")).to_have_count(0)
        expect(page.locator("#no-help")).to_be_visible()
    expect(other.locator("#say, #screens, #notice")).to_have_count(0)


def test_a_refused_notice_stays_to_be_corrected_and_a_good_one_is_followed(hall, open_page):
    page = open_page("/desk", TABLET)
    sign_in(page)
    page.click("#say button")
    expect(page.locator("#notice-said")).to_contain_text("请先写中文通知")
    page.fill("[name=text_zh]", "请 13800000000 到咨询台")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notice-said")).to_contain_text("六位以上的号码")
    expect(page.locator("[name=text_zh]")).to_have_value("请 13800000000 到咨询台")
    expect(page.locator("[name=text_zh]")).to_be_focused()
    page.fill("[name=text_zh]", "测试通知\n<b>两行</b>")
    page.check("[name=urgent]")
    page.keyboard.press("Tab")
    page.click("#say button")
    expect(page.locator("#notice-said")).to_contain_text("马上播出")
    expect(page.locator("[name=text_zh]")).to_have_value("")
    first = page.locator("#notice-list li").first
    expect(first).to_contain_text("测试通知 <b>两行</b>")
    expect(first).to_contain_text("等候播出")
    notice = first.get_attribute("data-notice")
    hall.door.ask(ReportSpoken("", None, 1, "speaker-1", notice=notice))
    expect(first).to_contain_text("已播出")


def test_a_screen_is_switched_and_one_that_cannot_be_says_how(hall, open_page):
    page = open_page("/desk", DESK)
    sign_in(page)
    page.click("[data-screen=screen-1] [data-command=on]")
    expect(page.locator("[data-screen=screen-1] .state")).to_have_text("开着")
    expect(page.locator("[data-screen=screen-1] [data-command=on]")).to_have_attribute("aria-pressed", "true")
    assert [(order.device, order.on) for order in hall.orders if isinstance(order, SwitchDisplay)] == [
        ("screen-1", True)
    ]
    expect(page.locator("[data-screen=screen-2]")).to_contain_text("请用它自己的遥控器")
    expect(page.locator("[data-screen=screen-2] button:visible")).to_have_count(0)


def test_without_central_all_of_it_works(hall, open_page):
    hall.door.central = "offline"
    page = open_page("/desk", DESK)
    sign_in(page)
    expect(page.locator("#notes")).to_contain_text("本厅照常工作")
    east(page, ".open").click()
    expect(east(page, ".state")).to_have_text("已开锁")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [DESK, TABLET, (800, 1280)])
def test_everything_can_be_read_and_pressed(hall, open_page, size, language):
    page = open_page(f"/desk?lang={language}", size)
    assert page.evaluate(SMALL) == []
    sign_in(page)
    hall.door.ask(PresentPass("west", Verdict.MANUAL, "list_stale"))
    hall.door.ask(PressHelp("help-1"))
    hall.door.ask(MoveGate("east", open=True))
    hall.door.ask(SayNotice("n1", "测" * 100, "w" * 90, urgent=True))
    expect(page.locator("#notes a.fault")).to_be_visible()
    expect(page.locator("#notice-list li")).to_have_count(1)
    expect(page.locator("#help-list li")).to_have_count(1)
    assert page.evaluate(SMALL) == []
