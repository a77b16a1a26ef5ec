"""Twelve locked months make a year: flows add up, stocks stand as at the end, ratios are made anew of the sums."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Final

import openpyxl
import pytest

from central.clock import now_ms
from central.report import store
from central.report.figures import figures_of, text_of
from central.report.periods import shifted, year_of
from central.report.whole import completed
from hall.moment import local_day
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.report_tree import ReportTree
from tests.central.villages import ONE_ENGINE, done, send

YEAR: Final = int(local_day(now_ms())[:4]) - 1
MONTHS: Final = year_of(YEAR)
BASE: Final = f"/api/v1/report/units/{{}}/years/{YEAR}"


@pytest.fixture
def tree(web: Web) -> ReportTree:
    return ReportTree(web)


def locked(tree: ReportTree, unit: str, name: str, **counts: int | Fraction) -> None:
    """A month's form as it stood when it was locked."""
    total = {code: Fraction(figure) for code, figure in counts.items()}
    with tree.database.write() as connection:
        store.begin(connection, unit, name, 1)
        before = store.current_versions(connection, [unit], shifted(name, -1)).get(unit)
        figures = completed(total, figures_of(before["figures"]) if before is not None else {})
        store.keep_version(
            connection, unit=unit, period=name, version=1, counted=text_of(total), own=text_of(total),
            total=text_of(total), figures=text_of(figures), parts="{}", why="DRAW_UP", made_by="p", made_ms=1,
        )  # fmt: skip
        store.change(connection, unit, name, 0, {"state": "ACCEPTED", "version": 1, "locked_ms": 2})


def a_year(tree: ReportTree, unit: str) -> None:
    """A month's rating gets worse, its open applications grow by one each month."""
    for number, name in enumerate(MONTHS, start=1):
        locked(
            tree, unit, name, C01=3, C02=10, C05=9, C10=3 + number, A10=10, A11=10, A30=10, A50=10,
            A21S=number * 600, P01=10, P02=5 + number % 3, P03=5, P06=number % 3, N02=1000 + number,
            C35=Fraction(number, 4), K01=4, K02=4, K03=1, K04=1, C15=9,
        )  # fmt: skip


@ONE_ENGINE
def test_a_year_is_its_twelve_months(tree: ReportTree) -> None:
    for unit in ("north", "city"):
        a_year(tree, unit)
    told = done(tree.client("p.city").get(BASE.format("city")))
    figures = told["figures"]
    assert (figures["C01"], figures["C02"], figures["C05"], figures["C10"]) == ("3", "120", "108", "15")
    assert (figures["N02"], figures["C35"], figures["K01"]) == ("1012", "19.50", "4")
    assert figures["A21"] == "6.5", "the mean of all waits, not of twelve means"
    assert figures["P09"] == "83.3"
    assert (figures["C21"], figures["P08"]) == ("0", "60.0")
    assert [column["unit"]["id"] for column in told["columns"]] == ["north", "south"]
    assert [column["missing"] for column in told["columns"]] == [False, True]
    assert told["open"] == []
    assert not [found for found in told["findings"] if found["hard"]]


@ONE_ENGINE
def test_a_year_with_a_month_that_is_open_is_not_locked_and_the_month_is_named(tree: ReportTree) -> None:
    for name in MONTHS[:-1]:
        locked(tree, "city", name, A10=1, A14=1)
    told = done(tree.client("p.city").get(BASE.format("city")))
    assert (told["open"], told["figures"]["A10"]) == ([MONTHS[-1]], "11")
    stands = [(one["period"]["name"], one["state"], one["asked"]) for one in told["forms"]]
    assert stands == [*((name, "ACCEPTED", True) for name in MONTHS[:-1]), (MONTHS[-1], "COLLECTING", True)]
    refused = send(tree.client("s.city"), "POST", BASE.format("city") + "/lock", {})
    assert check_error(refused, 409, "REPORT_YEAR_OPEN")["field"] == MONTHS[-1]


@ONE_ENGINE
def test_after_its_lock_only_the_notes_of_a_year_change(tree: ReportTree) -> None:
    for unit in ("lane", "north", "city"):
        a_year(tree, unit)
    lock = BASE.format("city") + "/lock"
    check_error(send(tree.client("s.north"), "POST", BASE.format("north") + "/lock", {}), 403, "REPORT_NOT_YOURS")
    assert done(send(tree.client("s.city"), "POST", lock, {}))["signer"] == "s.city"
    check_error(send(tree.client("s.city"), "POST", lock, {}), 409, "REPORT_YEAR_LOCKED")
    slips = f"/api/v1/report/units/lane/periods/{MONTHS[3]}/slips"
    slip = done(send(tree.client("p.lane"), "POST", slips, {"code": "N02", "new": "5", "text": "平台更正"}), 201)["id"]
    decided = send(tree.client("s.city"), "POST", f"{slips}/{slip}/decide", {"approved": True})
    check_error(decided, 409, "REPORT_YEAR_LOCKED")
    done(send(tree.client("p.city"), "PUT", BASE.format("city") + "/notes/C10", {"text": "跨年案件较多"}))
    told = done(tree.client("p.city").get(BASE.format("city")))
    assert (told["state"], told["signer"]) == ("ACCEPTED", "s.city")
    assert told["notes"] == [{"rule": "R-C10", "text": "跨年案件较多", "actor": "p.city"}]
    book = openpyxl.load_workbook(io.BytesIO(tree.client("p.city").get(BASE.format("city") + "/report.xlsx").content))
    assert "年报表" in str(book.worksheets[0]["A1"].value)
    assert done(tree.client("p.city").get(BASE.format("city") + "/report.json"))["period"]["name"] == str(YEAR)
    assert tree.client("p.south").get(BASE.format("north")).status_code == 404
    assert tree.client("p.city").get(f"/api/v1/report/units/city/years/{YEAR + 2}").status_code == 404


@ONE_ENGINE
def test_the_page_of_a_year_is_for_those_who_see_the_unit_and_not_the_page_of_a_month(tree: ReportTree) -> None:
    page = tree.client("p.north").get(f"/report/north/{YEAR}")
    assert (page.status_code, "report_year.js" in page.text) == (200, True)
    month = tree.client("p.north").get(f"/report/north/{MONTHS[0]}")
    assert (month.status_code, "report_form.js" in month.text) == (200, True)
    assert tree.client("p.south").get(f"/report/north/{YEAR}").status_code == 404
    for path in (f"{YEAR + 2}", "1999", "20260", f"{YEAR}-13", "-1"):
        assert tree.client("p.north").get(f"/report/north/{path}").status_code == 404, path
