"""The analysis report: figures as a hand reckons them, nothing shown that a form hides, no sentence out of the air."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pypdf
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from central import schema
from central.accounts.permissions import Role
from central.clock import now_ms
from central.report.sheet import Sheet
from central.report.stages import State
from central.report_analysis.advice import advice
from central.report_analysis.charts import drawn, written
from central.report_analysis.comparing import against_like, main_figures
from central.report_analysis.model import Cell, Chart, ChartKind, Month, Said, Section, Table
from central.report_analysis.months import Part, Run
from central.report_analysis.reckoning import together
from central.report_analysis.rules_of_like import Stands, like, place
from central.report_analysis.sentences import sentences
from central.report_analysis.services import ratings, waiting
from central.report_analysis.spans import Spans
from central.report_out.few import seen
from central.report_out.hiding import Veil
from central.report_out.written import text_of
from hall_config.wording import LANGUAGES
from tests.central.analysis_district import DISTRICT, NAMES, STREETS, add_units, worked
from tests.central.asking import check_error
from tests.central.conftest import SECRET, Web, app_over
from tests.central.report_sheets import fractions, generated, sheet
from tests.central.report_tree import a_month
from tests.central.villages import ONE_ENGINE, done

MONTH = a_month()
HOSTILE = "<script>alert(1)</script>\"'&\x07\ud800\u202e" + "长" * 40
NOW = (
    fractions({"A10": 100, "A11": 80, "A12": 15, "A13": 3, "A14": 2, "A21S": 80 * 600, "A23": 4, "B02": 70, "B13": 50,
               "B11": 20, "P01": 80, "P02": 40, "P03": 30, "P04": 6, "P05": 3, "P07": 1}),
    fractions({"A10": 50, "A11": 40, "A12": 10, "A21S": 40 * 1200, "A23": 12, "B02": 42, "B13": 10, "B11": 32}),
)  # fmt: skip
BEFORE = (
    fractions({"A10": 90, "A11": 80, "A12": 10, "A21S": 80 * 300, "B02": 60, "B13": 30, "B11": 30, "P01": 80, "P02": 20,
               "P03": 20}),
    fractions({"B02": 40, "B13": 5, "B11": 35}),
)  # fmt: skip
NOTHING = Run((), {}, ())


def run(*months: Sheet) -> Run:
    views = [seen(one) for one in months]
    parts = [
        Part(column.of.unit, column.of.own, False, together([view.columns[at].figures for view in views]))
        for at, column in enumerate(views[0].columns)
    ]
    known = tuple(Month(f"2026-{9 - back:02d}", 1, State.ACCEPTED, True) for back in range(len(views)))
    return Run(known, together([view.figures for view in views]), tuple(parts))


def small(now: Run | None = None, before: Run | None = None) -> Spans:
    """A district's own hall and one street."""
    first = run(sheet(NOW)) if now is None else now
    return Spans(sheet(NOW).unit, first, run(sheet(BEFORE)) if before is None else before, NOTHING)


def every(section: Section) -> dict[str, Table]:
    return {table.key: table for table in section.tables}


def line(table: Table, key: str) -> list[str]:
    return [written(cell) for cell in next(one for one in table.lines if one.key == key).cells]


def test_figures_are_those_that_a_hand_reckons() -> None:
    spans = small()
    told = {**every(main_figures(spans)), **every(advice(spans)), **every(waiting(spans, [10, 5, 0, 0, 0, 5]))}
    told |= every(ratings(spans))
    assert line(told["main"], "B01") == ["112", "100", "+12", "+12.0", "—", "—", "—"]
    assert [one.key for one in told["fields"].lines][:2] == ["B13", "B11"]
    assert line(told["fields"], "B13") == ["60", "53.6", "35", "+25", "+71.4", "—", "—"]
    assert line(told["where"], "u-1")[:2] == ["10", "32"]
    marks = [cell.mark.zh if cell.mark else "" for cell in told["where"].lines[1].cells]
    assert marks[:3] == ["第2", "第1", ""]
    assert line(told["waiting"], "") == ["13.3", "0.0", "120", "16", "13.3"]
    assert line(told["ends"], "u-1") == ["40", "10", "0", "0", "50", "20.0", "0.0", "0.0"]
    assert line(told["ratings"], "pudong") == ["30", "6", "3", "0", "1", "40", "50.0", "97.5", "90.0"]
    assert line(told["ratings"], "u-1")[-3:] == ["—", "—", "—"]
    assert line(told["distribution"], "W1") == ["10", "50.0"]


