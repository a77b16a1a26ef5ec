"""Reading what a hall sent on ``evt``: one message into events that can be stored, whatever is wrong with some of them.

An event of an unknown type is stored and skipped by the views. One whose fields are not of its type's shape, or whose
envelope is damaged but still has its number, is stored in the ``poison`` lane and takes its place in the order, so that
nothing waits behind it. One without a readable number cannot take a place; it is kept among the rejected messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from central.strict_json import NotJson, read_json, write_json
from hall.shape import ShapeError
from hall.wire import TYPES, Event, read_event

MAX_PAYLOAD_BYTES: Final = 256 * 1024  # the contract allows 64 KiB; others' programs may be a little off
MAX_EVENTS: Final = 1000
_MAX_SEQ: Final = 2**53
_MAX_NUMBER: Final = 2**53
_MAX_TEXT: Final = 2000
_LONGER: Final = {"sealed": 22_100}  # an application, or a part of a page, as `hall_config.sealed_value` writes it
_EPOCH: Final = re.compile(r"[0-9A-Za-z._:-]{1,64}")
_STORED: Final = ("seq", "id", "ts", "boot", "mono", "clock", "type", "late", "lane", "data")
_WORD: Final = re.compile(r"[\x21-\x7e]{1,64}")
_TYPE: Final = re.compile(r"[a-z][a-z0-9_.]{0,60}/[0-9]{1,6}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[A-Z][0-9]{1,8}")
_SERVICE: Final = re.compile(r"[A-Z]{1,4}")
_FORMS: Final = {
    "day": _DAY, "number": _NUMBER, "service": _SERVICE, "from_service": _SERVICE, "to_service": _SERVICE,
}  # fmt: skip
_RANGES: Final = {"grade": (1, 5), "persons": (0, 10_000), "window": (0, 9999), "to_window": (0, 9999)}
_ANY_NUMBER: Final = (-_MAX_NUMBER, _MAX_NUMBER)

MAIN: Final = "main"
UNKNOWN: Final = "unknown"
POISON: Final = "poison"
REPEAT: Final = "repeat"  # stored under another epoch before: the same event of a disk that was rolled back


class BadMessage(ValueError):
    """A message that cannot be taken in at all; the text says why and repeats nothing of it."""


@dataclass(slots=True)
class Arrived:
    """One event as it will be stored. ``event`` is None when no view can read it."""

    seq: int
    id: str
    ts: int
    boot: str
    mono: int
    clock: str
    type: str
    late: bool
    lane: str
    data: str
    event: Event | None


@dataclass(frozen=True, slots=True)
class ArrivedBatch:
    """What one message held, in the order of the numbers, and what of it could not be placed (reason, text)."""

    epoch: str
    first: int  # the lowest number that the hall can still send
    events: tuple[Arrived, ...]
    rejects: tuple[tuple[str, str], ...]


def read_batch(payload: bytes) -> ArrivedBatch:
    """The events of one message; raises `BadMessage`."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise BadMessage(f"larger than {MAX_PAYLOAD_BYTES} bytes")
    try:
        value = read_json(payload)
    except NotJson as problem:
        raise BadMessage(f"not JSON: {problem}") from None
    if not isinstance(value, dict):
        raise BadMessage("not an object")
    if value.get("v").__class__ is not int or value["v"] != 1:
        raise BadMessage("v is not 1")
    epoch = value.get("epoch")
    if not isinstance(epoch, str) or not _EPOCH.fullmatch(epoch):
        raise BadMessage("epoch is missing or not a plain word")
    items = value.get("events")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_EVENTS:
        raise BadMessage(f"events is not a list of 1 to {MAX_EVENTS}")
    first = value.get("first", 1)
    return _read_items(epoch, first if first.__class__ is int else 1, items)


def _read_items(epoch: str, first: int, items: list[Any]) -> ArrivedBatch:
    events: list[Arrived] = []
    rejects: list[tuple[str, str]] = []
    for item in items:
        if not isinstance(item, dict):
            rejects.append(("an event is not an object", write_json(item)))
            continue
        seq = item.get("seq")
        if seq.__class__ is not int or not 1 <= seq <= _MAX_SEQ:
            rejects.append(("an event has no readable number", write_json(item)))
            continue
        events.append(_read_item(seq, item))
    events.sort(key=lambda arrived: arrived.seq)
    lowest = events[0].seq if events else 1
    return ArrivedBatch(epoch, first if 1 <= first <= lowest else 1, tuple(events), tuple(rejects))


def _read_item(seq: int, item: Mapping[str, Any]) -> Arrived:
    get: Callable[..., Any] = item.get
    identity, ts, boot, mono = get("id"), get("ts"), get("boot"), get("mono")
    clock, kind, late, data = get("clock"), get("type"), get("late", False), get("data")
    sound = (
        identity.__class__ is str
        and _WORD.fullmatch(identity)
        and _whole(ts)
        and boot.__class__ is str
        and _WORD.fullmatch(boot)
        and _whole(mono)
        and clock in ("ntp", "rtc", "none")
        and kind.__class__ is str
        and (kind in TYPES or _TYPE.fullmatch(kind))
        and late.__class__ is bool
        and data.__class__ is dict
    )
    if not sound:
        return _damaged(seq, item)
    lane, event = _understand(kind, data)
    return Arrived(seq, identity, ts, boot, mono, clock, kind, late, lane, write_json(data), event)


def _damaged(seq: int, item: Mapping[str, Any]) -> Arrived:
    """An envelope that keeps its place in the order and nothing else; all of it is kept as text."""
    identity = item.get("id")
    known = identity if isinstance(identity, str) and _WORD.fullmatch(identity) else "unreadable"
    return Arrived(seq, known, 0, "unreadable", 0, "none", "unreadable/0", False, POISON, write_json(item), None)


def as_it_came(row: Mapping[Any, Any]) -> Arrived:
    """A stored event, as `read_batch` gave it."""
    facts = {name: row[name] for name in _STORED}
    return Arrived(**facts, event=understand_stored(row["type"], row["lane"], row["data"]))


def understand_stored(kind: str, lane: str, data: str) -> Event | None:
    """What `read_batch` understood of an event when it came in."""
    return _understand(kind, read_json(data))[1] if lane == MAIN else None


def _understand(kind: str, data: Mapping[str, Any]) -> tuple[str, Event | None]:
    try:
        event = read_event(kind, data)
    except ShapeError:
        return POISON, None
    if event is None:
        return UNKNOWN, None
    return (MAIN, event) if _bounded(data) else (POISON, None)


def _bounded(data: Mapping[str, Any]) -> bool:
    """Whether every value fits the views' columns."""
    if len(data) > 60:
        return False
    for name, value in data.items():
        kind = value.__class__
        if kind is int:
            low, high = _RANGES.get(name, _ANY_NUMBER)
            fits = low <= value <= high
        elif kind is str:
            form = _FORMS.get(name)
            fits = len(value) <= _LONGER.get(name, _MAX_TEXT) if form is None else form.fullmatch(value) is not None
        else:
            fits = kind is not list or len(value) <= 60
        if not fits:
            return False
    return True


def _whole(value: Any) -> bool:
    return value.__class__ is int and -_MAX_NUMBER <= value <= _MAX_NUMBER
