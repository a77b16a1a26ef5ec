"""What one make of printer can do: the keys of ``[device.options]``, each explained in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from drivers.options import Option, read_options

OPTIONS: Final = (
    Option("charset", "text", "gb18030", choices=("gb18030", "gbk", "gb2312")),
    Option("width_mm", "int", 80, choices=(80, 58)),
    Option("native_qr", "bool", True),
    Option("cut", "text", "partial", choices=("partial", "full", "none")),
    Option("chinese_mode", "bool", True),
    Option("size_command", "text", "gs", choices=("gs", "fs")),
    Option("paper_query", "bool", True),
    Option("feed_before_cut_lines", "int", 4, 0, 20),
    Option("print_timeout_s", "int", 10, 2, 60),
)
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
    try:
        return Profile(**read_options(OPTIONS, options))
    except ValueError as problem:
        raise ValueError(f"{device}: {problem}") from None
