"""The page of plans in a real browser: how far a hall follows, what it says against a plan, and another one for it."""

from __future__ import annotations

import json
import os

import pytest
from playwright.sync_api import Page, expect

from tests.central.event_log import HallLog, issued
from tests.central.in_browser import central, page
from tests.central.running import SECRET, HallLine, RunningCentral, hall_line
from tests.central.test_pages_in_browser import be_a_hall
from tests.edge.accessible import faults
from tests.parts import Mosquitto, wait_for

__all__ = ["central", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.broker]


def looks_right(page: Page, name: str) -> None:
    """Nothing to find for axe in either language; a picture of it where one is wanted."""
    for language in ("English", "中文"):
        page.click(f".who a:has-text('{language}')")
        expect(page.locator("html")).to_have_attribute("lang", "en" if language == "English" else "zh-CN")
        page.click(".row[data-hall='hall-one']")
        expect(page.locator("#detail h2")).to_be_visible()
        assert faults(page, touch=False, scrolls=True, least_type=14) == [], language
        picture(page, f"{name}-{language}")


def picture(page: Page, name: str) -> None:
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/plans-{name}.png")


def test_services_days_and_a_plan_are_kept_by_forms_and_come_to_the_hall(
    central: RunningCentral, mosquitto: Mosquitto, page: Page
) -> None:
    log = HallLog("epoch-1")
    with hall_line(mosquitto, "hall-one") as line:
        be_a_hall(line, log)
        log.add(issued("A001"), issued("A002"), issued("A003"))
        line.say("evt", log.batch([log.envelopes[0], log.envelopes[2]]))  # the second one is lost on the way
        line.wait_acked("epoch-1", 1)
        central.client("supervisor")
        page.goto(f"{central.url}/catalogue")
        page.fill("[name=name]", "supervisor")
        page.fill("[name=secret]", SECRET)
        page.keyboard.press("Enter")
        offer_a_class(page)
        give_a_day_off(page)
        go_to(page, "大厅方案")
        expect(page.locator(".row[data-hall='hall-one']")).to_be_visible()
        page.click(".row[data-hall='hall-one']")
        expect(page.locator("#detail")).to_contain_text("缺第 2 号事件")
        write(page, line)
        go_back(page, line)
        answer(page, line)
        looks_right(page, "refused")


def in_both_languages(page: Page, at_rest: str, name: str) -> None:
    """``at_rest``: what the page shows when its data is there."""
    for language in ("en", "zh"):
        page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        page.locator(at_rest).first.wait_for()
        assert faults(page, touch=False, scrolls=True, least_type=14) == [], language
        picture(page, f"{name}-{language}")


def offer_a_class(page: Page) -> None:
    expect(page.locator("#empty")).to_be_visible()
    for letter, name in (("A", "法律咨询"), ("B", "<b>公证</b>")):
        page.click("#add-service")
        page.select_option("#letter", letter)
        page.fill("#name_zh", name)
        page.click("#service [type=submit]")
        expect(page.locator("#name_en-fault")).to_have_text("请填写此项。")
        page.fill("#name_en", "Class")
        page.fill("#average_service_s", "5")
        page.keyboard.press("Enter")
        expect(page.locator("#average_service_s-fault")).to_have_text("此项不符合要求，请按说明填写。")
        page.fill("#average_service_s", "900")
        page.keyboard.press("Enter")
        expect(page.locator(f"#rows [data-letter={letter}]")).to_contain_text(f"{name}Class15 分钟")
    page.click("#rows [data-letter=A] >> text=取消规定")
    page.click("#sure [type=submit]")
    expect(page.locator("#rows tr")).to_have_count(1)
    in_both_languages(page, "#rows [data-letter=B]", "catalogue")


def go_to(page: Page, title: str) -> None:
    """By the head's menu, or by what it has under "more"."""
    link = page.locator(f"nav >> text={title}")
    if not link.is_visible():
        page.click("nav summary")
    link.click()


def give_a_day_off(page: Page) -> None:
    """By the keyboard alone from the first day on; the hall below inherits what the city says."""
    go_to(page, "日历与休息日")
    page.locator("#months[data-owner=city]").wait_for()
    page.locator("#months [tabindex='0']").focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowRight")
    day = page.evaluate("() => document.activeElement.dataset.day")
    page.keyboard.press("Enter")
    page.check("#day-dialog [value=rest]")
    page.click("#day-dialog [type=submit]")
    expect(page.locator("[data-path='rest_day.1.name_zh'] > .fault")).to_have_text("请填写此项。")
    page.get_by_label("原因（中文）").fill("馆休")
    page.get_by_label("原因（英文）").fill("Closed")
    page.get_by_label("到（含当日）").fill("2020-01-01")
    page.keyboard.press("Enter")
    expect(page.locator("[data-path='rest_day.1.until'] > .fault")).to_contain_text("结束日早于开始日")
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    picture(page, "day")
    page.get_by_label("到（含当日）").fill("")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-day='{day}'].is-rest")).to_be_focused()
    expect(page.locator("#days")).to_contain_text(f"{day} 馆休")
    page.click("[data-owner='hall:hall-one']")
    expect(page.locator(f"[data-day='{day}'].from-above")).to_contain_text("休息日：馆休（来自全市）")
    in_both_languages(page, "#months .day", "calendar")


