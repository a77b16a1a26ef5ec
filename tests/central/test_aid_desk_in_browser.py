"""The desk and a case in a real browser: found, worked, explained, by keyboard too, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from central.aid.stages import Move, State, Who
from central.aid_papers.issuing import papers_of
from central.clock import now_ms
from tests.central import strange_files
from tests.central.aid_house import DAY_MS, REFUSING, WAY_TO, actor
from tests.central.desk_in_browser import (
    Desk,
    Pages,
    browser,
    desk,
    desk_client,
    looks_right,
    page,
    pages,
    picture,
    running,
    sign_in,
)
from tests.edge.accessible import GOOD, faults

__all__ = ["browser", "desk", "page", "pages", "running"]
pytestmark = [pytest.mark.browser, pytest.mark.broker]


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
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == []
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
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == []
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
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == []
    picture(page, "meanwhile")
    page.click("#act [type=submit]")
    expect(page.locator("#chips")).to_contain_text("待补正")
    page.click("[data-move=TAKE_SUPPLEMENT]")
    page.fill("#f-papers", "工资条")
    desk.move(desk.supervisor, "TAKE_BACK", 3, reason="通知发错了。")
    page.click("#act [type=submit]")
    expect(page.locator("#act-meanwhile")).to_contain_text("不能再办理“收到补充材料”")
    expect(page.locator("#f-papers")).to_have_value("工资条")


def test_a_persons_data_is_shown_for_a_reason_and_gone_again(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "desk.one", f"/aid/cases/{desk.case}")
    page.click("text=查看完整内容…")
    page.fill("[name=reason]", "核对申请材料")
    page.keyboard.press("Enter")
    expect(page.locator(".aiddesk-full")).to_contain_text("测试周敏")
    for told in (
        "999999194901011230",
        "自住房一套",
        "欠医药费三万元",
        "家庭人口3",
        "1,200.00",
        "个人诚信承诺",
        "屏幕签名",
    ):
        expect(page.locator(".aiddesk-full")).to_contain_text(told)
    expect(page.get_by_role("img", name="签名")).to_be_visible()
    picture(page, "full")
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == []
    page.click("text=收起")
    assert "测试周敏" not in page.content()
    waits = page.locator("#documents-body tr", has_text="F02")
    waits.get_by_role("button", name="制作").press("Enter")
    expect(page.locator("#said")).to_contain_text("已制作：法律援助申请表")
    expect(waits).to_have_count(1)
    expect(waits.get_by_role("button", name="打开")).to_be_visible()
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
    sign_in(page, desk, "bureau", "/aid/objections")
    page.locator("#rows tbody tr").first.wait_for()
    page.check("[name=which][value=all]")
    looks_right(page, "#rows tbody tr", "objections")


def test_a_case_that_is_not_ones_own_is_told_to_be_none(desk: Desk, page: Page) -> None:
    sign_in(page, desk, "reviewer.one", f"/aid/cases/{'f' * 16}")
    expect(page.locator("#problem")).to_contain_text("没有这个案件")
    expect(page.locator("#case")).to_be_hidden()


# --- every form of the case page, filled in and sent as a clerk does


def form(page: Page, desk: Desk, case: str, move: str) -> None:
    """Its own form of a step, opened by keyboard; nothing is wrong with it."""
    if not page.url.endswith(case):
        page.goto(f"{desk.central.url}/aid/cases/{case}")
    button = page.locator(f"[data-move={move}]")
    button.wait_for(state="attached")
    if not button.is_visible():
        page.click("#moves summary")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#act")).to_be_visible()
    picture(page, f"form-{move}", whole=False)


def sends(page: Page, state: str, *, sure: str | None = None, says: str = "") -> None:
    """Sent, confirmed where it cannot be undone, and told in words; who works by keyboard is not lost."""
    page.click("#act [type=submit]")
    if sure is not None:
        expect(page.locator("#act-sure")).to_contain_text(sure)
        picture(page, f"sure-{state}", whole=False)
        page.keyboard.press("Tab")
        page.click("#act [type=submit]")
    expect(page.locator("#act")).to_be_hidden()
    expect(page.locator("#chips")).to_contain_text(state)
    expect(page.locator("#said")).to_contain_text(f"案件现在是“{state}”。{says}")
    expect(page.locator("#moves-title")).to_be_focused()


def test_every_step_is_made_from_its_own_form(desk: Desk, pages: Pages) -> None:
    clerk, chief, bureau = pages.new(), pages.new(), pages.new()
    with desk.house(now_ms() - DAY_MS) as house:
        elsewhere, refused, ended = house.take(), house.take(), house.to(State.ENGAGED)
    sign_in(clerk, desk, "clerk", f"/aid/cases/{elsewhere}")
    sent_elsewhere(clerk, desk, elsewhere)
    reviewed_with_help(clerk, desk, refused)
    sign_in(chief, desk, "chief", f"/aid/cases/{refused}")
    refused_for_good(chief, desk, refused)
    sign_in(bureau, desk, "bureau", "/aid/objections")
    objected_on_paper(bureau, desk, refused)
    upheld(bureau, desk, refused)
    ended_and_undone(chief, bureau, desk, ended)
    closed_and_archived(clerk, desk, ended)


def sent_elsewhere(page: Page, desk: Desk, case: str) -> None:
    form(page, desk, case, "REDIRECT")
    page.keyboard.press("Enter")
    expect(page.locator("#f-to-fault")).to_have_text("请填写此项。")
    expect(page.locator("#f-to")).to_be_focused()
    page.keyboard.type("示例市法律援助中心")
    page.keyboard.press("Tab")
    page.keyboard.type("案")
    page.click("#act [type=submit]")
    expect(page.locator("#f-reason-fault")).to_have_text("至少写 2 个字。")
    page.keyboard.type("件由外地法院审理。")
    page.click("#act [type=submit]")
    page.click("#act-back")
    expect(page.locator("#f-reason")).to_have_value("案件由外地法院审理。")
    sends(page, "告知另行申请", sure="本案就此结束")
    expect(page.locator("#moves")).to_contain_text("没有可以办的步骤")


def reviewed_with_help(page: Page, desk: Desk, case: str) -> None:
    form(page, desk, case, "BEGIN_REVIEW")
    sends(page, "审查中")
    form(page, desk, case, "ASK_COOPERATION")
    page.fill("#f-centre", "示例市法律援助中心")
    page.fill("#f-ask", "核查申请人在当地的收入。")
    sends(page, "异地核查", says="文书 F07 已出具。")
    expect(page.locator("#due-box")).to_contain_text("停计")
    expect(page.locator("#documents-body")).to_contain_text("F07")
    form(page, desk, case, "TAKE_COOPERATION")
    page.fill("#f-answer", "当地没有其他收入。")
    sends(page, "审查中")
    form(page, desk, case, "AID_FIRST")
    expect(page.locator("#f-period_ends")).to_be_hidden()
    page.select_option("#f-why", "PERIOD_ENDS")
    day = page.get_attribute("#f-until", "min") or ""
    page.fill("#f-until", "2020-01-01")
    page.click("#act [type=submit]")
    expect(page.locator("#f-period_ends-fault")).to_have_text("请填写此项。")
    page.fill("#f-period_ends", day)
    page.click("#act [type=submit]")
    expect(page.locator("#f-until-fault")).to_contain_text("不能早于")
    page.fill("#f-until", day)
    page.click("#act [type=submit]")
    expect(page.locator("#f-lawyer-fault")).to_have_text("请填写此项。")
    page.locator("[name=lawyer]:enabled").first.check()
    page.fill("#f-override_reason", "当事人信任这位律师")
    picture(page, "first", whole=False)
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == []
    sends(page, "审查中")
    expect(page.locator("#chips")).to_contain_text("先行提供")
    expect(page.locator("#limits-body")).to_contain_text("第44条")


def refused_for_good(page: Page, desk: Desk, case: str) -> None:
    with desk.house(now_ms()) as house:
        house.move(case, Move.PROPOSE, actor(Who.REVIEWER, "clerk"), REFUSING)
    page.reload()
    form(page, desk, case, "REFUSE")
    expect(page.locator("#f-ground")).to_have_value("NOT_IN_HARDSHIP")  # as the reviewer proposed
    page.fill("#f-text", "家庭人均收入高于标准。")
    sends(page, "不予援助", sure="可以在期限内向司法行政部门提出异议", says="文书 F08 F10 已出具。")
    expect(page.locator("#limits-body")).to_contain_text("提出异议")


def objected_on_paper(page: Page, desk: Desk, case: str) -> None:
    with desk.house(now_ms()) as house:
        number = next(one["number"] for one in papers_of(house.connection, case) if one["form"] == "F10")
    page.locator("#enter").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("（沪长）援不字〔1999〕第0001号")
    page.keyboard.press("Enter")
    expect(page.locator("#o-number-fault")).to_contain_text("没有找到这个编号")
    page.fill("#o-number", number.replace("〔", "[").replace("〕", "]").replace("（", "("))
    page.keyboard.press("Enter")
    expect(page.locator("#o-facts")).to_contain_text(number)
    expect(page.locator("#o-facts")).to_contain_text("示*")
    expect(page.locator("#o-received")).to_be_focused()
    page.fill("#o-received", page.get_attribute("#o-received", "max") or "")
    page.click("#objection [type=submit]")
    expect(page.locator("#o-text-fault")).to_have_text("请填写此项。")
    page.fill("#o-text", "收入计算有误，请重新核查。")
    page.set_input_files("#o-files", {"name": "异议书.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.click("#objection [type=submit]")
    expect(page.locator("#o-files-fault")).to_contain_text("异议书.png")
    expect(page.locator("#o-text")).to_have_value("收入计算有误，请重新核查。")
    page.set_input_files("#o-files", {"name": "异议书.png", "mimeType": "image/png", "buffer": strange_files.png()})
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == []
    picture(page, "objecting", whole=False)
    page.click("#objection [type=submit]")
    expect(page.locator("#said")).to_contain_text("异议已登记")
    row = page.locator(f"#rows [data-case='{case}']")
    expect(row).to_contain_text("司法行政部门审查")
    expect(row.locator("a")).to_be_focused()
    assert number not in page.url
    page.keyboard.press("Enter")


def upheld(page: Page, desk: Desk, case: str) -> None:
    page.wait_for_url(f"{desk.central.url}/aid/cases/{case}")
    expect(page.locator("#due-box")).to_contain_text("异议审查：")
    expect(page.locator("#due-box")).to_contain_text("5日")
    expect(page.locator("#due-box")).to_contain_text("《法律援助法》第49条")
    expect(page.locator("#files-body")).to_contain_text("函件")
    form(page, desk, case, "UPHOLD")
    page.fill("#f-text", "经核查，收入计算无误。")
    sends(page, "维持决定", sure="维持原决定，本案就此结束", says="文书 F20 已出具。")
    expect(page.locator("#documents-body")).to_contain_text("F20")


def ended_and_undone(chief: Page, bureau: Page, desk: Desk, case: str) -> None:
    form(chief, desk, case, "TERMINATE")
    chief.select_option("#f-ground", "T48_7")
    chief.fill("#f-text", "受援人要求终止。")
    sends(chief, "终止援助", sure="律师的指派和查阅权限立即结束", says="文书 F18 已出具。")
    form(bureau, desk, case, "OBJECT")
    bureau.fill("#f-received_on", bureau.get_attribute("#f-received_on", "max") or "")
    bureau.fill("#f-text", "我没有要求终止。")
    sends(bureau, "异议审查", sure="登记不能撤销")
    form(bureau, desk, case, "ORDER_CORRECTION")
    bureau.fill("#f-text", "没有受援人的书面要求。")
    sends(bureau, "承办中", sure="不能以同一理由再次拒绝", says="文书 F20 已出具。")


def closed_and_archived(page: Page, desk: Desk, case: str) -> None:
    closes(desk, case)
    form(page, desk, case, "RETURN_FILE")
    page.fill("#f-reason", "缺少裁判文书的第二页。")
    sends(page, "承办中")
    closes(desk, case)
    page.reload()
    form(page, desk, case, "CALL_BACK")
    page.select_option("#f-how", "FAILED")
    expect(page.locator("#f-grade")).to_be_hidden()
    page.select_option("#f-how", "PHONE")
    page.fill("#f-answer", "受援人表示满意。")
    page.select_option("#f-grade", "5")
    sends(page, "已结案", says="文书 F32 已出具。")
    form(page, desk, case, "ARCHIVE")
    page.fill("#f-box", "2026-援-001")
    page.fill("#f-years", "0")
    page.fill("#f-pay", "一千元")
    page.click("#act [type=submit]")
    expect(page.locator("#f-years-fault")).to_have_text("请填写 1 到 100 之间的整数。")
    page.fill("#f-years", "10")
    page.click("#act [type=submit]")
    expect(page.locator("#f-pay-fault")).not_to_be_empty()
    page.fill("#f-pay", "1,500.00")
    sends(page, "已归档", sure="律师的查阅权限同时结束")
    looks_right(page, "#steps li", "archived")


def closes(desk: Desk, case: str) -> None:
    """By the firm, on its own page."""
    with desk.house(now_ms()) as house:
        for move, who, given in WAY_TO[State.CLOSED][-1:]:
            house.move(case, move, actor(who), given(house, case))
