"""What one make of printer can do: the keys of ``[device.options]``, each explained in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

_CHOICES: Final[Mapping[str, tuple[Any, ...]]] = {
    "charset": ("gb18030", "gbk", "gb2312"),
    "width_mm": (80, 58),
    "native_qr": (True, False),
    "cut": ("partial", "full", "none"),
    "chinese_mode": (True, False),
    "paper_query": (True, False),
    "size_command": ("gs", "fs"),
}
_RANGES: Final[Mapping[str, tuple[int, int]]] = {"feed_before_cut_lines": (0, 20), "print_timeout_s": (2, 60)}
_DOTS: Final = {80: 576, 58: 384}
_DOTS_OF_A_COLUMN: Final = 12


@dataclass(frozen=True, slots=True)
class Profile:
    charset: str = "gb18030"
    width_mm: int = 80
    native_qr: bool = True
    cut: str = "partial"
    chinese_mode: bool = True
    size_command: str = "gs"
    paper_query: bool = True
    feed_before_cut_lines: int = 4
    print_timeout_s: int = 10

    @property
    def width_dots(self) -> int:
        return _DOTS[self.width_mm]

    @property
    def columns(self) -> int:
        """How many ASCII characters stand in a line; a Chinese one counts two."""
        return self.width_dots // _DOTS_OF_A_COLUMN

    @property
    def largest_size(self) -> int:
        """How many times a character can be as wide or high: ``FS !`` knows double only."""
        return 8 if self.size_command == "gs" else 2


def read_profile(device: str, options: Mapping[str, Any]) -> Profile:
    """The profile that the options describe; `ValueError` says which key is wrong and what it may be."""
    known = [field.name for field in fields(Profile)]
    for key, value in options.items():
        if key not in known:
            raise ValueError(f"{device}: a ticket printer has no option {key!r}; it has {', '.join(known)}")
        if key in _CHOICES and not any(value == one and type(value) is type(one) for one in _CHOICES[key]):
            allowed = ", ".join(str(one).lower() for one in _CHOICES[key])
            raise ValueError(f"{device}: {key} is one of {allowed}, not {value!r}")
        if key in _RANGES:
            low, high = _RANGES[key]
            if type(value) is not int or not low <= value <= high:
                raise ValueError(f"{device}: {key} is a whole number from {low} to {high}, not {value!r}")
    return Profile(**options)
