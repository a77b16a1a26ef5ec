"""The tables of ``docs/wire.md``, made from the classes themselves."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields
from enum import Enum
from functools import partial
from typing import Any, Final, get_args, get_origin

from hall import wire
from hall.alarms import words as alarms
from hall.appointments import words as appointments
from hall.devices import words as devices
from hall.duty import words as duty
from hall.gate import words as gate
from hall.intake import words as intake
from hall.opinions import words as opinions
from hall.queue import words as queue
from hall.rating import words as rating
from hall.record import words as record
from hall.safety import words as safety
from hall_config.wire_files import TOPICS, event_file
from hall_config.wire_meanings import Meanings

ROOMS: Final = {
    "queue": queue,
    "rating": rating,
    "record": record,
    "opinions": opinions,
    "intake": intake,
    "appointments": appointments,
    "duty": duty,
    "safety": safety,
    "alarms": alarms,
    "devices": devices,
    "gate": gate,
}


def topics_table(meanings: Meanings) -> Iterator[str]:
    """The messages, each with its topic and its fields."""
    for topic in TOPICS:
        retained = "retained" if topic.retain else "not retained"
        note = f"; {topic.note}" if topic.note else ""
        schema = f"[`{topic.name}.json`](schemas/{topic.name}.json)"
        yield f"### `{topic.address}`"
        yield ""
        yield f"From {topic.sender}, QoS {topic.qos}, {retained}{note}. Schema: {schema}."
        yield ""
        yield from _field_table(topic.message, partial(meanings.of_part, topic.message))


def envelope_table(meanings: Meanings) -> Iterator[str]:
    """The fields of the envelope."""
    yield from _field_table(wire.Envelope, partial(meanings.of_part, wire.Envelope))


def events_table(meanings: Meanings) -> Iterator[str]:
    """Every event type with its fields."""
    for type_name, kind in wire.TYPES.items():
        yield f"### `{type_name}`"
        yield ""
        said = meanings.of_kind("event", type_name, kind)
        yield f"`{kind.__name__}`: {said} Schema: [`{event_file(type_name)}`](schemas/{event_file(type_name)})."
        yield ""
        yield from _field_table(kind, partial(meanings.of_field, type_name))


def words_table(meanings: Meanings, sort: str) -> Iterator[str]:
    """Every command or effect of the rooms, with its fields."""
    yield "| Room | Word | Fields | Meaning |"
    yield "| --- | --- | --- | --- |"
    for room, module in ROOMS.items():
        for kind in _members(getattr(module, sort, None)):
            names = ", ".join(f"`{item.name}`" for item in fields(kind)) or "none"
            said = meanings.of_kind(sort.lower(), kind.__name__, kind)
            yield f"| {room} | `{kind.__name__}` | {names} | {said} |"
    yield ""


def codes_table() -> Iterator[str]:
    """Every fixed list of codes that a field may take its value from."""
    yield "| Codes | Values |"
    yield "| --- | --- |"
    for module in ROOMS.values():
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == module.__name__:
                yield f"| `{name}` | {', '.join(f'`{item.value}`' for item in kind)} |"
    yield ""


def _field_table(kind: type, meaning: Callable[[str], str]) -> Iterator[str]:
    parts = fields(kind)
    if not parts:
        return
    hints = typing.get_type_hints(kind)
    yield "| Field | Type | Meaning |"
    yield "| --- | --- | --- |"
    for item in parts:
        optional = item.default is not MISSING or item.default_factory is not MISSING
        shown = _type_words(hints[item.name]) + (", may be left out" if optional else "")
        yield f"| `{item.name}` | {shown} | {meaning(item.name)} |"
    yield ""


def _type_words(hint: Any) -> str:
    origin = get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return " or ".join("null" if part is type(None) else _type_words(part) for part in get_args(hint))
    if origin is tuple:
        first, *rest = get_args(hint)
        if rest == [Ellipsis]:
            return f"list of {_type_words(first)}"
        return f"[{', '.join(_type_words(part) for part in (first, *rest))}]"
    if origin is not None:
        return "object"
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return plain.get(hint, f"`{hint.__name__}`")


def _members(union: Any) -> Iterable[type]:
    if union is None:
        return ()
    return get_args(union) or (union,)
