"""The options of one sign, as they stand in ``[device.options]``; each is explained in the README beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from drivers.led_sign.codec import ANY_DEVICE_TYPE, HOST
from drivers.led_sign.layout import LINE_DOTS, Layout
from drivers.led_sign.messages import AREA_HEAD, Area, Coordinates
from drivers.options import Option, read_options
from drivers.sign_text import CELL_DOTS, check_fallback

Poll = Literal["auto", "status", "ping"]
Destination = Literal["screen", "8000"]

OPTIONS: Final = (
    Option("width", "int", 64, 16, 1024),
    Option("height", "int", 16, 16, 256),
    Option("coords", "text", "pixel_flag", choices=("pixel_flag", "bytes", "pixel_raw")),
    Option("destination", "text", "screen", choices=("screen", "8000")),
    Option("device_type", "int", ANY_DEVICE_TYPE, 0, 255),
    Option("charset", "text", "gb2312", choices=("gb2312",)),
    Option("fallback", "text", "？"),
    Option("min_interval_s", "float", 0.0, 0, 10),
    Option("page_s", "float", 2.0, 0.5, 60),
    Option("scroll_speed", "int", 3, 0, 18),
    Option("poll", "text", "auto", choices=("auto", "status", "ping")),
    Option("font_check", "bool", True),
)


@dataclass(frozen=True, slots=True)
class SignOptions:
    """A screen of 64×16 dots on a card of any model, unless said otherwise."""

    width: int
    height: int
    coords: Coordinates
    destination: Destination
    device_type: int
    charset: Literal["gb2312"]
    fallback: str
    min_interval_s: float
    page_s: float
    scroll_speed: int
    poll: Poll
    font_check: bool

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> SignOptions:
        """Checked values; a ValueError names the key and what it may be."""
        options = cls(**read_options(OPTIONS, given))
        if options.width % CELL_DOTS:
            raise ValueError(f"width is a multiple of {CELL_DOTS} dots, not {options.width}")
        check_fallback(options.fallback)
        return options

    @property
    def cells(self) -> int:
        """How many half-width characters stand beside each other."""
        return self.width // CELL_DOTS

    @property
    def text_limit(self) -> int:
        """What the smaller of the two card generations (512 bytes) holds in one area besides its head."""
        return 512 - AREA_HEAD

    def send_to(self, address: int) -> int:
        """What stands as the receiver: some cards want 8000 on their own network port."""
        return HOST if self.destination == "8000" else address

    def area(self, layout: Layout) -> Area:
        """The dynamic area for a layout: one line high, in the middle of the screen."""
        return Area(
            layout.text,
            self.width,
            LINE_DOTS,
            y=(self.height - LINE_DOTS) // 2,
            coordinates=self.coords,
            single_line=layout.single_line,
            display=layout.display,
            speed=layout.speed,
            stay_half_s=layout.stay_half_s,
        )
