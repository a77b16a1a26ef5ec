"""Devices of halls: how long they should have worked (K05H), and how long they were out of order (K06), in hours.

All hours count, night and rest days too. Most devices of a hall are never switched off, a fault is noticed and mended
at any hour, and what the opening hours of a day long ago were is known only as long as its calendar stands: a figure
that changed with somebody's calendar would not be the same when it is counted again.

Time in which a hall's line was down is left out of both: nothing was heard of its devices, so they were neither seen to
work nor seen to fail (how long lines were down is told on central's page of the fleet). A fault that was there before
and after such a time counts on both sides of it.

What counts is what central knows at ``known_ms``: a fault that is open then goes on until then. Devices are those that
the hall has now; one that came in the middle of a month counts from its hall's first day, since nobody noted its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from sqlalchemy import Connection

from central.fleet import store as fleet
from central.report_counts import store_of_devices as store
from central.report_counts.span import Cells, Span

HOUR_MS: Final = 3_600_000
_TENTHS: Final = 10
Time = tuple[int, int]  # from one moment until before another, in milliseconds


def cells(connection: Connection, span: Span) -> Cells:
    until_ms = min(span.to_ms, span.known_ms)
    halls = store.halls(connection, span.units, until_ms)
    changes = fleet.line_changes(connection, [hall.id for hall in halls])
    faults = store.faults(connection, span.units, span.from_ms, until_ms)
    sums: dict[str, tuple[int, int]] = {}
    for hall in halls:
        heard = heard_of((max(span.from_ms, hall.first_ms), until_ms), changes.get(hall.id, ()))
        should_ms = hall.devices * sum(end - begin for begin, end in heard)
        broken_ms = sum(overlap_ms(heard, fault) for fault in faults.get(hall.id, ()))
        before = sums.get(hall.unit, (0, 0))
        sums[hall.unit] = (before[0] + should_ms, before[1] + broken_ms)
    return {unit: {"K05H": hours(should_ms), "K06": hours(broken_ms)} for unit, (should_ms, broken_ms) in sums.items()}


def heard_of(whole: Time, changes: Sequence[tuple[int, bool]]) -> list[Time]:
    """The parts of a time in which the line stood, by when it came and went; before the first change it stood."""
    begin, end = whole
    parts, stands = [], True
    for at_ms, online in changes:
        if at_ms >= end:
            break
        if stands and not online:
            parts.append((begin, at_ms))
        elif online and not stands:
            begin = max(whole[0], at_ms)
        stands = online
    if stands:
        parts.append((begin, end))
    return [(first, last) for first, last in parts if first < last]


def overlap_ms(parts: Iterable[Time], fault: tuple[int, int | None]) -> int:
    """How much of a fault lies in these parts; one without an end goes on."""
    begun, ended = fault
    return sum(max(0, (end if ended is None else min(end, ended)) - max(begin, begun)) for begin, end in parts)


def hours(amount_ms: int) -> Fraction:
    """Hours with one decimal, half up."""
    return Fraction((Fraction(amount_ms * _TENTHS, HOUR_MS) + Fraction(1, 2)).__floor__(), _TENTHS)
