"""The yearly assessment: points that a hand comes to, a workbook that reckons alike, no zero where nothing is known."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from central.report.form import form
from central.report.formula import Figure
from central.report.sheet import UnitNamed
from central.report_analysis.assessment import Assessed, AssessmentSheet, placed
from central.report_analysis.assessment_book import workbook
from central.report_analysis.rules_of_assessment import codes_of, points, ranks, scored, sums
from central.report_out.hiding import Veil
from central.units.rules import Level
from hall_config.assessment_numbers import Indicator, every_indicator, indicators_of
from tests.central.analysis_district import DISTRICT, STREETS, locked
from tests.central.asking import check_error
from tests.central.conftest import Web
from tests.central.report_sheets import fractions
from tests.central.test_report_analysis import somebody
from tests.central.test_report_spreadsheet import ALWAYS, without_results
from tests.central.villages import ONE_ENGINE, done
from tests.parts import skip_unless

YEAR = 2025
# what a district's year comes to, counted by hand below
FIGURES = {
    "K01": 4, "K02": 5, "K03": 2, "B02": 1500, "C02": 60, "C05": 50, "C10": 10, "C18": 3, "D03": 45, "D04": 5,
    "F01": 12, "P01": 300, "P02": 200, "P03": 150, "P04": 30, "P05": 8, "P06": 8, "P07": 4, "P10O": 0, "P12": 9,
    "A30": 9, "A31": 8, "A32": 7, "A33": 1, "N01": 6000, "N02": 1000, "K05H": 1000, "K06": 50, "N04": 10, "N05": 7,
}  # fmt: skip
# weight × (value − zero) ÷ (full − zero), half up to one decimal
BY_HAND = {
    "EQUIPMENT": "2.8",  # 95 %: 5 × 5/9
    "STAFF": "3.8",  # 5/4: 5 × 0.75 = 3.75
    "LAWYERS": "3.3",  # 2: 5 × 2/3
    "KINDS": "1.7",  # 4 kinds: 5 × 2/6
    "ADVICE": "4",  # 300 each: 8 × 1/2
    "AID": "4.8",  # 12 each: 8 × 0.6
    "DISPUTES": "4",  # 10 each
    "PUBLICITY": "2.5",
    "CALLS": None,  # no call came in: nothing to divide by
    "HITS": "2",
    "SATISFIED": "5.4",  # 94 %: 7 × 14/18
    "GOOD": "2.3",  # 90 %: 3 × 15/20 = 2.25
    "ADOPTED": "1",  # 70 %: 2 × 20/40
    "LATE": "-2.5",  # 3 of 60, 5 %: 5 × 1/2
    "NOT_CONTACTED": "-1.5",  # 3 of 12, 25 %: 3 × 1/2
}


def unit(number: int = 0, name: str = "测试区") -> UnitNamed:
    return UnitNamed(f"u-{number}", Level.DISTRICT, name, "")


def assessed(figures: Mapping[str, Figure], number: int = 0, name: str = "测试区") -> Assessed:
    row = form().completed(figures, {}) if figures else {}
    scores = tuple(scored(one, row) for one in indicators_of(YEAR))
    return Assessed(unit(number, name), {f"{YEAR}-01": 1}, False, row, scores, sums(scores))


def test_points_are_those_that_a_hand_reckons() -> None:
    found = assessed(fractions(FIGURES))
    told = {one.of.id: one.points for one in found.scores if not one.of.by_hand}
    assert told == {name: None if one is None else Fraction(one) for name, one in BY_HAND.items()}
    total = found.sums
    assert [total.points, total.possible, total.by_hand, total.extra] == [Fraction("36.6"), 63, 33, -3]
    assert total.total == Fraction("58.1") - 3  # 36.6 of 63
    assert found == assessed(fractions(FIGURES)), "the same figures come to the same"


def test_what_is_not_known_is_no_zero() -> None:
    nothing = assessed({})
    assert {one.points for one in nothing.scores} == {None}
    assert nothing.sums.possible == 0
    assert nothing.sums.total is None
    hidden = scored(indicators_of(YEAR)[3], {"K05": Veil.MORE})
    assert (hidden.value, hidden.points) == (Veil.MORE, None)
    assert ranks([Fraction(3), None, Fraction(9), Fraction(3)]) == [2, None, 1, 2]


def test_every_indicator_is_made_of_fields_of_the_form_and_they_make_a_hundred() -> None:
    for one in every_indicator():
        assert one.by_hand or codes_of(one), one.id
    assert sum(one.weight for one in indicators_of(YEAR) if one.kind == "score") == 100
    assert not any(form().fields[code].few for one in every_indicator() for code in codes_of(one))


def test_a_new_row_counts_from_the_year_that_it_begins_with() -> None:
    old = next(one for one in every_indicator() if one.id == "PUBLICITY")
    new = old.model_copy(update={"full": Decimal(12), "valid_from": date(2025, 6, 1)})
    gone = old.model_copy(update={"weight": Decimal(0), "valid_from": date(2027, 1, 1)})
    rows = (old, new, gone)
    assert [[one.full for one in indicators_of(year, rows)] for year in (2025, 2026, 2027)] == [[24], [12], []]
    with pytest.raises(ValueError, match="at one value"):
        Indicator.model_validate({**old.model_dump(by_alias=True), "zero": old.full})


@pytest.mark.parametrize(("value", "told"), [("-5", 0), ("90", 0), ("94.5", Fraction("2.5")), ("99", 5), ("120", 5)])
def test_points_stay_between_none_and_all(value: str, told: Fraction) -> None:
    assert points(next(one for one in every_indicator() if one.id == "EQUIPMENT"), Fraction(value)) == told


def test_libreoffice_comes_to_the_same_points_and_places(tmp_path: Path) -> None:
    few = {"K01": 2, "K02": 1, "B02": 10, "F01": 30, "P02": 10, "P03": 10, "A30": 1}
    lower = placed(
        [
            assessed(fractions(FIGURES), 1, "=cmd|'/C calc'!A0"),
            assessed(fractions(few), 2, "乙区"),
            assessed({}, 3, "丙区"),
        ]
    )
    found = AssessmentSheet(YEAR, assessed(fractions(FIGURES)), lower, 1_792_800_000_000)
    book = recomputed(workbook(found), tmp_path)
    for row, one in zip(book["排名"].iter_rows(min_row=5, max_row=7, values_only=True), lower, strict=True):
        shown = ["—" if each is None else pytest.approx(float(each)) for each in (one.rank, one.sums.total)]
        assert [row[0], *row[1:3]] == [one.unit.name_zh, *shown]
        assert row[3:6] == pytest.approx([float(each) for each in (one.sums.points, one.sums.possible, one.sums.extra)])
    names = {score.of.zh: score for score in lower[0].scores}
    for row in book["计分"].iter_rows(min_row=5, values_only=True):
        score = names[row[0]]
        if not score.of.by_hand:
            assert row[6] == ("—" if score.points is None else pytest.approx(float(score.points))), score.of.id


def recomputed(content: bytes, folder: Path) -> Any:
    """As LibreOffice wrote it after it had computed it, without what we kept as results."""
    office = skip_unless("libreoffice-calc-nogui", "soffice")
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    (folder / "book.xlsx").write_bytes(without_results(content))
    command = [
        office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", "xlsx",
        "--outdir", str(folder / "out"), str(folder / "book.xlsx"),
    ]  # fmt: skip
    answer = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert answer.returncode == 0, answer.stderr
    return load_workbook(folder / "out" / "book.xlsx", data_only=True)


@ONE_ENGINE
def test_a_year_is_assessed_from_its_locked_months_alone(web: Web) -> None:
    client = somebody(web, ("=1+1", *"二三四五六"))
    locked(web.database, DISTRICT, f"{YEAR}-01", **FIGURES)
    locked(web.database, STREETS[0], f"{YEAR}-01", K01=1, K02=1, B02=300)
    path = f"/api/v1/report/units/{DISTRICT}/years/{YEAR}/assessment"
    told = done(client.get(path))
    assert (told["own"]["months"], len(told["open_months"])) == ({f"{YEAR}-01": 1}, 11)
    found = {one["id"]: one["points"] for one in told["own"]["indicators"] if not one["by_hand"]}
    assert found == BY_HAND
    assert told["own"]["indicators"][4]["figures"] == {"K02": "5", "K01": "4"}
    places = {one["unit"]["id"]: one["place"] for one in told["lower"]}
    assert places == {STREETS[0]: 1, **dict.fromkeys(STREETS[1:])}, "of what has no locked month nothing is known"
    page = client.get(f"/report/{DISTRICT}/{YEAR}/assessment")
    assert page.status_code == 200
    assert "K02 / K01" in page.text
    book = load_workbook(io.BytesIO(client.get(f"{path}.xlsx").content))
    assert book.sheetnames == ["排名", "计分", "数据"]
    check_error(client.get(path.replace(DISTRICT, "city")), 404, "NO_SUCH_UNIT")
    check_error(client.get(path.replace(str(YEAR), "2098")), 404, "NO_SUCH_PERIOD")
