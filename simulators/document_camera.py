"""A document camera over a desk, from the camera's side: a folder that holds the picture of what lies there now.

No byte protocol: a UVC camera gives JPEGs, and so does this folder. The papers on the desk are made up and say 测试.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFilter

from simulators.device import Send, WrongArgument, no_others
from simulators.device_actions import unknown_action
from simulators.dot_font import text_rows

_SIZE: Final = (1296, 972)
_NAME: Final = "desk.jpg"
_HUGE: Final = 50 * 1024 * 1024
_FIRST_PAPER: Final = "测试材料"


class SimulatedDocumentCamera:
    """Actions: ``lay_paper`` {text}, ``take_away``; the camera's faults ``cut_picture`` (half a JPEG), ``huge_file``
    (50 MB), ``not_a_picture``, ``too_many_pixels`` (a head that says 30000 x 30000); ``clear_faults``."""

    kind = "v4l2-camera"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = device_id
        self.window = window
        self._text = _FIRST_PAPER
        self._fault = ""
        self._folder: Path | None = None
        self._counters: Counter[str] = Counter(papers=1)

    def fill(self, folder: Path) -> None:
        """The camera is plugged in: its folder is there."""
        self._folder = folder
        self._write()

    def attach(self, send: Send) -> None:
        """A camera has no line of bytes."""

    def hear(self, data: bytes) -> None:
        """A camera has no line of bytes."""

    def tick(self, steady_s: float) -> None:
        """Nothing on the desk moves by itself."""

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "lay_paper":
                no_others(arguments, "text")
                text = arguments.get("text", _FIRST_PAPER)
                if not isinstance(text, str) or not 0 < len(text) <= 60:
                    raise WrongArgument("text", "1 to 60 characters")
                self._text = text
                self._counters["papers"] += 1
            case "take_away":
                self._text = ""
            case "cut_picture" | "huge_file" | "not_a_picture" | "too_many_pixels":
                self._fault = action
            case "reset" | "clear_faults":
                self._fault = ""
            case _:
                raise unknown_action("a camera", self.kind, action)
        self._write()
        return {}

    def show(self) -> dict[str, Any]:
        """How many papers there were; what stands on them is told by the picture alone."""
        return {"paper": bool(self._text), "fault": self._fault, "counters": dict(self._counters)}

    def picture(self) -> bytes | None:
        buffer = io.BytesIO()
        _desk(self._text).resize((648, 486)).save(buffer, "PNG", compress_level=3)
        return buffer.getvalue()

    def audio(self) -> bytes | None:
        return None

    def _write(self) -> None:
        if self._folder is None or not self._folder.is_dir():
            return  # it is unplugged
        fresh = self._folder / ".fresh"
        with fresh.open("wb") as file:
            file.write(self._bytes())
            if self._fault == "huge_file":
                file.truncate(_HUGE)
        os.replace(fresh, self._folder / _NAME)

    def _bytes(self) -> bytes:
        if self._fault == "not_a_picture":
            return b"<html>" * 100
        buffer = io.BytesIO()
        _desk(self._text).save(buffer, "JPEG", quality=88)
        data = bytearray(buffer.getvalue())
        if self._fault == "cut_picture":
            del data[len(data) // 2 :]
        if self._fault == "too_many_pixels":
            at = data.index(b"\xff\xc0")
            data[at + 5 : at + 9] = (30_000).to_bytes(2, "big") * 2
        return bytes(data)


@lru_cache(maxsize=8)
def _desk(text: str) -> Image.Image:
    """A wooden desk, and a sheet of paper on it if there is one, as a camera sees them from above."""
    desk = Image.new("RGB", _SIZE, (146, 112, 78))
    draw = ImageDraw.Draw(desk)
    for y in range(0, _SIZE[1], 9):
        draw.line((0, y, _SIZE[0], y + 14), fill=(140 - y % 18, 106 - y % 14, 72), width=3)
    if text:
        draw.rectangle((206, 66, 1104, 936), fill=(70, 52, 36))
        sheet = Image.new("RGB", (900, 860), (247, 246, 240))
        _write_on(sheet, text)
        desk.paste(sheet, (196, 54))
    return desk.filter(ImageFilter.GaussianBlur(0.8))


def _write_on(sheet: Image.Image, text: str) -> None:
    draw = ImageDraw.Draw(sheet)
    _line(draw, text[:13], 60, 70, 4)
    for number, part in enumerate((text[13:36], text[36:60])):
        _line(draw, part, 60, 160 + number * 60, 2)
    for row in range(9):
        top = 300 + row * 58
        draw.rectangle((60, top, 840 - (row * 137) % 300, top + 14), fill=(196, 196, 190))
    draw.ellipse((640, 690, 800, 850), outline=(200, 44, 40), width=7)
    _line(draw, "测试", 672, 746, 3, (200, 44, 40))


def _line(
    draw: ImageDraw.ImageDraw, words: str, left: int, top: int, scale: int, ink: tuple[int, int, int] = (34, 34, 40)
) -> None:
    width, rows = text_rows(words.encode("gb2312", "replace"))
    for y, row in enumerate(rows):
        for x in range(width):
            if row >> (width - 1 - x) & 1:
                corner = (left + x * scale, top + y * scale)
                draw.rectangle((*corner, corner[0] + scale - 1, corner[1] + scale - 1), fill=ink)
