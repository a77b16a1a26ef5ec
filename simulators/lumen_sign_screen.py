"""The dots of a C-Power card: up to eight windows, each with a text of the card's font or a one-colour picture.

A row of dots is one number whose highest bit is the leftmost dot. Time comes in as seconds since a window was filled.
What the paper leaves open is ours: a text too long for its window stands page by page, at least a second each; a
running one advances a dot each 10 ms × speed; flicker is dark every other half second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from simulators.dot_font import HEIGHT, characters, glyph, text_rows

FLICKER: Final = 0x0D
RUNNING: Final = frozenset({0x06, 0x0B, 0x0E})
_STEP_S: Final = 0.01
_SHORTEST_PAGE_S: Final = 1.0
_HALF_S: Final = 0.5


@dataclass(frozen=True)
class Window:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Text:
    """A pure text (call 12). ``align``: bits 1-0 left centre right, bits 3-2 top middle bottom."""

    window: Window
    effect: int
    align: int
    speed: int
    stay_s: int
    data: bytes

    @cached_property
    def pages(self) -> list[list[bytes]]:
        """The lines that stand together."""
        parts = re.split(rb"\r\n?|\n", self.data)
        if self.effect not in RUNNING:
            parts = [piece for part in parts for piece in _wrap(part, self.window.width)]
        held = max(1, self.window.height // HEIGHT)
        return [parts[start : start + held] for start in range(0, len(parts), held)]

    def page_at(self, age_s: float) -> int:
        return int(age_s / max(_SHORTEST_PAGE_S, self.stay_s)) % len(self.pages)

    def rows_at(self, age_s: float) -> list[int]:
        if self.effect == FLICKER and int(age_s / _HALF_S + 1e-9) % 2:
            return [0] * self.window.height
        return self._draw(self.pages[self.page_at(age_s)], age_s)

    def _draw(self, lines: list[bytes], age_s: float) -> list[int]:
        wide, high = self.window.width, self.window.height
        spare = max(0, high - HEIGHT * len(lines))
        rows = [0] * (0, spare // 2, spare, spare // 2)[self.align >> 2 & 3]
        for line in lines:
            width, dots = text_rows(line)
            room = wide - width
            start = (0, room // 2, room, 0)[self.align & 3] if room > 0 else 0
            if self.effect in RUNNING:
                start = wide - int(age_s / (_STEP_S * max(1, self.speed)) + 1e-9) % (wide + width)
            rows += [moved(row, width, start, wide) for row in dots]
        return (rows + [0] * high)[:high]


@dataclass(frozen=True)
class Picture:
    """A simple picture (call 03), as its rows of red dots."""

    window: Window
    x: int
    y: int
    width: int
    rows: tuple[int, ...]

    def rows_at(self, age_s: float) -> list[int]:
        found = [0] * self.window.height
        for offset, row in enumerate(self.rows):
            if self.y + offset < self.window.height:
                found[self.y + offset] = moved(row, self.width, self.x, self.window.width)
        return found


class Screen:
    """The windows of one card and what each holds since when."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.windows: list[Window] = []
        self.filled: dict[int, tuple[Text | Picture, float]] = {}

    def clear(self) -> None:
        """Without power, or back to the stored program, which is empty here."""
        self.windows.clear()
        self.filled.clear()

    def rows(self, now_s: float) -> list[int]:
        """The dots of the whole screen; what lies beyond its edges is not seen."""
        rows = [0] * self.height
        for content, since_s in self.filled.values():
            window = content.window
            for offset, row in enumerate(content.rows_at(now_s - since_s)):
                if window.y + offset < self.height:
                    rows[window.y + offset] |= moved(row, window.width, window.x, self.width)
        return rows


def moved(row: int, width: int, start: int, screen: int) -> int:
    """A row of ``width`` dots whose first dot stands at ``start``, as far as it is on a screen of that width."""
    by = screen - start - width
    return (row << by if by >= 0 else row >> -by) & (1 << screen) - 1


def _wrap(line: bytes, width: int) -> list[bytes]:
    pieces, used = [b""], 0
    for code in characters(line):
        dots = glyph(code).width
        if used + dots > width and pieces[-1]:
            pieces.append(b"")
            used = 0
        pieces[-1] += code
        used += dots
    return pieces
