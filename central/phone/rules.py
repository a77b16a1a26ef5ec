"""A hall as somebody outside it may know it, and which one is quickest: only what the hall itself said, and how fresh.

Pure. Unknown is told as unknown: a hall that is not on the line, or has said nothing for three minutes, has no wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from hall.queue.now import ClassNow
from hall.queue.words import StopReason
from hall_config.wording import say

MOST_WAITING: Final = 30  # tickets taken from phones in the last half hour of one hall
WITHIN_MS: Final = 1_800_000


def class_told(
    letter: str, names: Mapping[str, str], now: ClassNow | None, *, phones: bool, booking: bool
) -> dict[str, Any]:
    """One class of a hall; ``state`` is ``open``, ``stopped`` or ``unknown``."""
    return {
        "letter": letter,
        "name_zh": names.get("name_zh", letter),
        "name_en": names.get("name_en", letter),
        "state": "unknown" if now is None else "stopped" if now.stop else "open",
        "stopped": now.stop.value if now is not None and now.stop else None,
        "why": _words(now.stop) if now is not None and now.stop else None,
        "waiting": now.waiting if now is not None else None,
        "wait_s": now.wait_s if now is not None and not now.stop else None,
        "bound_s": now.bound_s if now is not None and not now.stop else None,
        "from_phones": phones and now is not None and now.stop is None,
        "appointments": booking,
    }


def _words(stop: StopReason) -> dict[str, str]:
    """Why no numbers are given, as the hall's own screens say it."""
    return {"zh": say(f"stop.{stop.value}", "zh"), "en": say(f"stop.{stop.value}", "en")}


Place = tuple[int, int, str]  # of a hall in the list: what it ranks by, and its id


def in_order(halls: Iterable[dict[str, Any]], letter: str | None) -> list[tuple[Place, dict[str, Any]]]:
    """Halls with their places. With a letter only those that have that class, it alone, and the quickest first:

    open ones by their wait, then without an estimate, then stopped, then unknown.
    """
    if letter is None:
        return sorted((((0, 0, hall["id"]), hall) for hall in halls), key=_place)
    found = ((hall, _of(hall, letter)) for hall in halls)
    ranked = (((*_rank(one), hall["id"]), {**hall, "services": [one]}) for hall, one in found if one is not None)
    return sorted(ranked, key=_place)


def _place(entry: tuple[Place, dict[str, Any]]) -> Place:
    return entry[0]


def _rank(one: Mapping[str, Any]) -> tuple[int, int]:
    if one["state"] == "open":
        return (0, one["wait_s"]) if one["wait_s"] is not None else (1, one["waiting"])
    return (2 if one["state"] == "stopped" else 3, 0)


def _of(hall: Mapping[str, Any], letter: str) -> dict[str, Any] | None:
    return next((one for one in hall["services"] if one["letter"] == letter), None)
