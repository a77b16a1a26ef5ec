"""The options of one C-Power sign, as they stand in ``[device.options]``; the README beside this file explains each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from drivers.lumen_sign.glyphs import HEIGHT, glyph
from drivers.lumen_sign.messages import Judge
from drivers.lumen_sign.picture import BitOrder
from drivers.options import Option, read_options
from drivers.sign_text import CELL_DOTS, check_fallback

Framing = Literal["auto", "serial", "tcp"]
Render = Literal["text", "bitmap"]
Blink = Literal["effect", "resend"]

OPTIONS: Final = (
    Option("width", "int", 64, 16, 1024),
    Option("height", "int", 16, 16, 256),
    Option("framing", "text", "auto", choices=("auto", "serial", "tcp")),
    Option("render", "text", "text", choices=("text", "bitmap")),
    Option("fallback", "text", "？"),
    Option("page_s", "float", 2.0, 0.5, 60),
    Option("scroll_speed", "int", 5, 1, 100),
    Option("blink", "text", "effect", choices=("effect", "resend")),
    Option("refresh_s", "float", 60.0, 0, 3600),
    Option("bit_order", "text", "msb", choices=("msb", "lsb")),
    Option("judge", "text", "paper", choices=("paper", "flag", "any")),
    Option("network_id", "int", 0xFFFF_FFFF, 0, 0xFFFF_FFFF),
    Option("packet_bytes", "int", 512, 64, 1000),
)


@dataclass(frozen=True, slots=True)
class SignOptions:
    """A screen of 64×16 dots with the card's own fonts, unless said otherwise."""

    width: int
    height: int
    framing: Framing
    render: Render
    fallback: str
    page_s: float
    scroll_speed: int
    blink: Blink
    refresh_s: float
    bit_order: BitOrder
    judge: Judge
    network_id: int
    packet_bytes: int

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> SignOptions:
        """Checked values; a ValueError names the key and what it may be."""
        options = cls(**read_options(OPTIONS, given))
        if options.width % CELL_DOTS:
            raise ValueError(f"width is a multiple of {CELL_DOTS} dots, not {options.width}")
        if options.render == "text":
            check_fallback(options.fallback)
        elif len(options.fallback) != 1 or glyph(options.fallback) is None:
            raise ValueError("fallback is one character that the package's own dots have")
        return options

    @property
    def cells(self) -> int:
        """How many half-width characters stand beside each other."""
        return self.width // CELL_DOTS

    @property
    def window(self) -> tuple[int, int, int, int]:
        """The one window: a line of 16 dots in the middle of the screen, as x, y, width, height."""
        return 0, (self.height - HEIGHT) // 2, self.width, HEIGHT
