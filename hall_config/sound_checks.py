"""What the amplifier and its zones promise: relays that are there and free, calls that the amplifier bears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hall_config.driver_book import DriverFacts
from hall_config.file_rows import Find, Row, row_of, rows_of, twice, values_of
from hall_config.points import Point, is_point, parts_of, zone_relays
from hall_config.problems import Problem, dotted, nearest
from hall_config.toml_lines import Path
from hall_config.zones import Zone, zones_for


def sound_problems(find: Find, data: Mapping[str, Any], known: Mapping[str, DriverFacts]) -> Iterator[Problem]:
    """Every problem of ``[amplifier]`` and ``[[zone]]``."""
    zones, amplifier = rows_of(data, "zone"), row_of(data, "amplifier")
    if zones and amplifier is None:
        yield find("AMPLIFIER_MISSING", zones[0].path)
    yield from twice(find, zones, "id")
    yield from _relays(find, _points(zones, amplifier), rows_of(data, "device"), known)
    yield from _whose_calls(find, data, zones)
    if amplifier is not None:
        yield from _watts(find, data, zones, amplifier)


def _points(zones: list[Row], amplifier: Row | None) -> list[tuple[Path, Point]]:
    found = [((*zone.path, "relay"), zone.text("relay")) for zone in zones]
    if amplifier is not None:
        found.append(((*amplifier.path, "priority"), amplifier.text("priority")))
    named = [(path, parts_of(text)) for path, text in found if text is not None and is_point(text)]
    return [(path, (device, channel)) for path, (device, channel) in named if channel is not None]


def _relays(
    find: Find, points: list[tuple[Path, Point]], devices: list[Row], known: Mapping[str, DriverFacts]
) -> Iterator[Problem]:
    boards = {name: row for row in devices if (name := row.text("id")) is not None}
    first: dict[Point, Path] = {}
    for path, point in points:
        device, channel = point
        board = boards.get(device)
        facts = None if board is None else known.get(board.text("driver") or "")
        if board is None:
            yield find("UNKNOWN_DEVICE", path, nearest(device, boards), value=device)
        elif facts is not None and facts.kind != "relays":
            yield find("NO_RELAYS", path, value=device, driver=facts.name)
        elif facts is not None and channel not in zone_relays(
            options := board.table("options"), facts.points_in(options)
        ):
            yield find("RELAY_NOT_THERE", path, value=channel, device=device)
        elif first.setdefault(point, path) != path:
            yield find("RELAY_TAKEN", path, value=f"{device}:{channel}", other=dotted(first[point]))


def _whose_calls(find: Find, data: Mapping[str, Any], zones: list[Row]) -> Iterator[Problem]:
    letters, numbers = values_of(rows_of(data, "service"), "letter"), values_of(rows_of(data, "window"), "number")
    for zone in zones:
        for path, letter in zone.texts("services"):
            if letter not in letters:
                yield find("UNKNOWN_SERVICE", path, nearest(letter, map(str, letters)), value=letter)
        for path, number in zone.numbers("windows"):
            if number not in numbers:
                yield find("UNKNOWN_WINDOW", path, value=number)


def _watts(find: Find, data: Mapping[str, Any], rows: list[Row], amplifier: Row) -> Iterator[Problem]:
    """One problem for each set of zones that some call opens and the amplifier does not bear."""
    bears = amplifier.number("watts")
    zones = [_zone(row) for row in rows if row.text("id") is not None and row.number("watts") is not None]
    if bears is None or not zones:
        return
    told: set[tuple[Zone, ...]] = set()
    for zone in zones:
        if zone.watts > bears:
            told.add((zone,))
            yield find("ZONE_WATTS", ("amplifier", "watts"), value=bears, zones=zone.id, needed=zone.watts)
    for window in rows_of(data, "window"):
        for _, letter in window.texts("services"):
            opened = zones_for(zones, letter, window.number("number"))
            needed = sum(zone.watts for zone in opened)
            if needed > bears and opened not in told:
                told.add(opened)
                ids = ", ".join(zone.id for zone in opened)
                yield find("ZONE_WATTS", ("amplifier", "watts"), value=bears, zones=ids, needed=needed)


def _zone(row: Row) -> Zone:
    return Zone(
        row.text("id") or "",
        "",
        0,
        row.number("watts") or 0,
        frozenset(letter for _, letter in row.texts("services")),
        frozenset(number for _, number in row.numbers("windows")),
        row.values.get("quiet") is True,
    )
