"""The options of one strip, as they stand in ``[device.options]``; the README beside this file explains each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from drivers.options import Option, read_options
from drivers.sign_text import CELL_DOTS, Charset, check_fallback
from drivers.strip_sign.codec import DATA_LIMIT, LONGEST_ANSWER

Form = Literal["a090", "plain"]
Colour = Literal["red", "green", "yellow"]
Align = Literal["centre", "left"]

COLOURS: Final[Mapping[Colour, int]] = {"red": 0, "green": 1, "yellow": 2}  # that 2 is yellow was never seen
OPTIONS: Final = (
    Option("form", "text", "a090", choices=("a090", "plain")),
    Option("width", "int", 64, 16, 1024),
    Option("colour", "text", "red", choices=tuple(COLOURS)),
    Option("yellow_code", "int", COLOURS["yellow"], 0, 255),
    Option("align", "text", "centre", choices=("centre", "left")),
    Option("fallback", "text", "？"),
    Option("page_s", "float", 2.0, 0.5, 60),
    Option("refresh_s", "float", 60.0, 0, 3600),
    Option("answers", "bool", False),
    Option("answer_bytes", "int", 0, 0, LONGEST_ANSWER),
    Option("length_base", "int", 256, 255, 256),
    Option("text_limit", "int", DATA_LIMIT, 32, 1024),
)


@dataclass(frozen=True, slots=True)
class StripOptions:
    """A red screen of 64×16 dots that never answers, unless said otherwise."""

    form: Form
    width: int
    colour: Colour
    yellow_code: int
    align: Align
    fallback: str
    page_s: float
    refresh_s: float
    answers: bool
    answer_bytes: int
    length_base: int
    text_limit: int

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> StripOptions:
        """Checked values; a ValueError names the key and what it may be."""
        options = cls(**read_options(OPTIONS, given))
        if options.width % CELL_DOTS:
            raise ValueError(f"width is a multiple of {CELL_DOTS} dots, not {options.width}")
        if options.form == "plain" and options.answers:
            raise ValueError("answers is false for the plain form: it has no answer")
        if 0 < options.answer_bytes < 5:
            raise ValueError("answer_bytes is 0 (not known) or 5 to 32")
        check_fallback(options.fallback, options.charset)
        return options

    @property
    def charset(self) -> Charset:
        return "gbk" if self.form == "plain" else "gb2312"

    @property
    def colour_code(self) -> int:
        """The byte behind each character."""
        return self.yellow_code if self.colour == "yellow" else COLOURS[self.colour]

    @property
    def cells(self) -> int:
        """How many half-width characters stand beside each other."""
        return self.width // CELL_DOTS
