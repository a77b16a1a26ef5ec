"""The report's workbook: LibreOffice computes its formulas anew and comes to the form's own figures."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from central.report.form import Kind, Source, form
from central.report.sheet import Note, Sheet
from central.report_out.few import Seen, seen
from central.report_out.hiding import Veil
from central.report_out.spreadsheet import HEAD, workbook
from tests.central.report_sheets import (
    TEST_SET,
    fractions,
    generated,
    line,
    seen_from_outside,
    set_of_the_domain,
    sheet,
)
from tests.parts import skip_unless

FORM, CHECKS, RECORD = "月报表", "勾稽检查", "调整与说明"
HOSTILE = ('=cmd|"/C calc"!A0', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "_x0041_\x07\ud800")
WHOLE = 5
# Read everything anew, whatever a file says it comes to; no splash, no questions.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


def hostile() -> Sheet:
    """Names, reasons and notes that a spreadsheet would run, links and halves of characters."""
    one = generated(11, 2)
    parts = tuple(
        replace(column, unit=replace(column.unit, name_zh=HOSTILE[place])) for place, column in enumerate(one.columns)
    )
    lines = tuple(line("A10", 1, number=place, reason=text) for place, text in enumerate(HOSTILE))
    notes = tuple(Note(f"R-A1{place}-CHANGE", text, "preparer.one") for place, text in enumerate(HOSTILE))
    unit = replace(one.unit, name_zh="=测试&区", name_en="@x")
    return replace(one, unit=unit, columns=parts, lines=lines, notes=notes, preparer="=1+1")


def halves() -> Sheet:
    """Ratios that lie just between two numbers of the form's decimals, and some that divide by nothing."""
    counted = {
        "P01": 2000,
        "P02": 247,
        "P03": 247,
        "G01": 2000,
        "G02": 1001,
        "G08R": 8,
        "G08S": 1,
        "G04S": 5005,
    }
    return sheet([fractions(counted), fractions({"A11": 3, "A21S": 189, "A50": 3, "A30": 3}), {}], [])


SHEETS = {
    "domain": set_of_the_domain(), "month": generated(3, 4), "large": generated(4, 17, size=20_000),
    "outside": seen_from_outside(generated(3, 4)), "nothing": sheet([{}, {}]), "halves": halves(), "hostile": hostile(),
    "broken": sheet([fractions({**TEST_SET, "C10": 9, "F02": 7, "J05": 3})], [fractions({"C10": 5, "A10": 90})]),
}  # fmt: skip


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Each workbook as LibreOffice wrote it after it had computed it; what we kept as results was taken out before."""
    office = skip_unless("libreoffice-calc-nogui", "soffice")
    folder = tmp_path_factory.mktemp("office")
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    (folder / "out").mkdir()
    files = []
    for name, one in SHEETS.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(without_results(workbook(seen(one))))
    done = subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", "xlsx",
         "--outdir", str(folder / "out"), *map(str, files)],
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: load_workbook(folder / "out" / f"{name}.xlsx", data_only=True) for name in SHEETS}


def without_results(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as again:
        for name in packed.namelist():
            part = packed.read(name)
            if name.startswith("xl/worksheets/"):
                part, taken = re.subn(rb"</f><v>[^<]*</v>", b"</f>", part)
                assert taken or b"<f>" not in part
            again.writestr(name, part)
    return out.getvalue()


def rows(page: Worksheet) -> dict[str, tuple[Any, ...]]:
    """The form's rows by their codes."""
    return {str(row[0]): row for row in page.iter_rows(min_row=HEAD + 1, values_only=True) if row[0] in form().fields}


def same(cell: Any, shown: object) -> bool:
    if isinstance(shown, Fraction):
        return isinstance(cell, int | float) and abs(cell - float(shown)) < 1e-6
    return bool(cell == ("—" if shown is None else shown))


def shown_rows(of: Seen) -> dict[str, list[object]]:
    return {
        code: [of.figures[code], *(column.figures[code] for column in of.columns), of.before.get(code), of.change[code]]
        for code in form().fields
    }


