"""Files of rows as they come from offices and from ill-wishers: read, or named with what to do, and never for long."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from central.imports.sheets import MOST_BYTES, MOST_ROWS, Sheet, Unreadable, read_sheet
from central.imports.telling import csv_file, xlsx_file
from hall_config.wording import catalogue

TEXT = "单位代码,名称\nputuo,普陀区\n㑇䶮,𠮷\n"


def texts(sheet: Sheet) -> list[tuple[str, ...]]:
    return [sheet.header, *(tuple(cell.text for cell in row.cells) for row in sheet.rows)]


def xlsx(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "written_as"),
    [
        (TEXT.encode(), "UTF-8"), (TEXT.encode("utf-8-sig"), "UTF-8"), (TEXT.encode("gb18030"), "GB18030"),
        (TEXT.replace(",", ";").encode(), "UTF-8"), (TEXT.replace(",", "\t").replace("\n", "\r\n").encode(), "UTF-8"),
        (xlsx(["单位代码", "名称"], ["putuo", "普陀区"], ["㑇䶮", "𠮷"]), "xlsx"),
    ],
)  # fmt: skip
def test_the_same_list_is_read_whoever_wrote_it(content: bytes, written_as: str) -> None:
    sheet = read_sheet(content)
    assert texts(sheet) == [("单位代码", "名称"), ("putuo", "普陀区"), ("㑇䶮", "𠮷")]
    assert sheet.written_as == written_as


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    sheet = read_sheet(b'a,b\n\n1,2\n"x\ny",4\n , \n5,6\n')
    assert [row.number for row in sheet.rows] == [3, 4, 6]
    assert sheet.rows[1].cells[0].fault == "CONTROL_CHARACTER"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"), (b" \r\n\n", "EMPTY"), (b"x" * (MOST_BYTES + 1), "TOO_LARGE"),
        (TEXT.encode("utf-16"), "UTF_16"), (b"a,b\n1,\x00\n", "NUL"), (b"\x81\xff,\xfe\n1,2", "ENCODING"),
        (b'a,b\n"1,2\n3,4', "CSV_SHAPE"), (b"a,b\n", "NO_ROWS"), (b",,\n1,2,3\n", "NO_HEADER"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "OLD_EXCEL"), (b"PK\x03\x04rest", "XLSX_SHAPE"),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), "TOO_MANY_ROWS"),
        (b"a\n" + b"\n" * 5 * MOST_ROWS + b"1\n", "TOO_MANY_ROWS"),
        (b"a\n" + b"," * 60 + b"1\n", "TOO_MANY_COLUMNS"), (b"a\n" + b"x" * 200_000, "CSV_SHAPE"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable, match=code) as told:
        read_sheet(content)
    assert f"central.error.{told.value.code}" in catalogue()


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def swapped(content: bytes, name: str, part: bytes) -> bytes:
    """A spreadsheet with one part of its own exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, part if one == name else old.read(one))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = "".join(
    f'<!ENTITY {one} "{("&" + before + ";") * 10}">' for before, one in zip("abcdefghi", "bcdefghij", strict=True)
)
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]><worksheet>&j;</worksheet>'.encode()
FAR = b"""<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>unit</t></is></c></row>
<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(xl__workbook_xml=b" " * 30_000_000), "PACKED_TOO_LARGE"),
        (packed(**{f"x{number}": b"" for number in range(300)}), "PACKED_TOO_LARGE"),
        (packed(xl__workbook_xml=b"<x/>"), "XLSX_SHAPE"), (swapped(xlsx(["a"], ["b"]), SHEET, BOMB), "XLSX_SHAPE"),
        (swapped(xlsx(["a"], ["b"]), SHEET, b"<worksheet><sheetData><row"), "XLSX_SHAPE"),
        (xlsx(["a"], ["b"])[:900], "XLSX_SHAPE"), (swapped(xlsx(["a"], ["b"]), SHEET, FAR), "(TOO_MANY_ROWS|NO_ROWS)"),
    ],
)  # fmt: skip
def test_a_packed_file_that_would_swell_or_is_broken_is_named(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        read_sheet(content)


def test_cells_that_a_list_cannot_take_say_why() -> None:
    sheet = read_sheet(xlsx(["a"], ["=1+1"], [19999201010123456], [date(2026, 1, 1)], [7], [7.0], [True]))
    assert [(row.cells[0].text, row.cells[0].fault) for row in sheet.rows] == [
        ("", "FORMULA"), ("", "NUMBER_CELL"), ("", "DATE_CELL"), ("7", None), ("7", None), ("1", None),
    ]  # fmt: skip
    lines = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "'=1", "x" * 401, "a\x07b"]
    plain = read_sheet(csv_plain(lines))
    assert [row.cells[0].fault for row in plain.rows] == ["FORMULA"] * 5 + ["CELL_LONG", "CONTROL_CHARACTER"]


def csv_plain(lines: list[str]) -> bytes:
    return ("a\n" + "\n".join(f'"{line}"' for line in lines) + "\n").encode()


@given(st.binary(max_size=400))
def test_no_bytes_break_it(content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert read_sheet(content).rows


def test_what_goes_out_is_never_run_by_a_spreadsheet() -> None:
    rows = [["=1+1", "+1"], ["-1", "@x"], ["\tx", "good"]]
    told = csv_file(["a", "b"], rows).decode("utf-8-sig")
    assert told == "a,b\r\n'=1+1,'+1\r\n'-1,'@x\r\n'\tx,good\r\n"
    back = read_sheet(xlsx_file(["a", "b"], rows, "x"))
    assert [cell.fault for row in back.rows for cell in row.cells][:4] == ["FORMULA"] * 4  # told as text, seen as it is
