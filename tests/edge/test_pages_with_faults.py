"""The printer out of paper, the reader broken, central away: every page says it in plain words and goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.edge.accessible import faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.desk_hall import manager_file_fixture  # noqa: F401
from tests.edge.screens_fixtures import staff_file_fixture  # noqa: F401
from tests.edge.whole_hall import (  # noqa: F401
    PAGES,
    WholeHall,
    arrive,
    whole_hall_fixture,
    whole_served_fixture,
)

pytestmark = pytest.mark.browser
SAID = {
    "machine": ("暂时不能打印号票", "读卡器暂时不能用", "与中心暂时断开"),
    "kiosk": ("打印机缺纸或故障", "身份证读卡器故障", "连接中断"),
    "window": ("号票打印机（缺纸）", "身份证阅读器（没有应答）", "中心未连接，本厅照常工作"),
    "guide": ("号票打印机（缺纸）", "身份证阅读器（没有应答）", "中心未连接，本厅照常工作"),
    "desk": ("号票打印机缺纸", "身份证阅读器没有应答", "与中心断开，本厅照常工作"),
    "display": (),  # visitors need nothing of it to come to a window
}


@pytest.mark.parametrize("name", SAID)
def test_a_page_says_what_is_wrong_and_goes_on(hall: WholeHall, open_page: Any, name: str) -> None:
    printer, reader, speaker = hall.door.devices
    hall.door.devices = (
        replace(printer, state="degraded", reason="paper_out"),
        replace(reader, state="lost", reason="no_reply"),
        speaker,
    )
    hall.door.central = "offline"
    hall.take()
    page = arrive(hall, open_page, name)
    for words in SAID[name]:
        expect(page.locator("body")).to_contain_text(words)
    touch = PAGES[name].touch
    assert (
        faults(
            page,
            main=None if name == "kiosk" else "main button",
            touch=touch,
            scrolls=not touch,
            least_type=16 if not touch else 18,
        )
        == []
    )
    go_on(hall, page, name)


def go_on(hall: WholeHall, page: Any, name: str) -> None:
    """The page's own work is done as ever; where a slip would come, the number is said instead."""
    if name == "machine":
        page.locator("[data-service=A]").tap()
        page.locator("#take").tap()
        expect(page.locator("#no-slip-words")).to_contain_text("号票没有打印")
    elif name == "kiosk":
        page.locator("[data-tile=take]").tap()
        page.locator("[data-service=A]").tap()
        page.locator("#take-it").tap()
        expect(page.locator("#view")).to_contain_text("号票没有打印出来，请记住号码")
    elif name == "window":
        page.keyboard.press("F2")
        expect(page.locator("#number")).to_have_text("A001")
    elif name == "guide":
        page.click("#issue-classes [data-letter=A]")
        page.click("#give")
        expect(page.locator("#issued")).to_contain_text("A002")
        expect(page.locator("#issued")).to_contain_text("请把号码写给群众")
    elif name == "desk":
        page.click("#gate-east .open")
        expect(page.locator("#gate-east .state")).to_have_text("已开锁")
    else:
        hall.serve()
        expect(page.locator("[data-service=A]")).to_contain_text("0 人")
