"""What the page of a window tells its clerk: where a ticket goes, when a key may be pressed, who is next."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.hall_door import DeviceHealth
from edge.screens import build_app
from edge.staff import StaffBook
from hall.gate.words import PressHelp
from hall.queue import words
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture, playwright  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import PINS, Hall, served_fixture, staff_file_fixture  # noqa: F401
from tests.edge.window_page import ask, sign_in, take

NAMES = {"help-1": ("求助按钮", "help button"), "sign-1": ("一号窗口屏", "Sign of window 1")}
TOO_SMALL = """() => [...document.querySelectorAll("body *")].filter((e) => e.offsetParent
  && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
  && parseFloat(getComputedStyle(e).fontSize) < 16).map((e) => e.outerHTML)"""
pytestmark = pytest.mark.browser


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    """Calls count 20 s apart, as in a real hall."""
    door = PlainDoor(replace(PLAN, queue=replace(PLAN.queue, call_interval_s=20)))
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    yield Hall(door, staff, build_app(door, staff, place_names=NAMES))
    staff.close()


def test_the_transfer_dialog_shows_each_window_warns_and_lets_the_clerk_choose_the_class(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"), words.OpenWindow(3, "staff3"))
    take(hall, "B")
    ask(hall, words.CallNext(1, "staff1"))
    desk = sign_in(open_page)
    desk.keyboard.press("F8")
    expect(desk.locator("#transfer-title")).to_have_text("B001 转移到哪里？")
    third, second = desk.locator("[data-window='3']"), desk.locator("[data-window='2']")
    expect(third.locator(".state")).to_have_text("等待叫号")
    expect(third).to_contain_text("法律援助 · 人民调解")
    expect(third.locator(".warning")).to_have_count(0)
    expect(second.locator(".state")).to_have_text("停止服务")
    expect(second.locator(".warning")).to_contain_text("停止服务：此号要等窗口开放")
    expect(second).to_contain_text("不办理 法律援助")
    ask(hall, words.OpenWindow(2, "staff2"), words.PauseWindow(2, "staff2"))
    expect(second.locator(".warning")).to_contain_text("窗口恢复服务后才会叫此号")
    second.get_by_role("button", name="改办 法律咨询").click()
    expect(desk.locator("#said")).to_have_text("B001 已转到 2号窗口 · 法律咨询")
    moved = hall.door.look()[0].queue.tickets["B001"]
    assert (moved.service, moved.window) == ("A", 2)


def test_a_transfer_to_a_window_that_serves_it_keeps_the_class_and_is_confirmed_in_words(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"))
    take(hall, "B", "A")
    ask(hall, words.CallNumber(1, "staff1", "B001"))
    desk = sign_in(open_page)
    desk.keyboard.press("F8")
    desk.locator("#transfer-dialog [data-to='3']").click()
    expect(desk.locator("#said")).to_have_text("B001 已转到 3号窗口 · 法律援助")
    assert hall.door.look()[0].queue.tickets["B001"].service == "B"
    desk.keyboard.press("F2")
    expect(desk.locator("#number")).to_have_text("A001")
    expect(desk.locator("#said")).to_have_class("")  # no empty bar after an act that says nothing
    desk.keyboard.press("F8")
    desk.keyboard.press("1")
    expect(desk.locator("#said")).to_have_text("A001 已转到 法律援助")


def test_a_transfer_dialog_closes_when_its_ticket_is_gone(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"))
    take(hall, "A")
    ask(hall, words.CallNext(1, "staff1"))
    desk = sign_in(open_page)
    desk.keyboard.press("F8")
    expect(desk.locator("#transfer-dialog")).to_be_visible()
    ask(hall, words.Start(1, "staff1"), words.Finish(1, "staff1"))  # by the keys of the terminal
    expect(desk.locator("#transfer-dialog")).to_be_hidden()


def test_the_no_show_key_says_what_it_waits_for(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"))
    take(hall, "A")
    ask(hall, words.CallNext(1, "staff1"))
    desk = sign_in(open_page)
    key = desk.locator("[data-command=no_show]")
    expect(key).to_contain_text("已呼叫 1/3 次")
    expect(key).to_have_class("dim")
    desk.keyboard.press("F6")
    expect(desk.locator("#said")).to_contain_text("满 3 次才能过号")
    ask(hall, words.Recall(1, "staff1"), words.Recall(1, "staff1"), after_s=20)
    expect(key).to_contain_text("秒")
    expect(key).to_have_class("dim")
    desk.keyboard.press("F6")
    expect(desk.locator("#said")).to_contain_text("不需要重呼")
    hall.door.steady_ms += 20_000
    desk.reload()
    expect(desk.locator("#state")).not_to_be_empty()  # until then the key looks usable, and only says to wait
    expect(key).to_have_text("F6过号")
    expect(key).not_to_have_class("dim")
    desk.keyboard.press("F6")
    expect(desk.locator("[data-list=missed] b")).to_have_text("1")


def test_the_no_show_key_becomes_usable_by_itself(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"))
    take(hall, "A")
    ask(hall, words.CallNext(1, "staff1"))
    ask(hall, words.Recall(1, "staff1"), words.Recall(1, "staff1"), after_s=20)
    desk = sign_in(open_page, clock=True)
    key = desk.locator("[data-command=no_show]")
    expect(key).to_contain_text("再等 ")
    hall.door.steady_ms += 21_000  # a line silent for so long is opened anew; the hall's time has gone on too
    for _ in range(21):
        desk.clock.run_for(1000)
    expect(key).to_have_text("F6过号")
    expect(key).not_to_have_class("dim")


def test_a_wait_is_the_same_before_and_after_a_reload_and_a_look_at_another_list(hall, open_page):
    ask(hall, words.OpenWindow(2, "staff2"))
    take(hall, "A")
    ask(hall, words.CallNext(2, "staff2"), after_s=39)
    ask(hall, words.PauseWindow(2, "staff2"), after_s=3600)  # put back into its queue
    desk = sign_in(open_page, clock=True)
    since = desk.locator("[data-ticket=A001] .since")
    expect(since).to_contain_text("1:00:")
    desk.reload()
    expect(since).to_contain_text("1:00:")
    for _ in range(40):
        desk.clock.run_for(1000)
    expect(since).to_contain_text("1:01:")
    desk.click("[data-list=held]")
    desk.click("[data-list=waiting]")
    expect(since).to_contain_text("1:01:")


def test_the_waiting_list_stands_in_calling_order_and_marks_the_next_one(hall, open_page):
    take(hall, "B", "A")
    ask(hall, words.TakeTicket("A", "token-x", priority=words.Priority.ELDER), words.OpenWindow(1, "staff1"))
    desk = sign_in(open_page)
    numbers = desk.locator("#list .number")
    expect(numbers).to_have_text(["A002", "A001", "B001"])
    expect(desk.locator(".mark.next")).to_have_count(1)
    expect(desk.locator("[data-ticket=A002] .mark.next")).to_contain_text("下一个")
    desk.keyboard.press("F2")
    expect(desk.locator("#number")).to_have_text("A002")
    expect(desk.locator("[data-ticket=A001] .mark.next")).to_be_visible()


def test_closing_or_pausing_while_calling_names_the_number_that_goes_back(hall, open_page):
    asked = []
    ask(hall, words.OpenWindow(1, "staff1"))
    take(hall, "B")
    desk = sign_in(open_page)
    desk.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    desk.click("#close")
    desk.keyboard.press("F9")
    expect(desk.locator("#pause-dialog")).to_be_visible()
    expect(desk.locator("#pause-note")).to_be_hidden()
    desk.keyboard.press("Escape")
    desk.keyboard.press("F2")
    expect(desk.locator("#number")).to_have_text("B001")
    desk.click("#close")
    assert asked == ["确定关闭窗口？", "正在呼叫 B001，关闭后该号退回队列。确定关闭窗口？"]
    desk.keyboard.press("F9")
    expect(desk.locator("#pause-note")).to_contain_text("正在呼叫 B001，暂停后该号退回队列")


def test_devices_and_help_are_told_in_words_not_by_id(hall, open_page):
    printer = replace(hall.door.devices[0], state="degraded", reason="paper_out")
    sign = DeviceHealth("sign-1", "onbon-bx-sign", "lost", "no_reply", 0, 1, {})
    hall.door.devices = (printer, sign)
    hall.door.ask(PressHelp("help-1"))
    desk = sign_in(open_page)
    notes = desk.locator("#notes")
    expect(notes).to_contain_text("设备需要检查：号票打印机（缺纸） · 一号窗口屏（没有应答）")
    expect(notes).to_contain_text("有人按了求助按钮")
    desk.click("[data-language]")
    expect(notes).to_contain_text("ticket printer (out of paper) · Sign of window 1 (does not answer)")


def test_all_words_of_the_desk_are_large_enough_and_its_tabs_high_enough(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"))
    take(hall, "B", "B")
    ask(hall, words.TakeTicket("B", "token-x", priority=words.Priority.ELDER), words.CallNext(1, "staff1"))
    desk = sign_in(open_page)
    for _language in ("zh", "en"):
        assert desk.evaluate(TOO_SMALL) == []
        heights = [tab.bounding_box()["height"] for tab in desk.locator("[role=tab]").all()]
        assert min(heights) >= 48
        assert desk.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
        desk.keyboard.press("F8")
        expect(desk.locator("#transfer-dialog")).to_be_visible()
        assert desk.evaluate(TOO_SMALL) == []
        assert desk.evaluate(
            "() => { const d = document.querySelector('dialog[open]'); return d.scrollWidth <= d.clientWidth; }"
        )
        desk.keyboard.press("Escape")
        desk.click("[data-language]")
