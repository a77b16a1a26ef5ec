"""What named contacts and the screens' hours promise: points that are there and free, hours in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hall_config.driver_book import DriverFacts
from hall_config.file_rows import Find, Row, row_of, rows_of, twice
from hall_config.points import Point, is_point, parts_of
from hall_config.problems import Problem, dotted, nearest
from hall_config.toml_lines import Path

_HOURS: Final = re.compile(r"\d\d:\d\d-\d\d:\d\d", re.ASCII)
_BOARD, _CONTACT = "inputs", "contact"


def contact_problems(find: Find, data: Mapping[str, Any], known: Mapping[str, DriverFacts]) -> Iterator[Problem]:
    """Every problem of ``[[contact]]`` and ``[displays]``."""
    contacts, devices = rows_of(data, "contact"), rows_of(data, "device")
    yield from twice(find, contacts, "id")
    yield from _names(find, contacts, devices)
    yield from _points(find, contacts, devices, known)
    displays = row_of(data, "displays")
    for path, span in displays.texts("hours") if displays is not None else ():
        start, _, end = span.partition("-")
        if _HOURS.fullmatch(span) and start >= end:
            yield find("HOURS_END_FIRST", path, value=span)


def _names(find: Find, contacts: list[Row], devices: list[Row]) -> Iterator[Problem]:
    """Contacts and devices stand side by side on the health page and in the journal."""
    taken = {name: row for row in devices if (name := row.text("id")) is not None}
    for contact in contacts:
        name = contact.text("id")
        if name in taken:
            yield find("TWICE", (*contact.path, "id"), value=name, other=dotted(taken[name].path))


def _points(find: Find, contacts: list[Row], devices: list[Row], known: Mapping[str, DriverFacts]) -> Iterator[Problem]:
    there = {name: row for row in devices if (name := row.text("id")) is not None}
    first: dict[Point, Path] = {}
    for contact in contacts:
        path = (*contact.path, "point")
        text = contact.text("point")
        if text is None or not is_point(text):
            continue  # its form is told of by the model
        name, channel = parts_of(text)
        point = (name, channel or 0)
        device = there.get(name)
        facts = None if device is None else known.get(device.text("driver") or "")
        if device is None:
            yield find("UNKNOWN_DEVICE", path, nearest(name, there), value=name)
        elif facts is not None and facts.kind not in (_BOARD, _CONTACT):
            yield find("NO_INPUTS", path, value=name, driver=facts.name)
        elif facts is not None and facts.has_one == (channel is not None):
            yield find("NO_CHANNELS" if facts.has_one else "CHANNEL_NEEDED", path, value=name)
        elif facts is not None and channel is not None and channel >= facts.points_in(device.table("options")):
            yield find("INPUT_NOT_THERE", path, value=channel, device=name)
        elif first.setdefault(point, path) != path:
            yield find("POINT_TAKEN", path, value=text, other=dotted(first[point][:2]))
