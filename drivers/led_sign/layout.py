"""How words become one dynamic area: who stands still, who takes turns, who scrolls.

- One page that fits stands still.
- One page that is too wide scrolls to the left; a ticket number is never so long.
- Several pages take turns, each a line of its own in an area of one line's height; one that is too wide is cut into
  further pages, so that nothing is lost and no number scrolls.
- The card knows no blinking: a blinking page takes turns with a dark one, half a second each (1 Hz, well below 3 Hz).
  Several blinking pages stand for two such turns each, so that they can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from drivers.sign_text import cut_to_width

LINE_DOTS: Final = 16
_FONT_AND_COLOUR: Final = rb"\FO000\C1"  # the 16-dot Chinese font, red
_NEW_LINE: Final = rb"\n"
_STATIC: Final = 1
_TO_THE_LEFT: Final = 3
_BLINK_HALF_S: Final = 1
_DARK: Final = b" "


class Screen(Protocol):
    """What a layout needs of the options."""

    @property
    def cells(self) -> int: ...
    @property
    def page_s(self) -> float: ...
    @property
    def scroll_speed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """The text with its escapes, and how the card is to show it."""

    text: bytes
    single_line: bool
    display: int
    speed: int
    stay_half_s: int


def lay_out(lines: Sequence[bytes], blink: bool, screen: Screen) -> Layout:
    """The layout for these pages, already in the card's bytes; at least one page."""
    filled = [line or _DARK for line in lines]
    if len(filled) == 1 and not blink:
        fits = len(filled[0]) <= screen.cells
        display, speed = (_STATIC, 0) if fits else (_TO_THE_LEFT, screen.scroll_speed)
        return Layout(_FONT_AND_COLOUR + filled[0], True, display, speed, 0)
    pages = [piece for line in filled for piece in cut_to_width(line, screen.cells)]
    stay_half_s = _BLINK_HALF_S if blink else round(screen.page_s * 2)
    if blink:
        turns = 1 if len(pages) == 1 else 2
        pages = [shown for page in pages for _ in range(turns) for shown in (page, _DARK)]
    return Layout(_FONT_AND_COLOUR + _NEW_LINE.join(pages), False, _STATIC, 0, stay_half_s)
