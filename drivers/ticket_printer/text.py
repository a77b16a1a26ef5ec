"""Words to the bytes of a Chinese printer, line by line. A character that it cannot print becomes 〓, never nothing.

GB18030 has every character; printers with older fonts have those of GBK or only of GB2312. The bytes are the same in
all three. A character of one byte takes one column, of two or four bytes two.

A printer takes ``10 04 n`` and ``10 14 n`` for real-time commands anywhere in the stream, and control characters for
commands in text. Neither can come out of here: control characters are replaced, and in GB18030 no byte of a character
of more than one byte is below 30.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MISSING: Final = "〓".encode("gb2312")
_CONTROL_PICTURE: Final = b"?"
_SPACE: Final = b" "
# The two signs for which Python's GB2312 table names another character than all Chinese programs do.
_SAME_SIGN: Final = {"·": "・", "—": "―"}
_NOT_FIRST: Final = frozenset(mark.encode("gb2312") for mark in "，。、；：！？）》」』】”’")


@dataclass(frozen=True, slots=True)
class Line:
    data: bytes
    replaced: int  # characters that the printer has not


def encode_lines(words: str, charset: str, columns: int) -> list[Line]:
    """The words in lines of at most so many columns: broken at a space where there is one, between characters else."""
    lines: list[Line] = []
    for paragraph in words.replace("\r\n", "\n").split("\n"):
        cells = [_cell(character, charset) for character in paragraph]
        for row in _rows([cell for cell, _ in cells], columns):
            lines.append(Line(b"".join(row), 0))
        replaced = sum(missing for _, missing in cells)
        if replaced:
            lines[-1] = Line(lines[-1].data, replaced)
    return lines


def _cell(character: str, charset: str) -> tuple[bytes, bool]:
    """One character's bytes, and whether they stand for another one."""
    if ord(character) < 0x20 or ord(character) == 0x7F:
        return (_SPACE, False) if character == "\t" else (_CONTROL_PICTURE, True)
    if charset == "gb2312":
        character = _SAME_SIGN.get(character, character)
    try:
        return character.encode(charset), False
    except UnicodeEncodeError:
        return _MISSING, True


def _rows(cells: list[bytes], columns: int) -> list[list[bytes]]:
    rows: list[list[bytes]] = []
    row: list[bytes] = []
    for cell in cells:
        if _width(row) + _width([cell]) > columns:
            kept = _break_before(cell, row)
            rows.append(_without_last_spaces(row[:kept]))
            row = row[kept:]
            if cell == _SPACE and not row:
                continue
        row.append(cell)
    return [*rows, row]


def _break_before(cell: bytes, row: list[bytes]) -> int:
    """How much of a full row stays in it: a Latin word is kept whole, and no line begins with a closing mark."""
    kept = len(row)
    if cell in _NOT_FIRST and len(row) > 1:
        kept -= 1  # what stands before the mark goes with it, and a number or word whole
        if len(row[kept]) > 1:
            return kept
    elif cell == _SPACE or len(cell) > 1:
        return kept
    while kept > 0 and len(row[kept - 1]) == 1 and row[kept - 1] != _SPACE:
        kept -= 1
    return kept or max(1, len(row) - (cell in _NOT_FIRST))


def _without_last_spaces(row: list[bytes]) -> list[bytes]:
    end = len(row)
    while end > 0 and row[end - 1] == _SPACE:
        end -= 1
    return row[:end]


def _width(cells: list[bytes]) -> int:
    return sum(1 if len(cell) == 1 else 2 for cell in cells)
