"""The dots of a sign: dynamic areas with their text, as they stand, take turns or run past at a given moment.

A row of dots is one number whose highest bit is the leftmost dot. Time comes in as seconds since the area was set.
What the paper leaves open is ours: a static page stays at least half a second; a moving text advances one dot each
10 ms × (speed + 1) and leaves one blank screen between its end and its next beginning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from simulators.dot_font import HEIGHT, characters, glyph, text_rows

LOOP, STOP_ON_LAST, REMOVE_AFTER_TIMEOUT = 0, 1, 2
LEFT, RIGHT, UP, DOWN = 3, 4, 5, 6
_STEP_S: Final = 0.01
_SHORTEST_PAGE_S: Final = 0.5
_ESCAPE: Final = re.compile(rb"\\(?:F([EO]\d{3})|C(\d)|(n))")


@dataclass(frozen=True)
class Area:
    """One dynamic area, positions in dots."""

    location: int
    x: int
    y: int
    width: int
    height: int
    run_mode: int
    timeout_s: int
    alignment: int
    single_line: bool
    wraps: bool
    display: int
    speed: int
    stay_half_s: int
    text: bytes

    @property
    def fonts(self) -> set[str]:
        """The fonts that the text asks for, ``O000`` and ``E000`` when it names none."""
        found = {match[1].decode() for match in _ESCAPE.finditer(self.text) if match[1]}
        return found | {"O000" if any(byte >= 0x80 for byte in self.text) else "E000"}

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines of text, escapes taken out."""
        parts = [b""]
        place = 0
        for match in _ESCAPE.finditer(self.text):
            parts[-1] += self.text[place : match.start()]
            place = match.end()
            if match[3] and not self.single_line:
                parts.append(b"")
        parts[-1] += self.text[place:]
        if self.wraps or (self.single_line and self.display not in (LEFT, RIGHT)):
            return [piece for part in parts for piece in _wrap(part, self.width)]
        return parts

    @cached_property
    def pages(self) -> list[list[bytes]]:
        """The lines that stand on the screen together."""
        held = 1 if self.single_line else max(1, self.height // HEIGHT)
        return [self.lines[start : start + held] for start in range(0, len(self.lines), held)]

    @cached_property
    def _drawn(self) -> list[list[int]]:
        return [self._draw(page) for page in self.pages]

    def gone(self, elapsed_s: float) -> bool:
        return self.run_mode == REMOVE_AFTER_TIMEOUT and elapsed_s >= self.timeout_s

    def page_at(self, elapsed_s: float) -> int:
        """Which page is up."""
        count = len(self.pages)
        passed = int(elapsed_s / self._page_s + 1e-9)
        return min(passed, count - 1) if self.run_mode == STOP_ON_LAST else passed % count

    def rows_at(self, elapsed_s: float) -> list[int]:
        """The area's dots."""
        if self.display in (LEFT, RIGHT) and self.single_line:
            return self._running(elapsed_s)
        rows = self._drawn[self.page_at(elapsed_s)]
        if self.display in (UP, DOWN):
            left = max(0, self.height - int(elapsed_s % self._page_s / self._dot_s))
            blank = [0] * left
            return (blank + rows)[: self.height] if self.display == UP else (rows + blank)[-self.height :]
        return rows

    @property
    def _dot_s(self) -> float:
        return _STEP_S * (self.speed + 1)

    @property
    def _page_s(self) -> float:
        moving = self.height * self._dot_s if self.display in (UP, DOWN) else 0.0
        return moving + max(_SHORTEST_PAGE_S, self.stay_half_s * 0.5)

    def _draw(self, page: list[bytes]) -> list[int]:
        spare = max(0, self.height - HEIGHT * len(page))
        above = (0, spare, spare // 2, spare // 2)[self.alignment >> 2 & 3]
        rows = [0] * above
        for line in page:
            width, dots = text_rows(line)
            room = self.width - width
            start = (0, room, room // 2, room // 2)[self.alignment & 3] if room > 0 else 0
            rows += [_moved(row, width, start, self.width) for row in dots]
        return (rows + [0] * self.height)[: self.height]

    def _running(self, elapsed_s: float) -> list[int]:
        width, dots = text_rows(self.lines[0])
        step = int(elapsed_s / self._dot_s + 1e-9) % (self.width + width)
        start = self.width - step if self.display == LEFT else step - width
        spare = max(0, self.height - HEIGHT)
        above = (0, spare, spare // 2, spare // 2)[self.alignment >> 2 & 3]
        rows = [0] * above + [_moved(row, width, start, self.width) for row in dots]
        return (rows + [0] * self.height)[: self.height]


def _moved(row: int, width: int, start: int, screen: int) -> int:
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


class Screen:
    """The areas of one sign and when each was set."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._areas: dict[int, tuple[Area, float]] = {}

    def put(self, area: Area, now_s: float) -> None:
        self._areas[area.location] = (area, now_s)

    def delete(self, location: int) -> None:
        self._areas.pop(location, None)

    def clear(self) -> None:
        self._areas.clear()

    def areas(self, now_s: float) -> list[tuple[Area, float]]:
        """Each area that is there, with its age."""
        for location, (area, since_s) in list(self._areas.items()):
            if area.gone(now_s - since_s):
                del self._areas[location]
        return [(area, now_s - since_s) for _, (area, since_s) in sorted(self._areas.items())]

    def rows(self, now_s: float) -> list[int]:
        """The dots of the whole screen; what lies beyond its edges is not seen."""
        rows = [0] * self.height
        for area, age_s in self.areas(now_s):
            covered = _moved((1 << area.width) - 1, area.width, area.x, self.width)
            for offset, row in enumerate(area.rows_at(age_s)):
                y = area.y + offset
                if y < self.height:
                    rows[y] = rows[y] & ~covered | _moved(row, area.width, area.x, self.width)
        return rows
