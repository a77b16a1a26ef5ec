"""How many visitors took a number in each half hour of a day, beside the same weekday a week before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

STEP_MS: Final = 30 * 60_000
_STEPS: Final = 48


def week_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=7)).isoformat()


def trend(counts: Iterable[tuple[str, int, int]], day: str, minute: int | None) -> dict[str, Any]:
    """``counts`` by day and half hour; ``minute`` of this day it is now, None for a day that is over.

    ``so_far`` compares both days until now; the half hour that is not over counts in part, by its minutes. Half hours
    that are still to come are None. Only the part of the day in which anybody came is told.
    """
    before = week_before(day)
    found = {(of, step): count for of, step, count in counts}
    now_at = _STEPS if minute is None else minute // 30
    came = [step for _, step in found] or [18, 34]  # nobody yet: the working day
    last = max(*came, min(now_at, _STEPS - 1) if minute is not None else 0)
    points = [
        {
            "at": f"{step // 2:02d}:{30 * (step % 2):02d}",
            "day": found.get((day, step), 0) if step <= now_at else None,
            "before": found.get((before, step), 0),
        }
        for step in range(min(came), last + 1)
    ]
    part = 0.0 if minute is None else minute % 30 / 30
    then = sum(found.get((before, step), 0) for step in range(now_at)) + part * found.get((before, now_at), 0)
    so_far = {"day": sum(count for (of, _), count in found.items() if of == day), "before": round(then)}
    return {"day": day, "before": before, "step_s": STEP_MS // 1000, "points": points, "so_far": so_far}
