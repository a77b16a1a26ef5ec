"""The options of one sign, as they stand in ``[device.options]``; each is explained in the README beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

from drivers.led_sign.codec import ANY_DEVICE_TYPE
from drivers.led_sign.layout import LINE_DOTS, Layout
from drivers.led_sign.messages import AREA_HEAD, Area, Coordinates
from drivers.led_sign.text import CELL_DOTS

Poll = Literal["auto", "status", "ping"]

# (lowest, highest) for the numbers.
_BOUNDS: Final = {
    "width": (16, 1024),
    "height": (16, 256),
    "device_type": (0, 255),
    "min_interval_s": (0, 10),
    "page_s": (0.5, 60),
    "scroll_speed": (0, 18),
}


@dataclass(frozen=True, slots=True)
class SignOptions:
    """A screen of 64×16 dots on a card of any model, unless said otherwise."""

    width: int = 64
    height: int = 16
    coords: Coordinates = "pixel_flag"
    device_type: int = ANY_DEVICE_TYPE
    charset: Literal["gb2312"] = "gb2312"
    fallback: str = "？"
    min_interval_s: float = 0.0
    page_s: float = 2.0
    scroll_speed: int = 3
    poll: Poll = "auto"

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> SignOptions:
        """Checked values; a ValueError names the key and what it may be."""
        unknown = sorted(set(given) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"unknown option {unknown[0]!r}; known: {', '.join(field.name for field in fields(cls))}")
        for key, value in given.items():
            _check(key, value)
        options = cls(**given)
        if options.width % CELL_DOTS:
            raise ValueError(f"width is a multiple of {CELL_DOTS} dots, not {options.width}")
        return options

    @property
    def cells(self) -> int:
        """How many half-width characters stand beside each other."""
        return self.width // CELL_DOTS

    @property
    def text_limit(self) -> int:
        """What the smaller of the two card generations (512 bytes) holds in one area besides its head."""
        return 512 - AREA_HEAD

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


def _check(key: str, value: Any) -> None:
    if key in _BOUNDS:
        lowest, highest = _BOUNDS[key]
        whole = key not in ("min_interval_s", "page_s")
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise ValueError(f"{key} is a {'whole ' if whole else ''}number")
        if not lowest <= value <= highest:
            raise ValueError(f"{key} is {lowest} to {highest}, not {value}")
        return
    choices: dict[str, tuple[str, ...]] = {
        "coords": get_args(Coordinates),
        "charset": ("gb2312",),
        "poll": get_args(Poll),
    }
    if key in choices and value not in choices[key]:
        raise ValueError(f"{key} is one of {', '.join(choices[key])}, not {value!r}")
    if key == "fallback":
        _check_fallback(value)


def _check_fallback(value: Any) -> None:
    if not isinstance(value, str) or len(value) != 1 or value < " " or value == "\\":
        raise ValueError("fallback is one character, and no backslash")
    try:
        value.encode("gb2312")
    except UnicodeEncodeError as problem:
        raise ValueError(f"fallback {value!r} is itself outside GB2312") from problem
