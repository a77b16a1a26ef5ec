"""How much of a time a hall could be reached and a device worked, from when each came and went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

DAY_MS = 86_400_000


def reached(changes: Sequence[tuple[int, bool]], from_ms: int, to_ms: int) -> tuple[float | None, int]:
    """The part of the time that the line stood, and how often it went; None where nothing is known.

    Before the first change nothing is known: that time counts for nothing.
    """
    if not changes or to_ms <= changes[0][0]:
        return None, 0
    begin = max(from_ms, changes[0][0])
    up_ms = outages = 0
    for place, (at_ms, online) in enumerate(changes):
        until = changes[place + 1][0] if place + 1 < len(changes) else to_ms
        if online:
            up_ms += max(0, min(until, to_ms) - max(at_ms, begin))
        elif begin <= at_ms < to_ms:
            outages += 1
    return round(up_ms / (to_ms - begin), 5), outages


def broken_ms(faults: Iterable[tuple[int, int | None]], from_ms: int, to_ms: int) -> int:
    """How long of that time a device was out of order; its faults do not overlap."""
    return sum(max(0, min(ended or to_ms, to_ms) - max(begun, from_ms)) for begun, ended in faults)
