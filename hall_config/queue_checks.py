"""What must agree between classes, windows, priorities and lunch in a hall file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hall.queue.words import Priority
from hall_config.file_rows import Find, Row, rows_of, twice
from hall_config.problems import Problem, nearest


def queue_problems(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Every problem of the queue's parts with each other."""
    services, windows, priorities = (rows_of(data, name) for name in ("service", "window", "priority"))
    yield from _weights(find, windows)
    yield from twice(find, [row for row in windows if "room" in row.values], "room")
    yield from _private(find, services, windows)
    yield from twice(find, priorities, "code")
    yield from _codes(find, priorities)
    yield from _lunch(find, data.get("rules"))


def _weights(find: Find, windows: list[Row]) -> Iterator[Problem]:
    for window in windows:
        weights, letters = window.values.get("weights"), window.values.get("services")
        if isinstance(weights, list) and isinstance(letters, list) and weights and len(weights) != len(letters):
            yield find("WEIGHTS", (*window.path, "weights"), count=len(weights), services=len(letters))


def _private(find: Find, services: list[Row], windows: list[Row]) -> Iterator[Problem]:
    """A private class needs a door that closes."""
    behind_doors = {
        letter for window in windows if window.values.get("closed") for _, letter in window.texts("services")
    }
    for service in services:
        letter = service.text("letter")
        if service.values.get("private") is True and letter not in behind_doors:
            yield find("PRIVATE_NEEDS_ROOM", (*service.path, "private"), value=letter)


def _codes(find: Find, priorities: list[Row]) -> Iterator[Problem]:
    known = [code.value for code in Priority]
    for row in priorities:
        code = row.text("code")
        if code and code not in known:
            yield find("UNKNOWN_PRIORITY", (*row.path, "code"), nearest(code, known), value=code)


def _lunch(find: Find, rules: Any) -> Iterator[Problem]:
    spans = rules.get("lunch") if isinstance(rules, dict) else None
    for place, span in enumerate(spans if isinstance(spans, list) else []):
        start, _, end = str(span).partition("-")
        if end and start >= end:
            yield find("HOURS_END_FIRST", ("rules", "lunch", place), value=span)