@pytest.mark.parametrize("name", SHEETS)
def test_libreoffice_comes_to_the_forms_own_figures(name: str, computed: Mapping[str, Any]) -> None:
    found = rows(computed[name][FORM])
    wrong = {
        code: (found[code], shown)
        for code, shown in shown_rows(seen(SHEETS[name])).items()
        if not all(map(same, found[code][WHOLE:], shown))
    }
    assert wrong == {}
    assert not any("#" in str(row) or "Err:" in str(row) for row in found.values())


@pytest.mark.parametrize("name", ["domain", "month", "broken", "nothing", "halves"])
def test_libreoffice_finds_what_the_checks_find(name: str, computed: Mapping[str, Any]) -> None:
    of = SHEETS[name]
    said = [(row[0], row[7]) for row in computed[name][CHECKS].iter_rows(min_row=2, values_only=True) if row[7]]
    assert {one for one, result in said if result in ("不符", "须说明")} == {finding.id for finding in of.findings}
    assert {one for one, result in said if result == "不符"} == {one.id for one in of.findings if one.hard}
    asked = {f"R-{code}" for code, one in form().fields.items() if (one.rule or one.soft) and of.unit.level in one.at}
    assert asked <= {one for one, _ in said}


def opened(name: str) -> tuple[Workbook, bytes]:
    content = workbook(seen(SHEETS[name]))
    return load_workbook(io.BytesIO(content)), content


def test_wholes_and_computed_fields_are_formulas_and_nothing_leads_out_of_the_file() -> None:
    book, content = opened("month")
    found, view = rows(book[FORM]), seen(SHEETS["month"])
    for code, field in form().fields.items():
        formula = str(found[code][WHOLE])
        if view.hides(code):
            assert field.few or code in ("A16", "A17", "A20")
            continue
        assert formula.startswith("="), code
        if field.source is not Source.COMPUTED:
            assert re.fullmatch(r"=SUM\(G(\d+):K\1\)", formula), code
        if field.kind is Kind.RATIO:
            assert formula.startswith("=IFERROR(ROUND("), code
            assert str(found[code][WHOLE + 1]).startswith("=IFERROR(ROUND("), code
    stock = next(cell.row for cell in book[FORM]["A"] if cell.value == "C10")
    assert str(found["C01"][WHOLE]) == f"=L{stock}", "what was open at the end of the month before"
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if re.search("vba|externalLink|hyperlink|macro|connections", name, re.I)]
    page = book[FORM]
    set_up = page.page_setup
    assert (set_up.orientation, int(set_up.paperSize), int(set_up.fitToHeight)) == ("landscape", 9, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.print_title_rows, page.freeze_panes) == (f"${HEAD}:${HEAD}", f"C{HEAD + 1}")
    assert "&P" in page.oddFooter.center.text
    assert workbook(seen(SHEETS["month"])) == content, "the same form is the same file"


def test_what_a_person_typed_stays_a_text() -> None:
    book, content = opened("hostile")
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t", "\r")):
                    ours = cell.data_type == "f" and re.match(r"=(SUM|IF|IFERROR|\(|-?'?[A-Z月]+)", cell.value)
                    assert ours or cell.quotePrefix, (name, cell.coordinate, cell.value)
                    assert not ours or "cmd" not in cell.value, cell.value
    texts = {str(row[4]) for row in book[RECORD].iter_rows(min_row=3, max_row=10, values_only=True)}
    assert {'=cmd|"/C calc"!A0', "+1+1", "-2", "@SUM(A1)"} <= texts
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert not any(b"hyperlink" in packed.read(part) for part in packed.namelist())


def test_a_row_with_a_hidden_figure_holds_no_formula_that_would_tell_it() -> None:
    view = seen(SHEETS["outside"])
    found = rows(opened("outside")[0][FORM])
    hidden = [code for code in form().fields if view.hides(code)]
    assert {"A18", "A19"} <= set(hidden)
    for code in hidden:
        assert not any(str(cell).startswith("=SUM") for cell in found[code]), code
        assert {"<3", "…"} & {str(cell) for cell in found[code]}, code
    assert Veil.FEW in view.signs
