"""A paper's PDF, made from its Word file, so that the two cannot say different things.

A character that no font here has would be an empty box: the PDF then says on top which it lacks, by its number in
Unicode, and asks that the Word file be printed, where a machine with the font shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from central.aid_papers.reading import read_paper
from hall_config.paper import lacking, typeset
from hall_config.wording import say

_LAYOUT: Final = Path(__file__).with_name("paper.typ")
_MOST_NAMED: Final = 20


def to_pdf(file: bytes) -> bytes:
    """The Word file set as a PDF: the same for the same. Raises `hall_config.paper.NoPaper`."""
    paper, _ = read_paper(file)
    lacks = _lacking(paper)
    note = say("aid_paper.part.lacks", characters=named(lacks)) if lacks else ""
    return typeset(_LAYOUT, {**paper, "lacks": note})


def lacks_of(file: bytes) -> str:
    """The characters of a Word file that its PDF cannot show here."""
    return _lacking(read_paper(file)[0])


def named(characters: str, between: str = "、") -> str:
    """``U+30000、U+E000``: by their numbers, for nothing here can show them."""
    return between.join(f"U+{ord(one):04X}" for one in characters[:_MOST_NAMED])


def _lacking(paper: dict[str, Any]) -> str:
    return lacking("".join(text for place in ("header", "body", "footer") for text in _texts(paper[place])))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if part.get("kind") == "text":
            yield part["text"]
        for name in ("runs", "rows", "cells", "blocks"):
            yield from _texts(part.get(name, ()))
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
