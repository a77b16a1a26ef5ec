"""How much of the ticket printer's paper guides may use: visitors' numbers come first.

One guide's slip at a time, a pause between two, a cap for the day, and none while the roll comes to its end. What was
read and printed is no event: it says nothing about the queue, and what somebody wanted to know belongs to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hall.moment import Moment, local_day
from hall.refusal import Code, Refusal

_LOST_AFTER_MS: Final = 60_000  # a printer that has said nothing by then will not


@dataclass(frozen=True, slots=True)
class Limits:
    """``a_day`` 0: this hall prints no guides."""

    a_day: int = 100
    apart_s: int = 20


@dataclass(frozen=True, slots=True)
class Paper:
    """``begun_ms`` is the steady moment of the last slip that was begun, ``low`` a roll that comes to its end."""

    day: str = ""
    used: int = 0
    begun_ms: int | None = None
    underway: bool = False
    low: bool = False


def begin(paper: Paper, limits: Limits, now: Moment) -> Paper:
    """One more slip is begun; raises `Refusal`."""
    today = local_day(now.wall_ms)
    used = paper.used if paper.day == today else 0
    if used >= limits.a_day:
        raise Refusal(Code.GUIDE_SLIPS_USED_UP)
    if paper.low:
        raise Refusal(Code.PAPER_FOR_TICKETS)
    pause_ms = max(limits.apart_s * 1000, _LOST_AFTER_MS if paper.underway else 0)
    if paper.begun_ms is not None and now.steady_ms - paper.begun_ms < pause_ms:
        raise Refusal(Code.GUIDE_SLIP_TOO_SOON)
    return replace(paper, day=today, used=used + 1, begun_ms=now.steady_ms, underway=True)


def end(paper: Paper, *, printed: bool) -> Paper:
    """The slip is on paper, or is not and does not count."""
    return replace(paper, used=paper.used if printed else max(0, paper.used - 1), underway=False)
