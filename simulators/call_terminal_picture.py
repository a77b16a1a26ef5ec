"""The call terminal as a person sees it: a dark case, a lit dot LCD with two numbers, twenty-one keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from simulators.dot_font import HEIGHT, text_rows

# In the order of the keypad, seven to a row.
LABELS: Final = {
    "1": "1", "2": "2", "3": "3", "call": "呼叫", "recall": "重呼", "evaluate": "评价", "start": "开始",
    "4": "4", "5": "5", "6": "6", "transfer": "转移", "wait": "暂停", "cancel": "取消", "metre": "一米",
    "7": "7", "8": "8", "9": "9", "0": "0", "up": "▲", "down": "▼", "confirm": "确定",
}  # fmt: skip
_COLUMNS: Final = 7
_FONT: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

_WIDTH, _HEIGHT = 760, 470
_PAPER: Final = (244, 245, 247)
_CASE, _CASE_LIGHT = (47, 53, 61), (74, 82, 92)
_LCD, _LCD_EDGE, _LCD_DARK = (168, 196, 122), (20, 23, 26), (26, 38, 20)
_KEY_COLOURS: Final = {
    "call": (38, 128, 92), "recall": (38, 128, 92), "confirm": (34, 98, 168), "start": (34, 98, 168),
    "evaluate": (150, 106, 30), "cancel": (156, 58, 52), "wait": (112, 84, 150), "transfer": (112, 84, 150),
}  # fmt: skip
_KEY_PLAIN, _KEY_DIGIT = (92, 100, 110), (226, 229, 233)
_FATES: Final = {"": "", "waiting": "发送", "ok": "成功", "unanswered": "无应答"}


@dataclass(frozen=True, slots=True)
class Face:
    """What is to be seen."""

    waiting: str
    ticket: str
    typed: str
    fate: str
    pressed: str
    address: int
    window: int | None


@lru_cache(maxsize=64)
def draw_terminal(face: Face) -> bytes:
    """PNG of the terminal."""
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((10, 14, _WIDTH - 11, _HEIGHT - 9), 26, fill=(28, 32, 37))
    pen.rounded_rectangle((10, 10, _WIDTH - 11, _HEIGHT - 15), 26, fill=_CASE, outline=_CASE_LIGHT, width=2)
    _draw_lcd(picture, face)
    for place, (name, label) in enumerate(LABELS.items()):
        row, column = divmod(place, _COLUMNS)
        _draw_key(picture, 34 + column * 100, 224 + row * 74, name, label, name == face.pressed)
    buffer = BytesIO()
    picture.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _draw_lcd(picture: Image.Image, face: Face) -> None:
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((34, 32, _WIDTH - 35, 198), 12, fill=_LCD_EDGE)
    pen.rectangle((48, 44, _WIDTH - 49, 186), fill=_LCD)
    place = f"{face.window}号窗口" if face.window is not None else f"地址{face.address}"
    for left, label, number in ((62, "等候", face.waiting), (378, "票号", face.ticket)):
        _dots(picture, (left, 66), label, 3)
        _dots(picture, (left + 116, 46), number, 5)
    status = face.typed + "_" if face.typed else _FATES[face.fate]
    _dots(picture, (62, 148), place, 2)
    _dots(picture, (494, 148), status, 2)


def _dots(
    picture: Image.Image, corner: tuple[int, int], text: str, size: int, colour: tuple[int, int, int] = _LCD_DARK
) -> None:
    """Text in dots of ``size`` pixels, with the thin lines between them that an LCD has."""
    width, rows = text_rows(text.encode("gb2312", "replace"))
    pen = ImageDraw.Draw(picture)
    edge = size - 2 if size > 3 else size - 1  # small dots touch, or the strokes would fade
    for y in range(HEIGHT):
        for x in range(width):
            if rows[y] >> (width - 1 - x) & 1:
                left, top = corner[0] + x * size, corner[1] + y * size
                pen.rectangle((left, top, left + edge, top + edge), fill=colour)


def _draw_key(picture: Image.Image, left: int, top: int, name: str, label: str, pressed: bool) -> None:
    pen = ImageDraw.Draw(picture)
    colour = _KEY_DIGIT if name.isdigit() else _KEY_COLOURS.get(name, _KEY_PLAIN)
    ink = (34, 38, 43) if name.isdigit() else (255, 255, 255)
    down = 3 if pressed else 0
    pen.rounded_rectangle((left, top + 4, left + 91, top + 62), 10, fill=(24, 27, 31))
    pen.rounded_rectangle((left, top + down, left + 91, top + 57 + down), 10, fill=colour)
    edge = tuple(min(255, part + 34) for part in colour)
    pen.line((left + 10, top + 1 + down, left + 81, top + 1 + down), fill=edge, width=2)
    middle = (left + 46, top + 29 + down)
    if name in ("up", "down"):
        tip = -9 if name == "up" else 9
        x, y = middle
        pen.polygon(((x, y + tip), (x - 12, y - tip), (x + 12, y - tip)), fill=ink)
    elif _FONT.exists():
        pen.text(middle, label, font=_key_font(30 if name.isdigit() else 25), fill=ink, anchor="mm")
    else:
        width, _ = text_rows(label.encode("gb2312"))
        _dots(picture, (middle[0] - width, middle[1] - HEIGHT), label, 2, ink)


@cache
def _key_font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size, index=2)
