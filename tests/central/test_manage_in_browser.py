"""The administrators' pages in a real browser: each at work in Chinese, free of faults in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.clock import now_ms
from central.database import Database
from tests.central.running import SECRET, RunningCentral
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import violations
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as browsers:
        opened = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def central(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.data.mkdir()
    database = Database(running.database)
    desk = AccountDesk(database)
    for role in (Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        desk.add(role.value, [role], now_ms(), SECRET)
    database.close()
    running.start()
    try:
        yield running
    finally:
        running.kill()


def page_of(browser: Browser, central: RunningCentral, role: Role, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(30_000)
    answer = page.request.post(f"{central.url}/api/v1/session", data={"name": role.value, "secret": SECRET})
    assert answer.ok, answer.text()
    page.goto(f"{central.url}{path}")
    return page


def in_both_languages(page: Page, at_rest: str) -> None:
    """``at_rest``: what the page shows when its data is there."""
    for language in ("en", "zh"):
        page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        page.locator(at_rest).first.wait_for()
        assert violations(page) == []
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "the page scrolls sideways"


def confirm(page: Page, typed: str | None = None) -> None:
    if typed is not None:
        page.click("#sure [type=submit]")
        expect(page.locator("#sure-name-fault")).to_have_text("与要求输入的内容不一致。")
        page.fill("#sure-name", typed)
    page.click("#sure [type=submit]")


def test_administrators_do_their_work_on_their_pages(central: RunningCentral, browser: Browser, tmp_path: Path) -> None:
    grow_the_tree(page_of(browser, central, Role.ADMIN, "/units"))
    bring_in_a_list(page_of(browser, central, Role.ADMIN, "/imports"), tmp_path)
    let_a_hall_in(page_of(browser, central, Role.ADMIN, "/controllers"))
    make_an_account(page_of(browser, central, Role.SECURITY_ADMIN, "/"), central)
    read_the_audit(page_of(browser, central, Role.AUDIT_ADMIN, "/"), central)


def grow_the_tree(page: Page) -> None:
    page.click(".tree [data-unit=city]")
    page.click("#detail >> text=添加下级单位")
    page.click("#add [type=submit]")
    expect(page.locator("#id-fault")).to_have_text("请填写此项。")
    page.fill("#id", "-x")
    page.fill("#name_zh", "<b>普陀区</b>")
    page.fill("#name_en", "Putuo")
    page.keyboard.press("Enter")
    expect(page.locator("#id-fault")).to_contain_text("首尾不能是横线")
    page.fill("#id", "putuo")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("已添加 <b>普陀区</b>。")
    page.locator(".tree [data-unit=city]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#detail h2")).to_have_text("<b>普陀区</b>")
    page.click("#detail >> text=更改名称")
    page.fill("#r-name_zh", "普陀区")
    page.keyboard.press("Enter")
    expect(page.locator("#detail h2")).to_have_text("普陀区")
    page.click("#detail >> text=移动")
    page.fill("#parent", "nowhere")
    page.keyboard.press("Enter")
    expect(page.locator("#parent-fault")).to_contain_text("没有这个单位")
    page.click("#move [data-close]")
    page.click("#detail >> text=撤销单位")
    confirm(page)
    expect(page.locator("#said")).to_have_text("已撤销 普陀区。")
    page.click("#detail >> text=恢复单位")
    expect(page.locator("#said")).to_have_text("已保存。")
    in_both_languages(page, ".tree [data-unit=putuo]")


def bring_in_a_list(page: Page, folder: Path) -> None:
    in_both_languages(page, "#drop")
    file = folder / "units.csv"
    file.write_bytes("单位代码,上级单位代码,层级,中文名称,英文名称\nlane,putuo,街镇,,Lane\n".encode("gb18030"))
    page.set_input_files("#file", file)
    expect(page.locator("#faults tbody tr")).to_have_text("2中文名称此项必填。")
    assert violations(page) == []
    file.write_bytes("单位代码,上级单位代码,层级,中文名称,英文名称\nlane,putuo,街镇,真如镇,Lane\n".encode("gb18030"))
    page.set_input_files("#file", file)
    page.click("#acts button")
    confirm(page)
    expect(page.locator("#verdict")).to_have_text("已导入：新增 1，更新 0。")
    file.write_bytes(b"\x00")
    page.set_input_files("#file", file)
    expect(page.locator("#problem")).to_contain_text("NUL")


def let_a_hall_in(page: Page) -> None:
    page.click("#enrol-new")
    page.fill("#hall", "Hall One")
    page.fill("#unit", "lane")
    expect(page.locator("#unit-hint")).to_have_text("全市 › 普陀区 › 真如镇")
    page.keyboard.press("Enter")
    expect(page.locator("#hall-fault")).to_have_text("此项不符合要求，请按说明填写。")
    page.fill("#hall", "hall-one")
    page.keyboard.press("Enter")
    code = page.locator("#once-code")
    expect(code).to_have_text(re.compile(r"^([0-9A-Z]{4}-){4}[0-9a-f]{16}$"))
    assert violations(page) == []
    page.click("#once [type=submit]")
    expect(page.locator("#detail")).to_contain_text("尚未签发过证书。")
    in_both_languages(page, "[data-hall=hall-one]")


def make_an_account(page: Page, central: RunningCentral) -> None:
    page.wait_for_url(f"{central.url}/accounts")  # who may not look at halls begins at their own work
    page.click("#add-account")
    page.fill("#name", "li.min")
    page.fill("#unit", "lane")
    page.keyboard.press("Enter")
    expect(page.locator("#add .problem")).to_have_text("请至少选择一个角色。")
    page.check("#add [value=supervisor]")
    page.click("#add [type=submit]")
    expect(page.locator("#once-code")).to_have_text(re.compile(r"^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$"))
    page.click("#once [type=submit]")
    expect(page.locator("#detail")).to_contain_text("待激活")
    in_both_languages(page, '[data-name="li.min"]')
    page.click('[data-name="li.min"]')
    page.click("#detail >> text=更改角色和单位")
    page.check("#change [value=admin]")
    page.click("#change [type=submit]")
    expect(page.locator("#change .problem")).to_contain_text("须相互独立")
    page.click("#change [data-close]")
    lock_and_unlock(page)
    page.click("#detail >> text=删除账号")
    confirm(page, "li.min")
    expect(page.locator("#said")).to_have_text("账号 li.min 已删除。")


def lock_and_unlock(page: Page) -> None:
    page.click("#detail >> text=锁定账号")
    expect(page.locator("#lock-title")).to_have_text("锁定 li.min？")
    page.click("#lock [type=submit]")
    expect(page.locator("#lock-reason-fault")).to_have_text("请填写此项。")
    page.fill("#lock-reason", "<b>离职</b>待核实")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("li.min 已锁定，会话已结束。")
    expect(page.locator("#detail")).to_contain_text("由 security_admin 锁定：<b>离职</b>待核实")
    expect(page.locator("tr.chosen .is-fault")).to_have_text("已锁定")
    assert violations(page) == []
    page.click("#detail >> text=解除锁定")
    confirm(page)
    expect(page.locator("#said")).to_have_text("li.min 已解除锁定。")
    expect(page.locator("#detail >> text=锁定账号")).to_be_visible()


def read_the_audit(page: Page, central: RunningCentral) -> None:
    page.wait_for_url(f"{central.url}/audit")
    page.click("#verify")
    expect(page.locator("#standing .is-good")).to_have_text("完整")
    page.select_option("[name=act]", "account.remove")
    page.click("#filter [type=submit]")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows tr")).to_contain_text("删除账号li.min完成")
    in_both_languages(page, "#rows tr")
