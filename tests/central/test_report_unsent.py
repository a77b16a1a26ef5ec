"""What comes late of a unit that was signed for as missing, and what a version that was checked said."""

from __future__ import annotations

import pytest

from central.report.periods import shifted
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.report_tree import FILLED, ReportTree, a_month
from tests.central.villages import ONE_ENGINE, done, send

MONTH = a_month()
EARLIER = shifted(MONTH, -1)
DAY = f"{EARLIER}-05"


@pytest.fixture
def tree(web: Web) -> ReportTree:
    made = ReportTree(web)
    made.typed("north", EARLIER, **FILLED)
    return made


def _sign_for(tree: ReportTree, name: str, unit: str, lower: str) -> None:
    path = f"/api/v1/report/units/{unit}/periods/{EARLIER}/missing/{lower}"
    done(send(tree.client(name), "PUT", path, {"missing": True, "text": "断网，无法填报"}))


def _late(tree: ReportTree, unit: str) -> list[tuple[str, str, str]]:
    return [(line["code"], line["by"], line["about"]) for line in tree.form(unit, MONTH)["lines"]]


def test_what_comes_of_a_missing_unit_after_the_lock_above_goes_into_its_next_form(tree: ReportTree) -> None:
    tree.did("bell", DAY, A10=8, A14=8)
    _sign_for(tree, "p.lane", "lane", "bell")
    tree.send_up("lane", EARLIER)
    tree.did("bell", DAY, A10=1, A14=1)
    tree.move("p.bell", "bell", MONTH, "DRAW_UP")
    assert _late(tree, "bell") == [], "the form above can be drawn up anew with it"
    tree.move("r.north", "lane", EARLIER, "ACCEPT")
    tree.did("bell", DAY, A10=2, A14=2)
    for _ in range(2):
        tree.move("p.bell", "bell", MONTH, "DRAW_UP")
    assert _late(tree, "bell") == [("A10", "3", EARLIER), ("A14", "3", EARLIER)]
    for found in tree.form("bell", MONTH)["findings"]:
        note = f"/api/v1/report/units/bell/periods/{MONTH}/notes/{found['id']}"
        done(send(tree.client("p.bell"), "PUT", note, {"text": "断网补到"}))
    tree.move("p.bell", "bell", MONTH, "SUBMIT")
    tree.move("r.lane", "bell", MONTH, "ACCEPT")
    tree.send_up("bell", EARLIER)  # its own form, too late for the one above
    tree.move("r.lane", "bell", EARLIER, "ACCEPT")
    assert tree.form("lane", EARLIER)["figures"]["A10"] == "8"
    tree.move("p.lane", "lane", MONTH, "DRAW_UP")
    assert tree.form("lane", MONTH)["figures"]["A10"] == "3", "once, though the room's own form has come since"


@ONE_ENGINE
def test_of_several_forms_above_the_highest_says_what_went_in(tree: ReportTree) -> None:
    tree.did("bell", DAY, A10=5, A14=5)
    for street in ("lane", "dock"):
        _sign_for(tree, "p.north", "north", street)
    tree.send_up("north", EARLIER)
    tree.move("r.city", "north", EARLIER, "ACCEPT")
    tree.did("bell", DAY, A10=4, A14=4)
    _sign_for(tree, "p.lane", "lane", "bell")
    tree.send_up("lane", EARLIER)
    tree.move("r.north", "lane", EARLIER, "ACCEPT")
    tree.move("p.bell", "bell", MONTH, "DRAW_UP")
    assert _late(tree, "bell") == [("A10", "4", EARLIER), ("A14", "4", EARLIER)]


@ONE_ENGINE
def test_a_version_that_was_checked_stays_as_it_was_seen(tree: ReportTree) -> None:
    tree.move("p.dock", "dock", EARLIER, "DRAW_UP")
    tree.move("r.dock", "dock", EARLIER, "CHECK")
    tree.move("r.dock", "dock", EARLIER, "REOPEN", text="等一张补录的号")
    tree.did("dock", DAY, A10=1, A14=1)
    tree.send_up("dock", EARLIER)
    assert [tree.form("dock", EARLIER, version=n)["figures"]["A10"] for n in (1, 2)] == ["0", "1"]
    assert tree.form("dock", EARLIER)["version"] == 2


def test_what_is_typed_or_adjusted_after_the_form_was_drawn_up_holds_it_until_it_is_drawn_up_again(
    tree: ReportTree,
) -> None:
    tree.move("p.dock", "dock", EARLIER, "DRAW_UP")
    tree.typed("dock", EARLIER, F03="7")
    assert check_error(tree.ask("r.dock", "dock", EARLIER, "CHECK"), 409, "REPORT_ADDED_SINCE")["field"] == "F03"
    tree.move("p.dock", "dock", EARLIER, "DRAW_UP")
    lines = f"/api/v1/report/units/dock/periods/{EARLIER}/lines"
    line = {"code": "A14", "by": "1", "text": "漏计一张作废号", "evidence": "登记簿第9页"}
    done(send(tree.client("p.dock"), "POST", lines, line), 201)
    assert check_error(tree.ask("r.dock", "dock", EARLIER, "CHECK"), 409, "REPORT_ADDED_SINCE")["field"] == "A14"


@ONE_ENGINE
def test_nothing_is_typed_into_a_form_that_those_above_did_without(tree: ReportTree) -> None:
    _sign_for(tree, "p.lane", "lane", "bell")
    tree.move("p.lane", "lane", EARLIER, "DRAW_UP")
    tree.typed("bell", EARLIER, F03="7")
    changed = check_error(tree.ask("r.lane", "lane", EARLIER, "CHECK"), 409, "REPORT_LOWER_CHANGED")
    assert changed["field"] == "bell"
    tree.send_up("lane", EARLIER)
    assert tree.form("lane", EARLIER)["figures"]["F03"] == "7"
    tree.move("r.north", "lane", EARLIER, "ACCEPT")
    lines = f"/api/v1/report/units/bell/periods/{EARLIER}/lines"
    line = {"code": "A14", "by": "1", "text": "漏计一张作废号", "evidence": "登记簿第9页"}
    check_error(send(tree.client("p.bell"), "POST", lines, line), 409, "REPORT_WENT_WITHOUT")


@ONE_ENGINE
def test_a_period_that_has_not_begun_is_neither_counted_nor_added_to(tree: ReportTree) -> None:
    ahead = shifted(MONTH, 30)
    answer = tree.client("p.bell").get(f"/api/v1/report/units/bell/periods/{ahead}")
    check_error(answer, 409, "REPORT_PERIOD_AHEAD")
    assert tree.client("p.bell").get(f"/report/bell/{ahead}").status_code == 409
