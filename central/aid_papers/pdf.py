"""A paper's PDF, made from its Word file, so that the two cannot say different things."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from central.aid_papers.reading import read_paper
from hall_config.paper import typeset

_LAYOUT: Final = Path(__file__).with_name("paper.typ")


def to_pdf(file: bytes) -> bytes:
    """The Word file set as a PDF: the same for the same. Raises `hall_config.paper.NoPaper`."""
    paper, _ = read_paper(file)
    return typeset(_LAYOUT, paper)