def test_several_months_add_up_and_their_ratios_are_made_anew() -> None:
    spans = small(run(sheet(BEFORE), sheet(NOW)), NOTHING)
    assert spans.now.figures["B01"] == 212
    assert spans.now.figures["A21"] == 10  # 120 000 s over 200 tickets, and no mean of two means
    assert spans.now.figures["C21"] is None, "people are not added over months"


# --- sentences -----------------------------------------------------------------------------------------------


def numbers(text: str) -> list[str]:
    bare = re.sub(r"30分钟|30 minutes|\d+街道|Street \d+", "", text)
    return re.findall(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?", bare)


def may_say(said: Said) -> Iterator[str]:
    """Every number that can be had of the figures that a sentence names: they, differences, percentages."""
    for one in said.stands_on:
        assert isinstance(one.shown, Fraction)
        yield from _spelled(one.shown)
        for other in said.stands_on:
            assert isinstance(other.shown, Fraction)
            if one.code == other.code:
                yield from _spelled(one.shown - other.shown)
            if other.shown:
                yield from _spelled(100 * one.shown / other.shown)
                yield from _spelled(100 * abs(one.shown - other.shown) / other.shown)


def _spelled(figure: Fraction) -> Iterator[str]:
    for scale in (0, 1):
        rounded = Fraction((figure * 10**scale + Fraction(1, 2)).__floor__(), 10**scale)
        for signed in (False, True):
            yield text_of(rounded, scale, signed=signed)
        yield text_of(abs(rounded), scale)


def says_only_what_is_there(said: Said) -> None:
    known = set(may_say(said))
    for language in LANGUAGES:
        assert set(numbers(said.text.of(language))) <= known, said.text.of(language)


def test_a_sentence_says_what_moved_and_by_how_much() -> None:
    first, second, third = sentences(small())
    assert first.text.zh == "本月法律咨询 112 人次，比上月上升 12.0%（+12 人次），主要是劳动争议（+25 人次）。"
    assert second.text.zh == (
        "本月平均等候 13.3 分钟，比上月延长 8.3 分钟；等候超30分钟的 16 张，占办结的 13.3%；"
        "等候最长的是测试1街道（20.0 分钟）。"
    )
    assert third.text.zh == "本月满意率 97.5%，比上月下降 2.5 个百分点；差评 1 件，本期整改完成 0 件、剔除 0 件。"
    assert {one.code for one in first.stands_on} == {"B01", "B13"}
    for one in (first, second, third):
        says_only_what_is_there(one)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4), st.booleans())
def test_no_sentence_names_a_figure_that_is_not_there(seed: int, units: int, inside: bool) -> None:
    one = generated(seed, units, inside=inside)
    last = sheet([fractions({"B02": seed % 90, "B11": seed % 90, "A11": seed % 7, "A21S": seed})])
    for said in sentences(small(run(one), run(last))):
        says_only_what_is_there(said)


