"""The report's printed form, its machine JSON and two versions compared; and words for all that they say."""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from central.report.form import Kind, Source, UnitOfCount, form
from central.report.periods import PeriodRule, period
from central.report.sheet import LineKind, Note, Sheet
from central.report.stages import Move, Part, ReturnReason, State
from central.report_out import machine
from central.report_out.compared import compared_workbook, differences, who_words
from central.report_out.few import Seen, seen
from central.report_out.hiding import Veil
from central.report_out.machine import digest, machine_json, short_digest
from central.report_out.printed import printed
from central.report_out.written import exact, head, rule_of, text_of
from hall_config.wording import section
from tests.central.report_sheets import (
    TEST_SET,
    fractions,
    generated,
    line,
    seen_from_outside,
    set_of_the_domain,
    sheet,
)

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "build" / "schemathesis-packages"  # has a JSON Schema validator; `make test` installs it
NOTED = (Note("R-A03-CHANGE", "国庆后集中办理。", "preparer.one"),)
LINED = (line("C02", 1), line("B45", 1, number=2, of="u-1", reason="补登一名残疾人"))


def month(*, inside: bool = True) -> Sheet:
    return replace(generated(3, 10, inside=inside), lines=LINED, notes=NOTED)


# --- the printed form ---------------------------------------------------------------------------------------


def lines_of(pages: list[str]) -> dict[str, list[str]]:
    """What is printed behind each code, once for the form and once for each table of the annex."""
    found: dict[str, list[str]] = {}
    for page in pages:
        text = re.sub(r"\n(?![A-Z]\d\d+[A-Z]? )", " ", page)
        for row in text.splitlines():
            code, _, rest = row.partition(" ")
            if code in form().fields:
                found.setdefault(code, []).append(rest)
    return found


def row_of(seen_in: Seen, code: str) -> str:
    scale = form().fields[code].scale
    change = text_of(seen_in.change[code], scale, signed=True)
    return " ".join(
        [text_of(seen_in.figures[code], scale), text_of(seen_in.before.get(code), scale), change]
    )  # fmt: skip


@pytest.mark.parametrize("inside", [True, False])
def test_the_pdf_holds_every_code_with_its_figures(inside: bool) -> None:
    view = seen(month(inside=inside))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(printed(view))).pages]
    found = lines_of(pages)
    for code, field in form().fields.items():
        main, *annex = found[code]
        assert field.zh.replace(" ", "") in main.replace(" ", ""), code
        assert f" {row_of(view, code)}" in main, code
        columns = [text_of(column.figures[code], field.scale) for column in view.columns]
        whole = text_of(view.figures[code], field.scale)
        assert " ".join([whole, *columns[:8]]) in annex[0], code
        assert " ".join([whole, *columns[8:]]) in annex[1], code
    text = "\n".join(pages)
    assert all(short_digest(view) in page for page in pages)
    assert f"第 {len(pages)} 页 共 {len(pages)} 页" in text.replace("\u3000", " ")
    plain = text.replace(" ", "").replace("\n", "")
    for key, said in head(view.sheet).items():
        assert key in text
        assert said.replace(" ", "") in plain, key
    assert "补登一名残疾人" not in plain
    assert "国庆后集中办理" in plain
    assert "“<3”：敏感群体1至2人" in plain


def test_a_month_with_nothing_says_so_and_has_no_annex_and_no_footnote_of_hiding() -> None:
    pdf = PdfReader(io.BytesIO(printed(seen(sheet([{}])))))
    text = "".join(page.extract_text() for page in pdf.pages).replace(" ", "")
    assert "零报告：本期无业务" in text
    assert "附表" not in text
    assert "敏感群体" not in text
    assert len(pdf.pages) <= 5


# --- machine JSON -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator() -> Iterator[Any]:
    """Another project's validator for JSON Schema 2020-12."""
    if not (PACKAGES / "jsonschema_rs").is_dir():
        message = "needs build/schemathesis-packages, which make test installs"
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)(message)
    sys.path.append(str(PACKAGES))
    try:
        yield importlib.import_module("jsonschema_rs")
    finally:
        sys.path.remove(str(PACKAGES))