def write(page: Page, line: HallLine) -> None:
    """Hours, a rest day and windows by forms; what is wrong is told at its field, what changes before it is sent."""
    page.click("#detail .acts >> text=修改方案")
    page.check("[name=mode-opening][value=own]")
    monday = page.get_by_role("group", name="周一")
    monday.get_by_role("button", name="添加时段").click()
    monday.get_by_label("周一 开始").fill("9:00")
    monday.get_by_label("周一 结束").fill("8：30")
    page.click("text=周二至周五与周一相同")
    page.click("[data-section=days]")
    page.check("[name=mode-rest_day][value=catalogue]")
    expect(page.locator("#form")).to_contain_text("馆休 / Closed")
    page.click("[data-section=window]")
    expect(page.locator("#form")).to_contain_text("2 号窗口")  # as the hall reports them
    page.check("[name=mode-window][value=own]")
    page.click("text=添加窗口")
    page.locator("[data-path='window.3.number'] input").fill("2")
    page.click("#show-changes")
    expect(page.locator("[data-path='window.3.services'] > .fault")).to_contain_text("请填写此项")
    expect(page.locator("[data-path='window.3.number'] > .fault")).to_contain_text("与 window[2] 重复")
    page.locator("[data-path='window.3.number'] input").fill("5")
    page.locator("[data-path='window.3.services'] .class").click()
    page.click("[data-section=opening]")
    expect(page.locator("[data-path='opening.1'] > .fault")).to_contain_text("结束不晚于开始")
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    picture(page, "fault")
    monday.get_by_label("周一 结束").fill("17:00")
    page.click("text=周二至周五与周一相同")
    page.click("[data-section=expert]")
    parts = json.loads(page.input_value("#parts"))
    assert parts["opening"] == [{"weekdays": [1, 2, 3, 4, 5], "hours": ["09:00-17:00"]}]
    for text, said in (("{", "不是正确的 JSON"), ("[]", "最外层")):
        page.fill("#parts", text)
        page.click("#show-changes")
        expect(page.locator("#parts-fault")).to_contain_text(said)
    page.fill("#parts", json.dumps({**parts, "rules": {"undo_s": 9}}))
    page.click("#show-changes")
    expect(page.locator("#changes-rows tr", has_text="周一")).to_contain_text("09:00–17:00")
    expect(page.locator("#changes-rows tr", has_text="5 号窗口")).to_contain_text("办理的业务：A")
    assert faults(page, touch=False, scrolls=True, least_type=14) == []
    picture(page, "changes")
    page.click("#preview [type=submit]")
    expect(page.locator("#said")).to_contain_text("1 个大厅")
    expect(page.locator("#standing .chip.is-sent")).to_have_text("已发出，未答复")
    wait_for(lambda: [plan["revision"] for plan in line.plans[-1:]] == [2], "the plan has come to the hall")
    (rest,) = line.plans[-1]["parts"].pop("rest_day")
    assert rest["name_zh"] == "馆休"
    assert line.plans[-1]["parts"] == {**parts, "rules": {"undo_s": 9}}


def go_back(page: Page, line: HallLine) -> None:
    """Another plan, and then the first one again under a new number."""
    line.say("cfg/reported", {"revision": 2, "state": "in_force", "desired": 2}, retain=True)
    expect(page.locator("#standing .chip.is-in_force")).to_be_visible(timeout=30_000)  # by itself
    page.click("[data-section=rules]")
    page.get_by_label("窗口操作可撤销的时间（秒）").fill("61")
    page.click("#show-changes")
    expect(page.locator("[data-path='rules.undo_s'] > .fault")).to_contain_text("60")
    page.get_by_label("窗口操作可撤销的时间（秒）").fill("7")
    hand_down(page, line, 3)
    assert line.plans[-1]["parts"]["rules"] == {"undo_s": 7}
    page.click("[data-section=history]")
    page.click("text=恢复第 2 号")
    expect(page.locator("#preview[open] #nothing")).to_have_text("没有变化：大厅已经这样运行。")
    page.click("#preview [type=submit]")
    wait_for(lambda: line.plans[-1]["revision"] == 4, "the first plan has come again")
    assert line.plans[-1]["parts"]["rules"] == {"undo_s": 9}
    page.goto(page.url.partition("/plans")[0] + "/plans")


def hand_down(page: Page, line: HallLine, revision: int) -> None:
    page.click("#show-changes")
    page.locator("#preview[open]").wait_for()
    page.click("#preview [type=submit]")
    expect(page.locator("#standing")).to_contain_text(f"第 {revision} 号")
    wait_for(lambda: line.plans[-1]["revision"] == revision, "the plan has come to the hall")


def answer(page: Page, line: HallLine) -> None:
    error = {
        "code": "UNKNOWN_WINDOW",
        "path": "device[3].window",
        "message": "No <b>window</b> 2.",
        "message_zh": "没有",
    }
    line.say("cfg/reported", {"revision": 2, "state": "refused", "desired": 4, "error": error}, retain=True)
    expect(page.locator("tbody .chip.is-refused")).to_have_text("大厅未接受", timeout=30_000)  # by itself
    page.click(".row[data-hall='hall-one']")
    expect(page.locator(".trouble")).to_contain_text("device[3].window")
    page.click("#detail .acts >> text=重新下发")
    page.click("#sure [type=submit]")
    expect(page.locator("#detail")).to_contain_text("第 5 号")
    line.say("cfg/reported", {"revision": 1, "state": "refused", "desired": 5, "error": error}, retain=True)
    expect(page.locator("tbody .chip.is-refused")).to_be_visible(timeout=30_000)