def test_of_nothing_nothing_is_said_and_nothing_is_divided_by() -> None:
    empty = Spans(sheet(NOW).unit, NOTHING, NOTHING, NOTHING)
    assert [one.text.zh for one in sentences(empty)] == ["本期没有数据。"]
    nothing_done = small(run(sheet([{}, {}])), NOTHING)
    told = [one.text.zh for one in sentences(nothing_done)]
    assert told[1:] == ["本期没有办结的号票，等候时间无法计算。", "本月无人评价，满意率无法计算。"]
    for spans in (empty, nothing_done):
        for section in (main_figures(spans), advice(spans), waiting(spans, [0] * 6), ratings(spans)):
            for table in section.tables:
                for place_of, chart in enumerate(table.charts):
                    ElementTree.fromstring(drawn(table, chart, "zh", f"x{place_of}"))


# --- few people ----------------------------------------------------------------------------------------------

GROUPS = ("B41", "B42", "B43", "B44", "B45", "B46")
counts = st.sampled_from([0, 1, 2, 3, 4, 9, 40])
a_month_of_groups = st.lists(st.fixed_dictionaries(dict.fromkeys(GROUPS, counts)), min_size=2, max_size=4)


@settings(max_examples=40, deadline=None)
@given(a_month_of_groups, a_month_of_groups, st.booleans())
def test_no_chart_and_no_table_shows_what_the_form_hides(
    first: list[dict[str, int]], second: list[dict[str, int]], inside: bool
) -> None:
    many = min(len(first), len(second))
    months = [sheet([{"B02": Fraction(99), **fractions(one)} for one in each[:many]], inside=inside)
              for each in (first, second)]  # fmt: skip
    hides = [seen(one).figures for one in months]
    for spans, shown in ((small(run(months[0]), run(months[1])), hides[:1]), (small(run(*months), NOTHING), hides)):
        table = every(advice(spans))["asked"]
        for one in table.lines:
            cells = {written(cell) for cell in one.cells}
            if any(isinstance(row[one.key], Veil) for row in shown):
                assert isinstance(one.cells[0].shown, Veil)
                assert isinstance(one.cells[1].shown, Veil)
                assert isinstance(one.cells[3].shown, Veil) or one.cells[3].shown is None
            svg = drawn(replace(table, lines=(one,)), Chart(ChartKind.BARS, table.title, (0,), (0,)), "zh", "few")
            figures = [text for text in re.findall(r">([^<>]+)</text>", svg) if text != one.name.zh]
            assert {text.replace("&lt;", "<") for text in figures} <= cells
            assert ("<rect" in svg) == (isinstance(one.cells[0].shown, Fraction) and one.cells[0].shown > 0)


# --- units alike ---------------------------------------------------------------------------------------------


def by_unit(*figures: int) -> dict[str, Fraction]:
    return {f"u{number}": Fraction(one) for number, one in enumerate(figures)}


def test_a_place_is_a_quarter_of_those_alike_and_none_of_too_few() -> None:
    tickets = by_unit(100, 120, 150, 199, 201, 40, 0)
    assert like(tickets, "u0") == ["u0", "u1", "u2", "u3"]
    assert like(tickets, "u6") == []
    waits = by_unit(5, 6, 6, 7, 30)
    assert place(waits, "u4", list(waits)) is not None
    found = [place(waits, unit, list(waits)) for unit in waits]
    assert [one.quarter for one in found if one] == [1, 1, 1, 3, 4]
    assert [one.stands for one in found if one] == [Stands.WITHIN] * 4 + [Stands.HIGH]
    assert place(waits, "u0", ["u0", "u1", "u2"]) is None
    assert place(by_unit(98, 98, 98, 97), "u3", list(by_unit(1, 1, 1, 1))) is not None
    equals = by_unit(98, 98, 98, 97)
    assert [one and one.stands for one in (place(equals, unit, list(equals)) for unit in equals)] == [Stands.WITHIN] * 4


def test_too_few_alike_are_told_so_and_not_ranked() -> None:
    section = against_like(small())
    assert section is not None
    cells = section.tables[0].lines[0].cells
    assert cells[0].mark is not None
    assert cells[0].mark.zh == "同类太少，不排位"
    assert all(cell.mark is None for cell in cells[1:])


# --- over HTTP -----------------------------------------------------------------------------------------------


