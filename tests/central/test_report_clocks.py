"""Halls whose clock was wrong are named at the field on every way that a form leaves, and none leaves without note."""

from __future__ import annotations

import io

import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from central.keeping.aged import tickets_to_counts
from central.report.periods import shifted
from central.report.tables import report_version
from hall.moment import local_ms
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.report_tree import FILLED, ReportTree, a_month
from tests.central.test_report_recount_life import Halls
from tests.central.villages import done, send

MONTH = a_month()
EARLIER = shifted(MONTH, -1)
DAY = f"{MONTH}-03"
TOO_EARLY_MS = local_ms(f"{EARLIER}-20", 600)  # a hall that speaks of a day that has not come
IN_TIME_MS = local_ms(DAY, 1000)
RULE = "R-A10-CLOCK"


@pytest.fixture
def tree(web: Web) -> ReportTree:
    made = ReportTree(web)
    for month in (EARLIER, MONTH):
        made.typed("north", month, **FILLED)
    return made


def test_a_hall_with_a_wrong_clock_is_named_at_the_field_and_the_form_waits_for_a_note(tree: ReportTree) -> None:
    halls = Halls(tree)
    halls.serve("dock", MONTH, 3, TOO_EARLY_MS)
    halls.serve("lane", MONTH, 3, IN_TIME_MS)
    assert [one["id"] for one in tree.form("dock", MONTH)["findings"]] == [RULE]  # before anything is drawn up
    for unit in ("dock", "lane"):
        tree.move(f"p.{unit}", unit, MONTH, "DRAW_UP")
    assert tree.form("lane", MONTH)["findings"] == []
    (found,) = tree.form("dock", MONTH)["findings"]
    assert (found["code"], found["hard"], found["left_is"], found["right_is"]) == ("A10", False, "3", "0")
    assert found["doubts"] == [{"hall": "hall-dock", "days": [DAY], "tickets": 3}]
    missing = check_error(tree.ask("r.dock", "dock", MONTH, "CHECK"), 409, "REPORT_NOTE_MISSING")
    assert missing["field"] == "A10"
    assert all(word in missing["message_zh"] for word in ("hall-dock", DAY, RULE))
    path = f"/api/v1/report/units/dock/periods/{MONTH}/notes/{RULE}"
    done(send(tree.client("p.dock"), "PUT", path, {"text": "时钟快了两周，已按纸质登记核对"}))
    tree.move("r.dock", "dock", MONTH, "CHECK")
    base = f"/api/v1/report/units/dock/periods/{MONTH}/report"
    pages = pypdf.PdfReader(io.BytesIO(tree.client("p.dock").get(f"{base}.pdf").content)).pages
    sheets = openpyxl.load_workbook(io.BytesIO(tree.client("p.dock").get(f"{base}.xlsx").content))
    printed = "".join(page.extract_text() for page in pages)
    written = [str(cell.value) for sheet in sheets.worksheets for row in sheet for cell in row if cell.value]
    assert "hall-dock" in printed
    assert sum(f"hall-dock（{DAY}，3 张）" in text for text in written) >= 2, "at its rule, and under the form"
    machine = done(tree.client("p.dock").get(f"{base}.json"))
    assert [one["doubts"] for one in machine["findings"]] == [found["doubts"]]


def test_what_was_doubtful_is_known_after_its_tickets_are_deleted(tree: ReportTree) -> None:
    Halls(tree).serve("dock", MONTH, 2, TOO_EARLY_MS)
    with tree.database.write() as connection:
        assert tickets_to_counts(connection, DAY, 0) == 2
    tree.move("p.dock", "dock", MONTH, "DRAW_UP")
    assert [one["doubts"] for one in tree.form("dock", MONTH)["findings"]] == [
        [{"hall": "hall-dock", "days": [DAY], "tickets": 2}]
    ]
    with tree.database.read() as connection:
        kept = connection.execute(select(report_version.c.doubts)).scalars().all()
    assert kept == [f'[["hall-dock",["{DAY}"],2]]']
