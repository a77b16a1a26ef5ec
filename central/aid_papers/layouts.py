"""How the shipped templates are laid out: one short text a form under ``layouts/``, which lawyers can read and compare.

    style letter | sheet      a letter in 三号, or a sheet of tables in 小四
    # title                   = its number, to the right       ** heading
    : no indent               > to the right, for signatures   ! a small note
    seal                      the office's name, the place of its seal, the day
    ---                       a new page
    if field … endif          only where the field says something
    table 20 30 …             columns by weight, until ``end``; rows ``| cell | cell |``
        |^40 …                at least 40 mm high             |* … a row of headings
        | <cell | cell +3 |   to the left; over three columns
        for one in rows … endfor

Anything else is a paragraph of the text. ``{{ field }}`` stands where the field's words go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("layouts")
_SPAN: Final = re.compile(r"(.*) \+([0-9]+)")
_HEIGHT: Final = re.compile(r"\|\^([0-9]+) (.*)")
_MARKS: Final = {"# ": "title", "= ": "number", "** ": "heading", ": ": "flush", "> ": "right", "! ": "note"}


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, in one of the template's styles."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    span: int = 1
    left: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    height_mm: int = 0
    head: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """A row that only steers: the rows up to its end stand once for each of a list."""

    tag: str


@dataclass(frozen=True, slots=True)
class Grid:
    weights: tuple[int, ...]
    rows: tuple[Row | Loop, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    pass


Part = Line | Grid | NewPage


@dataclass(frozen=True, slots=True)
class Layout:
    sheet: bool
    parts: tuple[Part, ...]


def layout(code: str) -> Layout:
    """The layout of one form."""
    first, *lines = (FOLDER / f"{code}.txt").read_text(encoding="utf-8").splitlines()
    return Layout(first == "style sheet", tuple(_parts(iter(lines))))


def _parts(lines: Iterator[str]) -> Iterator[Part]:
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "table":
            yield Grid(tuple(map(int, rest.split())), tuple(_rows(lines)))
        elif line == "---":
            yield NewPage()
        elif line == "seal":
            yield from (Line("office", "{{ seal }}（印章）"), Line("right", "{{ today }}"))
        elif line == "endif" or word == "if":
            yield Line("body", f"{{%p {line} %}}")
        else:
            yield _line(line)


def _line(line: str) -> Line:
    for mark, style in _MARKS.items():
        if line.startswith(mark):
            return Line(style, line.removeprefix(mark))
    return Line("body", line)


def _rows(lines: Iterator[str]) -> Iterator[Row | Loop]:
    for line in lines:
        if line == "end":
            return
        if not line.startswith("|"):
            yield Loop(f"{{%tr {line} %}}")
            continue
        found = _HEIGHT.match(line)
        height, text = (int(found[1]), found[2]) if found else (0, line.lstrip("|*").strip())
        cells = [cell.strip(" ") for cell in text.strip().removesuffix("|").split("|")]
        yield Row(tuple(_cells(cells)), height, line.startswith("|*"))


def _cells(texts: Sequence[str]) -> Iterator[Cell]:
    for text in texts:
        found = _SPAN.fullmatch(text)
        text, span = (found[1], int(found[2])) if found else (text, 1)
        yield Cell(text.removeprefix("<"), span, text.startswith("<"))