@pytest.fixture
def boss(web: Web) -> TestClient:
    return somebody(web, NAMES)


def somebody(web: Web, names: tuple[str, ...]) -> TestClient:
    """Who signs for the district, after thirteen months and more of work."""
    add_units(web.database, names)
    worked(web.database, MONTH, 14)
    web.parts.accounts.add("boss", [Role.REPORT_SIGNER], now_ms(), SECRET, DISTRICT)
    with web.database.write() as connection:
        connection.execute(update(schema.account).values(waived=True))
    client = TestClient(app_over(web.parts), raise_server_exceptions=False)
    done(client.post("/api/v1/session", json={"name": "boss", "secret": SECRET}))
    return client


def at(what: str, unit: str = DISTRICT, month: str = MONTH) -> str:
    return f"/api/v1/report/units/{unit}/periods/{month}/{what}"


@ONE_ENGINE
def test_page_print_and_json_say_the_same(boss: TestClient) -> None:
    told = done(boss.get(at("analysis")))
    says = [one["text_zh"] for one in told["says"]]
    assert len(says) == 3
    form = done(boss.get(at("")[:-1]))
    advice_now = next(row for row in told["sections"][0]["tables"][0]["lines"] if row["key"] == "B01")["cells"][0]
    assert advice_now["figure"] == form["figures"]["B01"]
    page = boss.get(f"/report/{DISTRICT}/{MONTH}/analysis").text
    paper = pypdf.PdfReader(io.BytesIO(boss.get(at("report-analysis.pdf")).content))
    text = "".join(part.extract_text() for part in paper.pages)
    for one in says:
        assert one in page
        assert re.sub(r"\s", "", one) in re.sub(r"\s", "", text)
    assert page.count("<svg") == page.count("<figure>") > 10
    assert " style=" not in page
    empty = done(boss.get(at("analysis", month="2019-05")))
    assert [one["text_zh"] for one in empty["says"]] == ["本期没有数据。"]
    cells = [cell["figure"] for row in empty["sections"][0]["tables"][0]["lines"] for cell in row["cells"]]
    assert set(cells) == {None}


@ONE_ENGINE
def test_a_run_of_months_and_what_is_none(boss: TestClient) -> None:
    year = done(boss.get(at("analysis"), params={"from": f"{int(MONTH[:4]) - 1}-12"}))
    assert [one["known"] for one in year["months"]].count(True) == len(year["months"]) > 1
    for wrong in ("2099-01", "2018-01", f"{int(MONTH[:4]) - 2}-01"):
        check_error(boss.get(at("analysis"), params={"from": wrong}), 422, "ANALYSIS_SPAN")
    check_error(boss.get(at("analysis", "city")), 404, "NO_SUCH_UNIT")
    assert boss.get(at("analysis", STREETS[0])).status_code == 200


@ONE_ENGINE
def test_hostile_names_stay_text_in_page_chart_and_print(web: Web) -> None:
    client = somebody(web, (HOSTILE.replace("\ud800", ""), *NAMES[1:]))
    page = client.get(f"/report/{DISTRICT}/{MONTH}/analysis").text
    assert "<script>alert" not in page
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(svg)
    assert client.get(at("report-analysis.pdf")).content.startswith(b"%PDF")


def test_a_chart_bears_any_name_and_any_figure() -> None:
    one = every(advice(small()))["fields"]
    strange = replace(one.lines[0], name=replace(one.lines[0].name, zh=HOSTILE, en=HOSTILE))
    for shown in (Veil.FEW, None, Fraction(-3), Fraction(10**15), Fraction(1, 3)):
        table = replace(one, lines=(replace(strange, cells=(Cell(shown),) * 7),))
        for kind in ChartKind:
            svg = drawn(table, Chart(kind, one.title, (0, 1, 2), (0,)), "zh", "any")
            ElementTree.fromstring(svg)
            assert "\u202e" not in svg
