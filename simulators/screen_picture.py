"""A big screen as a person sees it: dark, warming up, or with the picture of its input; its own faults in a corner."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from simulators.dot_font import text_rows

_WIDTH, _HEIGHT = 640, 400
_CASE: Final = (34, 36, 40)
_LIGHT: Final = (226, 240, 252)
_SHADES: Final = {
    "off": ((12, 12, 14), "待机"),
    "warming": ((58, 54, 44), "正在预热"),
    "cooling": ((30, 32, 44), "正在冷却"),
    "muted": ((20, 20, 22), "画面已遮挡"),
    "on": ((24, 74, 128), "正常显示"),
    "no_cable": ((12, 12, 14), "没有连接"),
}
_KINDS: Final = {"1": "RGB", "2": "VIDEO", "3": "HDMI", "4": "USB", "5": "NETWORK"}
_FAULT_WORDS: Final = {
    "fan": "风扇故障", "lamp": "灯泡故障", "temperature": "温度过高", "cover": "机盖未合", "filter": "滤网堵塞",
    "other": "其他故障",
}  # fmt: skip


@lru_cache(maxsize=64)
def draw_screen(state: str, source: str, faults: tuple[str, ...] = ()) -> bytes:
    """PNG of the screen. ``source`` is the name of the input: two digits of PJLink, or a connector's name."""
    shade, words = _SHADES[state]
    image = Image.new("RGB", (_WIDTH, _HEIGHT), (238, 240, 243))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((8, 8, _WIDTH - 9, _HEIGHT - 40), 10, fill=_CASE)
    draw.rectangle((22, 22, _WIDTH - 23, _HEIGHT - 54), fill=shade)
    draw.rectangle((_WIDTH // 2 - 60, _HEIGHT - 39, _WIDTH // 2 + 60, _HEIGHT - 12), fill=_CASE)
    if state == "on":
        for step in range(0, 300, 6):
            draw.line((22, 22 + step, _WIDTH - 23, 22 + step), fill=(24 + step // 12, 74 + step // 8, 128 + step // 6))
    name = f"{_KINDS[source[0]]} {source[1]}" if len(source) == 2 and source[0] in _KINDS else source
    light = _LIGHT if state == "on" else (150, 152, 158)
    _write(draw, words, _WIDTH // 2, 130, 4, light)
    if state not in ("off", "no_cable"):
        _write(draw, name, _WIDTH // 2, 220, 3, light)
    for place, fault in enumerate(faults[:3]):
        _write(draw, f"▲ {_FAULT_WORDS.get(fault, fault)}", _WIDTH // 2, 276 + place * 24, 1.5, (255, 176, 64))
    lamp = {"on": (64, 220, 96), "muted": (64, 220, 96), "off": (220, 60, 48), "no_cable": (80, 80, 84)}
    draw.ellipse((_WIDTH - 44, _HEIGHT - 51, _WIDTH - 36, _HEIGHT - 43), fill=lamp.get(state, (255, 176, 64)))
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _write(
    draw: ImageDraw.ImageDraw, words: str, middle: int, top: int, scale: float, colour: tuple[int, int, int]
) -> None:
    width, rows = text_rows(words.encode("gb2312", "replace"))
    left = middle - width * scale / 2
    for y, row in enumerate(rows):
        for x in range(width):
            if row >> (width - 1 - x) & 1:
                corner = (left + x * scale, top + y * scale)
                draw.rectangle((*corner, corner[0] + scale - 0.5, corner[1] + scale - 0.5), fill=colour)
