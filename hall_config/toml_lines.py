"""On which line each key of a TOML text stands.

``tomllib`` gives values without their places, and a message without a line is of no use to who edits a hall file in
a hurry. This scanner follows TOML 1.0's layout and reads no values, so it is given only text that ``tomllib`` has
accepted: the two are held together by a test that compares the paths which both find.

A path is a tuple of names and, for arrays, places counted from 0: ``("device", 2, "address")``.
"""

from __future__ import annotations

import tomllib

Path = tuple[str | int, ...]

_DEEPEST = 16  # no key of ours lies deeper; a key of a hundred thousand dots must not fill the memory

_BLANK = " \t"
_SPACE = " \t\r\n"
_ENDS_BARE_KEY = " \t.=]\r\n"
_ENDS_BARE_VALUE = ",]}#\r\n"


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table and key in ``text``, which must be valid TOML."""
    return _Scanner(text.replace("\r\n", "\n")).scan()


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """The line of ``path``, or of the closest table around it that stands in the text; 1 for the file as a whole."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1


def _below(path: Path, name: str | int) -> Path:
    return (*path, name) if len(path) < _DEEPEST else path


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}  # arrays of tables and how many tables each has so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_SPACE):
            if self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _header(self) -> Path:
        line = self._line
        is_array = self._text.startswith("[[", self._at)
        self._step(2 if is_array else 1)
        names = self._key()
        self._step(2 if is_array else 1)
        path: Path = ()
        for name in names[:-1]:
            path = self._inside(_below(path, name), line)
        last = _below(path, names[-1])
        if is_array:
            self._counts[last] = self._counts.get(last, 0) + 1
        path = self._inside(last, line)
        self._lines.setdefault(path, line)
        return path

    def _inside(self, path: Path, line: int) -> Path:
        """``path``, or the newest table of the array of tables that stands there."""
        self._lines.setdefault(path, line)
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: Path) -> None:
        line = self._line
        path = table
        for name in self._key():
            path = _below(path, name)
            self._lines.setdefault(path, line)
        self._step(1)  # the equals sign
        self._value(path)

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip(_BLANK)
            if self._peek() in "\"'":
                start = self._at
                self._string()
                names.append(str(tomllib.loads(f"k = {self._text[start : self._at]}")["k"]))
            else:
                names.append(self._bare(_ENDS_BARE_KEY))
            self._skip(_BLANK)
            if self._peek() != ".":
                return names
            self._step(1)

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        match self._peek():
            case '"' | "'":
                self._string()
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case _:
                self._bare(_ENDS_BARE_VALUE)

    def _array(self, path: Path) -> None:
        self._step(1)
        place = 0
        while self._skip(_SPACE) and self._peek() != "]":
            if self._peek() == ",":
                self._step(1)
                continue
            inner = _below(path, place)
            self._lines.setdefault(inner, self._line)
            self._value(inner)
            place += 1
        self._step(1)

    def _inline_table(self, path: Path) -> None:
        self._step(1)
        while self._skip(_SPACE) and self._peek() != "}":
            if self._peek() == ",":
                self._step(1)
                continue
            self._pair(path)
        self._step(1)

    def _string(self) -> None:
        quote = self._peek()
        whole = quote * 3
        if self._text.startswith(whole, self._at):
            self._step(3)
            while not self._text.startswith(whole, self._at):
                self._step(2 if quote == '"' and self._peek() == "\\" else 1)
            while self._peek() == quote:  # up to two quotes may belong to the text itself
                self._step(1)
            return
        self._step(1)
        while self._peek() not in (quote, ""):
            self._step(2 if quote == '"' and self._peek() == "\\" else 1)
        self._step(1)

    def _bare(self, ends: str) -> str:
        start = self._at
        while self._peek() and self._peek() not in ends:
            self._step(1)
        return self._text[start : self._at]

    def _skip(self, blanks: str) -> bool:
        """Go over blanks and, where lines may end, comments; False at the end of the text."""
        while (char := self._peek()) and (char in blanks or (char == "#" and "\n" in blanks)):
            if char == "#":
                self._bare("\n")
            else:
                self._step(1)
        return self._at < len(self._text)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _step(self, count: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + count)
        self._at += count
