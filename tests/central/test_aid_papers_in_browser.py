"""The administrator's page of documents in a real browser: the centre is named, a template is changed and given up."""

from __future__ import annotations

import io
import os

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from central.aid_papers.forms import form_table
from central.aid_papers.templates import shipped
from tests.central.in_browser import central, page
from tests.central.running import SECRET, RunningCentral
from tests.edge.accessible import GOOD, faults

__all__ = ["central", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.broker]


def looks_right(page: Page, name: str) -> None:
    """Nothing to find for axe; a picture of it where one is wanted."""
    assert faults(page, touch=False, scrolls=True, least_type=14, more=GOOD) == [], name
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/aid-papers-{name}.png", full_page=True)


def test_a_centre_is_named_and_a_template_changed_and_given_up(central: RunningCentral, page: Page) -> None:
    central.client("supervisor")
    page.goto(f"{central.url}/aid/papers")
    page.fill("[name=name]", "supervisor")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    expect(page.locator("#unset")).to_be_visible()
    expect(page.locator("#rows tbody tr")).to_have_count(len(form_table().forms))
    looks_right(page, "unset")
    name_the_centre(page)
    promise_less_time(page)
    change_a_template(page)
    page.click("#rows tr:has-text('给予法律援助决定书') >> text=字段")
    expect(page.locator("#fields")).to_contain_text("{{ applicant }}")
    looks_right(page, "fields")
    page.click("#fields-close")
    page.click(".who a:has-text('English')")
    expect(page.locator("#rows tbody tr")).to_have_count(len(form_table().forms))
    looks_right(page, "english")


def name_the_centre(page: Page) -> None:
    said = {
        "name_zh": "某市某区法律援助中心", "short_name": "某区", "phone": "021-00000001", "address": "某路1号",
        "bureau": "某市某区司法局",
    }  # fmt: skip
    for name, words in said.items():
        page.fill(f"#centre [name={name}]", words)
    page.focus("#centre [name=seal]")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_contain_text("（某区）援申字")
    expect(page.locator("#unset")).to_be_hidden()


def promise_less_time(page: Page) -> None:
    row = page.locator("#promise-rows tr:has-text('审查决定')")
    expect(row).to_contain_text("《法律援助法》第43条")
    page.select_option("#promise [name=rule]", "LA_DECIDE")
    page.fill("#promise [name=value]", "6")
    page.keyboard.press("Enter")
    expect(page.locator("#promise-problem")).to_contain_text("不能长于“审查决定”的法定期限")
    looks_right(page, "promise-refused")
    page.fill("#promise [name=value]", "5")
    page.keyboard.press("Enter")
    expect(page.locator("#promise-done")).to_contain_text("5个工作日")
    expect(row).to_contain_text("本单位，自")
    looks_right(page, "promised")
    row.get_by_role("button").click()
    page.click("#promise-rows >> text=确认结束")
    expect(page.locator("#promise-done")).to_contain_text("已结束：审查决定")
    expect(row.get_by_role("button")).to_have_count(0)
    expect(page.locator("#promise-history summary")).to_contain_text("1")


def change_a_template(page: Page) -> None:
    page.fill("#search", "援给")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    with page.expect_download() as loaded:
        page.click("#rows >> text=下载")
    document = Document(str(loaded.value.path()))
    document.add_paragraph("{{ ''.__class__ }}")
    send(page, document)
    expect(page.locator("#problem")).to_contain_text("不认识的标记")
    looks_right(page, "refused")
    document = Document(io.BytesIO(shipped("F09")))
    document.add_paragraph("本区补充说明。")
    send(page, document)
    expect(page.locator("#done")).to_contain_text("第 1 版")
    expect(page.locator("#rows")).to_contain_text("本单位第 1 版")
    page.click("#rows >> text=恢复自带")
    looks_right(page, "going-back")
    page.click("#rows >> text=确认恢复")
    expect(page.locator("#done")).to_contain_text("已恢复自带模板")
    page.fill("#search", "")


def send(page: Page, document: object) -> None:
    made = io.BytesIO()
    document.save(made)  # type: ignore[attr-defined]
    with page.expect_file_chooser() as chooser:
        page.click("#rows >> text=上传")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    chooser.value.set_files({"name": "F09.docx", "mimeType": kind, "buffer": made.getvalue()})
