"""What a lawyers' gate and a ticket button promise: points that are there, of the right kind, and used once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hall_config.driver_book import DriverFacts
from hall_config.file_rows import Find, Row, row_of, rows_of, twice, values_of
from hall_config.points import Point, is_point, other_relays, parts_of, point_of
from hall_config.problems import Problem, dotted, nearest
from hall_config.toml_lines import Path

Known = Mapping[str, DriverFacts]

# For each key of a gate: which kinds of device fit.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "lock": ("relays",),
    "contact": ("contact", "inputs"),
    "passage": ("button", "inputs"),
    "reader": ("code-reader",),
}


def gate_problems(find: Find, data: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    """Every problem of ``[[gate]]``, and of the buttons that give tickets."""
    gates, devices = rows_of(data, "gate"), rows_of(data, "device")
    by_id = {name: row for row in devices if (name := row.text("id")) is not None}
    yield from twice(find, gates, "id")
    first = _taken_by_others(data)
    for gate in gates:
        for key, kinds in _KINDS.items():
            text = gate.text(key)
            if text is not None and is_point(text):
                yield from _point(find, (*gate.path, key), text, kinds, by_id, known)
                yield from _once(find, (*gate.path, key), text, first)
    yield from _ticket_buttons(find, devices, data, known)


def _point(
    find: Find, path: Path, text: str, kinds: tuple[str, ...], devices: Mapping[str, Row], known: Known
) -> Iterator[Problem]:
    device, channel = parts_of(text)
    row = devices.get(device)
    if row is None:
        yield find("UNKNOWN_DEVICE", path, nearest(device, devices), value=device)
        return
    facts = known.get(row.text("driver") or "")
    if facts is None:
        return
    if facts.kind not in kinds:
        yield find("GATE_KIND", path, value=device, driver=facts.name, valid=", ".join(kinds))
    elif facts.has_one:
        if channel:  # 0 is the only one it has
            yield find("GATE_NO_CHANNEL", path, value=channel, driver=facts.name)
    elif channel is None:
        yield find("GATE_CHANNEL", path, value=device, driver=facts.name)
    else:
        yield from _on_board(find, path, row, facts, channel)


def _on_board(find: Find, path: Path, row: Row, facts: DriverFacts, channel: int) -> Iterator[Problem]:
    """Whether the board has this point for a gate."""
    options = row.table("options")
    count = facts.points_in(options)
    if facts.kind == "relays" and channel not in other_relays(options, count):
        yield find("RELAY_NOT_THERE", path, value=channel, device=row.text("id"))
    elif facts.kind == "inputs" and channel >= count:
        yield find("INPUT_NOT_THERE", path, value=channel, device=row.text("id"))


def _once(find: Find, path: Path, text: str, first: dict[Point, Path]) -> Iterator[Problem]:
    """One lock, one contact, one reader belong to one gate and to nobody else."""
    place = point_of(text)
    if first.setdefault(place, path) != path:
        yield find("GATE_TAKEN", path, value=text, other=dotted(first[place]))


def _taken_by_others(data: Mapping[str, Any]) -> dict[Point, Path]:
    """Relays of loudspeakers and of the amplifier, inputs of named contacts."""
    rows = [(row, "relay") for row in rows_of(data, "zone")] + [(row, "point") for row in rows_of(data, "contact")]
    amplifier = row_of(data, "amplifier")
    if amplifier is not None:
        rows.append((amplifier, "priority"))
    taken: dict[Point, Path] = {}
    for row, key in rows:
        text = row.text(key)
        if text is not None and is_point(text):
            taken.setdefault(point_of(text), (*row.path, key))
    return taken


def _ticket_buttons(find: Find, devices: list[Row], data: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    letters = [str(letter) for letter in values_of(rows_of(data, "service"), "letter")]
    passages = {point_of(text)[0] for gate in rows_of(data, "gate") if is_point(text := gate.text("passage") or "")}
    for device in devices:
        letter = device.text("gives")
        if letter is None:
            continue
        path = (*device.path, "gives")
        facts = known.get(device.text("driver") or "")
        if letter not in letters:
            yield find("UNKNOWN_SERVICE_GIVEN", path, nearest(letter, letters), value=letter)
        if facts is not None and facts.kind != "button":
            yield find("GIVES_NO_BUTTON", path, driver=facts.name)
        elif device.text("id") in passages:
            yield find("GATE_TAKEN", path, value=device.text("id"), other="gate.passage")
