"""What is the matter with the printer, from its status bits. Makers differ in the bits beside these: test bits only.

10 04 01   3 offline, 5 waits for recovery           10 04 03   2 jam, 3 cutter, 5 unrecoverable, 6 head too hot
10 04 02   2 cover open, 5 paper end, 6 error        10 04 04   2,3 paper near end, 5,6 paper end
automatic  byte 1: 3 offline, 5 cover open · byte 2: 0 waits, 2 jam, 3 cutter, 5, 6 · byte 3: 0,1 near end, 2,3 end
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def _any(value: int, *bits: int) -> bool:
    return any(value >> bit & 1 for bit in bits)


@dataclass(frozen=True, slots=True)
class Condition:
    """How the printer is. ``code`` names the one thing to do first, or None when it can print."""

    paper_low: bool = False
    paper_out: bool = False
    cover_open: bool = False
    cutter: bool = False
    error: bool = False
    offline: bool = False

    @property
    def code(self) -> str | None:
        for name in ("cover_open", "paper_out", "cutter", "error", "offline"):
            if getattr(self, name):
                return name
        return None


def from_statuses(statuses: Sequence[int]) -> Condition:
    """From the answers to ``10 04`` 1, 2, 3, 4."""
    printer, offline, error, paper = statuses
    cutter = _any(error, 3)
    return Condition(
        paper_low=_any(paper, 2, 3),
        paper_out=_any(offline, 5) or _any(paper, 5, 6),
        cover_open=_any(offline, 2),
        cutter=cutter,
        error=not cutter and (_any(offline, 6) or _any(error, 2, 5, 6) or _any(printer, 5)),
        offline=_any(printer, 3),
    )


def needs_a_closer_look(printer: int, paper: int) -> bool:
    """Whether the answers to ``10 04`` 1 and 4 alone say that it cannot print."""
    return _any(printer, 3, 5) or _any(paper, 5, 6)


def from_auto_status(status: bytes) -> Condition:
    """From the four bytes of automatic status."""
    first, second, third, _ = status
    return Condition(
        paper_low=_any(third, 0, 1),
        paper_out=_any(third, 2, 3),
        cover_open=_any(first, 5),
        cutter=_any(second, 3),
        error=_any(second, 0, 2, 5, 6),
        offline=_any(first, 3),
    )


def paper_out_in(paper_status: int) -> bool:
    """From the answer to ``1D 72 01``: 0,1 near end, 2,3 end."""
    return _any(paper_status, 2, 3)
