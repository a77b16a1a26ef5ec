"""A file of rows, whoever wrote it: CSV in UTF-8 (with or without a mark) or GB18030, or xlsx. Knows no kind of list.

A file is never trusted: its size, its rows, its columns and what a packed file unpacks to are bounded before they are
read, and a text that another program would take for a formula is no text. What cannot be read is `Unreadable`.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 40
MOST_CHARACTERS: Final = 400  # in one cell
_UNPACKED_BYTES: Final = 24 * 1024 * 1024
_PACKED_FILES: Final = 200
_EXACT: Final = 10**15  # a larger number in a spreadsheet has lost its last digits
_BROKEN: Final = (
    zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip


class Unreadable(Exception):
    """The file as a whole cannot be read; ``code`` names why, its words stand under ``central.error``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = f"IMPORT_{code}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; ``fault`` names what makes it unusable.

    A date as a spreadsheet keeps it is no text; for columns that are about a day it stands in ``moment``.
    """

    text: str
    fault: str | None = None
    moment: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as a spreadsheet shows it: the header is 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header and the rows that are not empty. ``written_as``: UTF-8, GB18030 or xlsx."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    written_as: str


def read_sheet(content: bytes) -> Sheet:
    """Raises `Unreadable`."""
    if not content.strip():
        raise Unreadable("EMPTY")
    if len(content) > MOST_BYTES:
        raise Unreadable("TOO_LARGE")
    if content[:4] == b"PK\x03\x04":
        return _sheet(_workbook(content), "xlsx")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("OLD_EXCEL")
    text, written_as = _decoded(content)
    return _sheet(_csv(text), written_as)


def _sheet(lines: Iterable[tuple[Cell, ...]], written_as: str) -> Sheet:
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, cells in enumerate(lines, start=1):
        if len(cells) > MOST_COLUMNS and any(cell.text or cell.fault for cell in cells[MOST_COLUMNS:]):
            raise Unreadable("TOO_MANY_COLUMNS")
        if header is None:
            header = tuple(cell.text for cell in _without_end(cells))
        elif filled := _without_end(cells):
            rows.append(Row(number, filled))
        if len(rows) > MOST_ROWS or number > 5 * MOST_ROWS:
            raise Unreadable("TOO_MANY_ROWS")
    if header is None or not any(header):
        raise Unreadable("NO_HEADER")
    if not rows:
        raise Unreadable("NO_ROWS")
    return Sheet(header, tuple(rows), written_as)


def _without_end(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells up to the last one that holds anything."""
    filled = len(cells)
    while filled and not (cells[filled - 1].text or cells[filled - 1].fault):
        filled -= 1
    return cells[:filled]


def _decoded(content: bytes) -> tuple[str, str]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("UTF_16")
    if b"\0" in content:
        raise Unreadable("NUL")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable("ENCODING") from None
    if any("\ue000" <= one <= "\uf8ff" for one in text):  # other encodings read as GB18030 land among these
        raise Unreadable("ENCODING")
    return text, "GB18030"


def _csv(text: str) -> Iterator[tuple[Cell, ...]]:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            yield tuple(_cell(cell) for cell in cells)
    except csv.Error:
        raise Unreadable("CSV_SHAPE") from None


def _workbook(content: bytes) -> Iterator[tuple[Cell, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
        if len(parts) > _PACKED_FILES or sum(part.file_size for part in parts) > _UNPACKED_BYTES:
            raise Unreadable("PACKED_TOO_LARGE")
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("PROTECTED")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size is not believed
            for values in sheet.iter_rows(values_only=True, max_row=5 * MOST_ROWS + 2, max_col=MOST_COLUMNS + 1):
                yield tuple(_cell(value) for value in values)
        finally:
            book.close()
    except _BROKEN:
        raise Unreadable("XLSX_SHAPE") from None


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell("1" if value else "0")
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, date | datetime):
        midnight = not isinstance(value, datetime) or value.time() == time()
        return Cell("", "DATE_CELL", f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M:%S}")
    text = str(value).strip(" \t\r\n\u3000\xa0")
    if len(text) > MOST_CHARACTERS:
        return Cell("", "CELL_LONG")
    if any(ord(one) < 32 or one == "\x7f" or "\ud800" <= one <= "\udfff" for one in text):
        return Cell("", "CONTROL_CHARACTER")
    if text.lstrip("'")[:1] in ("=", "+", "-", "@"):
        return Cell("", "FORMULA")
    return Cell(text)


def _number(value: float) -> Cell:
    if abs(value) >= _EXACT or value != value:
        return Cell("", "NUMBER_CELL")
    return Cell(str(int(value)) if value == int(value) else str(value))
