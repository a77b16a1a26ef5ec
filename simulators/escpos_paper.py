"""The paper that comes out of a simulated thermal printer: what is burnt into it, and its picture.

Marks are kept as what they are (characters, dots, empty dots) and drawn only when somebody looks.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont

CELL_DOTS: Final = 24  # a Chinese character; half of it for a Latin one
LINE_DOTS: Final = 34  # 1/6 inch at 203 dots an inch
_LONGEST_SLIP_DOTS: Final = 24_000  # three metres: then somebody has torn it off
_BASELINE: Final = 0.865  # of a cell, from its top
_SIDE: Final = {576: 32, 384: 40}  # unprinted margins of 80 and 58 mm paper
_PAPER: Final = (252, 251, 246)
_INK: Final = (44, 42, 50)
_SHADOW_DOTS: Final = 14
_TOOTH_DOTS: Final = 6
# Where Debian and its kin put them; the number is the font's place in its collection (Mono SC: half-width Latin).
_FONTS: Final = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 7),
    ("/usr/share/fonts/opentype/unifont/unifont.otf", 0),
    ("/usr/share/fonts/truetype/unifont/unifont.ttf", 0),
)
_BOLD_FONTS: Final = (("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 7), *_FONTS)


class NoFont(RuntimeError):
    """There is no font with Chinese characters on this machine."""


class Cell(NamedTuple):
    """One character as the print head sees it."""

    character: str
    half: bool  # half as wide as a Chinese one
    wide: int = 1
    high: int = 1
    bold: bool = False
    underline: bool = False

    @property
    def width_dots(self) -> int:
        return (CELL_DOTS // 2 if self.half else CELL_DOTS) * self.wide


@dataclass(frozen=True, slots=True)
class Line:
    cells: tuple[Cell, ...]
    align: int  # 0 left, 1 center, 2 right
    height_dots: int


@dataclass(frozen=True, slots=True)
class Dots:
    """A picture in rows of whole bytes, 1 is black."""

    rows: tuple[bytes, ...]
    align: int

    @property
    def height_dots(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Blank:
    height_dots: int


Mark = Line | Dots | Blank


@dataclass(slots=True)
class Slip:
    """One piece of paper between two cuts. ``cut`` is None while it still hangs on the roll."""

    number: int
    marks: list[Mark] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # what its QR codes say
    height_dots: int = 0
    cut: str | None = None
    taken: bool = False

    def burn(self, mark: Mark) -> None:
        if isinstance(mark, Blank) and not self.marks:
            return  # the gap between head and knife
        self.marks.append(mark)
        self.height_dots += mark.height_dots

    @property
    def too_long(self) -> bool:
        return self.height_dots > _LONGEST_SLIP_DOTS

    def lines(self) -> list[str]:
        """Its text, line by line, without empty ones."""
        texts = ("".join(cell.character for cell in mark.cells) for mark in self.marks if isinstance(mark, Line))
        return [text.strip() for text in texts if text.strip()]


def draw(slip: Slip, width_dots: int) -> bytes:
    """The slip as PNG, as it would lie on a table; raises `NoFont`."""
    dots = _burnt(slip, width_dots)
    side = _SIDE.get(width_dots, 32)
    paper = Image.new("RGB", (width_dots + 2 * side, dots.height + 2 * LINE_DOTS), _PAPER)
    ink = dots.filter(ImageFilter.GaussianBlur(0.45))
    paper.paste(_INK, (side, LINE_DOTS), ink)
    out = io.BytesIO()
    _on_a_table(paper, slip.cut).save(out, "PNG", optimize=True)
    return out.getvalue()


def _burnt(slip: Slip, width_dots: int) -> Image.Image:
    """The slip's dots, white ink on black: a mask."""
    image = Image.new("L", (width_dots, max(slip.height_dots, LINE_DOTS)))
    top = 0
    for mark in slip.marks:
        if isinstance(mark, Line):
            _draw_line(image, mark, top)
        elif isinstance(mark, Dots) and mark.rows:
            width = 8 * len(mark.rows[0])
            picture = Image.frombytes("1", (width, len(mark.rows)), b"".join(mark.rows))
            image.paste(255, (_left(width, mark.align, width_dots), top), picture)
        top += mark.height_dots
    return image


def _left(width: int, align: int, width_dots: int) -> int:
    return max(0, (0, (width_dots - width) // 2, width_dots - width)[align])


def _draw_line(image: Image.Image, line: Line, top: int) -> None:
    left = _left(sum(cell.width_dots for cell in line.cells), line.align, image.width)
    tallest = max((cell.high for cell in line.cells), default=1)
    for cell in line.cells:
        if not cell.character.isspace():
            glyph = _glyph(cell)
            image.paste(255, (left, top + CELL_DOTS * (tallest - cell.high)), glyph)
        if cell.underline:
            under = top + CELL_DOTS * tallest + 1
            ImageDraw.Draw(image).line((left, under, left + cell.width_dots - 1, under), 255, 2)
        left += cell.width_dots


@lru_cache(maxsize=2000)
def _glyph(cell: Cell) -> Image.Image:
    """A mask of the cell's size. Drawn at its full height, so that large digits have no steps."""
    height = CELL_DOTS * cell.high
    natural = height // 2 if cell.half else height
    image = Image.new("L", (natural, height + height // 6))
    if cell.character == "─":  # joins with its neighbours, whatever the font thinks
        ImageDraw.Draw(image).rectangle((0, height // 2 - 1, natural, height // 2), 255)
    else:
        font = _font(height, cell.bold)
        ImageDraw.Draw(image).text((natural / 2, round(_BASELINE * height)), cell.character, 255, font, anchor="ms")
    burnt = image.point([0 if value < 100 else 255 for value in range(256)])
    return burnt if natural == cell.width_dots else burnt.resize((cell.width_dots, burnt.height))


@lru_cache(maxsize=32)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    for path, index in _BOLD_FONTS if bold else _FONTS:
        if Path(path).is_file():
            return ImageFont.truetype(path, size, index=index)
    raise NoFont("no font with Chinese characters here; install fonts-noto-cjk or fonts-unifont to see slips")


def _on_a_table(paper: Image.Image, cut: str | None) -> Image.Image:
    """Edges as the knife or the tear bar left them, and a soft shadow."""
    width, height = paper.size
    outline = Image.new("L", paper.size, 0)
    bottom = _edge(width, height, cut)
    ImageDraw.Draw(outline).polygon([(0, 0), (width, 0), *reversed(bottom)], 255)
    size = (width + 2 * _SHADOW_DOTS, height + 2 * _SHADOW_DOTS)
    shape = Image.new("L", size)
    shape.paste(outline, (_SHADOW_DOTS, _SHADOW_DOTS + 3))
    table = Image.new("RGBA", size, (30, 32, 40, 0))
    table.putalpha(
        shape.filter(ImageFilter.GaussianBlur(_SHADOW_DOTS / 2.4)).point([value // 3 for value in range(256)])
    )
    sheet = paper.convert("RGBA")
    sheet.putalpha(outline)
    table.alpha_composite(sheet, (_SHADOW_DOTS, _SHADOW_DOTS))
    return table


def _edge(width: int, height: int, cut: str | None) -> Sequence[tuple[int, int]]:
    """The lower edge from left to right: straight from the knife, with teeth where it was torn."""
    if cut in {"full", "partial"}:
        return [(0, height - 1), (width, height - 1)]
    teeth = range(0, width + 1, _TOOTH_DOTS)
    return [(x, height - 1 - (_TOOTH_DOTS if index % 2 else 0)) for index, x in enumerate(teeth)] + [
        (width, height - 1)
    ]