def schema() -> dict[str, Any]:
    text = (ROOT / "central" / "report_out" / "report.schema.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def test_every_form_is_what_its_schema_says(validator: Any) -> None:
    validator.meta.validate(schema())
    check = validator.validator_for(schema())
    sheets = [set_of_the_domain(), month(), month(inside=False), sheet([{}]), replace(month(), sent_ms=None, version=0),
              sheet([fractions({"A10": -3}), {"C35": Fraction(1, 3), "J05": Fraction(5, 4)}])]  # fmt: skip
    for one in sheets:
        check.validate(json.loads(machine_json(seen(one))))
    good = json.loads(machine_json(seen(set_of_the_domain())))
    for wrong in ({"version": -1}, {"state": "SENT"}, {"figures": {"A01": 1.5}}, {"figures": {"a": 1}}, {"more": 1}):
        assert not check.is_valid(good | wrong), wrong


def test_the_schema_names_all_that_is_told_and_nothing_else() -> None:
    told = machine.told(seen(month()))
    assert set(told) == set(schema()["properties"]) == set(schema()["required"])
    assert schema()["$id"] == told["schema"]
    for key in ("unit", "period"):
        assert set(told[key]) == set(schema()["properties"][key]["required"])
    for key in ("columns", "lines", "notes", "rules", "findings"):
        assert set(told[key][0]) == set(schema()["properties"][key]["items"]["required"]), key
    kinds = {"state": State, "rule": PeriodRule, "kind": LineKind}
    text = json.dumps(schema())
    assert all(f'"{value}"' in text for kind in kinds.values() for value in kind)


def test_machine_figures_are_exact_and_the_digest_can_be_made_anew() -> None:
    content = machine_json(seen(set_of_the_domain()))
    told = json.loads(content)
    assert (told["figures"]["C01"], told["figures"]["P10"], told["figures"]["P09"]) == (5, 10, "98.4")
    assert told["figures"]["G03"] is None
    assert {rule["id"]: rule["result"] for rule in told["rules"]}["R-C13"] == "PASS"
    hashed = {key: told[key] for key in ("unit", "period", "version", "figures", "before", "columns")}
    text = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert told["sha256"] == sha256(text.encode()).hexdigest() == digest(seen(set_of_the_domain()))


def test_what_is_hidden_is_in_no_output_of_the_machine_and_not_in_its_digest() -> None:
    """Two forms that differ in hidden figures only are the same to who reads outside."""
    one, other = (
        seen(sheet([fractions({"B41": few, "B01": 9}), fractions({"B41": 9 - few})], inside=False)) for few in (1, 2)
    )
    told = json.loads(machine_json(one))
    assert (told["figures"]["B41"], [column["figures"]["B41"] for column in told["columns"]]) == (9, ["<3", "…"])
    assert machine_json(one) == machine_json(other)


@given(st.fractions(max_denominator=400), st.integers(0, 2))
def test_a_figure_is_written_exactly(figure: Fraction, scale: int) -> None:
    assert Fraction(exact(figure)) == figure
    assert Fraction(text_of(figure, scale).replace(",", "")) == figure


def test_a_periods_rule_is_known_by_its_last_day() -> None:
    for rule in PeriodRule:
        for name in ("2026-02", "2026-11", "2028-02"):
            assert rule_of(period(name, (("2018-01", rule),))) is rule


# --- two versions -------------------------------------------------------------------------------------------


def two_versions(*, inside: bool = True) -> tuple[Sheet, Sheet]:
    columns = [fractions(TEST_SET), fractions({"A10": 5, "A11": 5, "B45": 2}), fractions({"B45": 8})]
    old = sheet(columns, inside=inside)
    columns[1] = fractions({"A10": 7, "A11": 7, "B45": 3})
    columns[0] = fractions({**TEST_SET, "C02": 41})
    new = sheet(columns, inside=inside, lines=(line("C02", 1), line("B45", 1, number=2, of="u-1", reason="补登一名")))
    return old, replace(new, version=3)


def test_two_versions_are_compared_field_by_field_with_who_changed_them() -> None:
    old, new = two_versions()
    found = {(one.field.code, one.unit.id if one.unit else None): one for one in differences(old, new)}
    changed = found["C02", None]
    assert (changed.old, changed.new, changed.by) == (40, 41, 1)
    assert "漏登一件" in who_words(changed)
    assert "preparer.one" in who_words(changed)
    assert (found["A10", "u-1"].by, found["A10", None].by) == (2, 2)
    assert who_words(found["A10", None]) == "业务记录有变动，重新统计"
    assert ("C03", None) not in found
    assert differences(old, old) == ()
    with pytest.raises(ValueError):
        differences(old, replace(new, period=period("2026-11")))


def test_comparing_versions_opens_no_hidden_figure() -> None:
    old, new = two_versions(inside=False)
    for one in differences(old, new):
        if one.field.code == "B45" and one.unit is not None:
            assert (isinstance(one.old, Veil), isinstance(one.new, Veil), one.by) == (True, True, Veil.MORE)
            assert "补登" not in who_words(one)
    view = seen(new)
    assert view.columns[1].figures["B45"] == 3, "and the new version by itself has nothing to hide there"


def test_the_comparison_is_a_workbook_with_differences_as_formulas() -> None:
    old, new = two_versions()
    page = load_workbook(io.BytesIO(compared_workbook(old, new))).worksheets[0]
    rows = {(row[0], row[2]): (*row[3:6], place) for place, row in enumerate(page.iter_rows(values_only=True), start=1)}
    was, now, by, place = rows["C02", "合计"]
    assert (was, now, by) == (40, 41, f"=E{place}-D{place}")
    same = load_workbook(io.BytesIO(compared_workbook(old, old))).worksheets[0]
    assert same["A3"].value == "两版数字相同。"


# --- words --------------------------------------------------------------------------------------------------


WORDS: Mapping[str, type[StrEnum]] = {
    "report_unit": UnitOfCount, "report_source": Source, "report_kind": Kind, "report_state": State,
    "report_move": Move, "report_part": Part, "report_return_reason": ReturnReason, "report_line": LineKind,
    "report_period_rule": PeriodRule, "report_source_meaning": Source,
}  # fmt: skip


@pytest.mark.parametrize("key", WORDS)
def test_every_code_of_the_report_has_its_word_and_no_word_is_left_over(key: str) -> None:
    assert set(section(f"central.{key}", "zh")) == {value.value for value in WORDS[key]}


def test_who_reads_outside_gets_another_file_than_who_reads_inside() -> None:
    one = month()
    assert seen(seen_from_outside(one)).signs == {Veil.FEW, Veil.MORE}
    assert digest(seen(one)) != digest(seen(seen_from_outside(one)))
