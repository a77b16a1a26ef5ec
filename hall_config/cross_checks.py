"""What one part of a hall file promises about another: names used are names given, and no two things share a place.

The checks take the file as it was read, before it is known to be right, and leave out what is already wrong in itself:
so one run shows every problem, and none that only follows from another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from hall_config.models import DevicePart, ServicePart, WindowPart
from hall_config.ports import fits_driver, one_port, port_form
from hall_config.problems import Problem, dotted, nearest
from hall_config.toml_lines import Path, nearest_line

PartT = TypeVar("PartT", bound=BaseModel)
Find = Callable[..., Problem]

_STANDS_AT_A_WINDOW: Final = frozenset({"onbon-bx-sign", "ff68-terminal"})
_ONE_OF_A_KIND: Final = frozenset({"speaker"})
_NET_KEYS: Final[tuple[Path, ...]] = (("pages", "listen"), ("uplink", "broker"), ("gpio", "pins"))


def cross_problems(data: Mapping[str, Any], lines: dict[Path, int]) -> list[Problem]:
    """Every problem between the parts of a file."""

    def find(code: str, path: Path, near: str | None = None, **params: object) -> Problem:
        return Problem(code, path, nearest_line(lines, path), near, params)

    devices = list(_parts(data, "device", DevicePart))
    return [
        *_twice(find, data, "service", "letter"),
        *_twice(find, data, "window", "number"),
        *_twice(find, data, "line", "id"),
        *_twice(find, data, "device", "id"),
        *_hours(find, data),
        *_services_of_windows(find, data),
        *_names_of_devices(find, data, devices),
        *_ports(find, data),
        *_addresses(find, devices),
        *_one_of_a_kind(find, devices),
        *_addresses_of_this_hall(find, data),
    ]


def _parts(data: Mapping[str, Any], name: str, model: type[PartT]) -> Iterator[tuple[int, PartT]]:
    """The tables of that name that are right in themselves, with their place in the file."""
    for place, table in enumerate(_tables(data, name)):
        try:
            yield place, model.model_validate(table)
        except ValidationError:
            continue


def _tables(data: Mapping[str, Any], name: str) -> list[Any]:
    tables = data.get(name)
    return tables if isinstance(tables, list) else []


def _given(data: Mapping[str, Any], name: str, key: str) -> list[tuple[int, str | int]]:
    """Every value of ``key`` in the tables of that name with its place, also in tables that are wrong elsewhere."""
    return [
        (place, table[key])
        for place, table in enumerate(_tables(data, name))
        if isinstance(table, dict) and isinstance(table.get(key), str | int)
    ]


def _values(data: Mapping[str, Any], name: str, key: str) -> list[str | int]:
    return [value for _, value in _given(data, name, key)]


def _twice(find: Find, data: Mapping[str, Any], table: str, key: str) -> Iterator[Problem]:
    first: dict[str | int, int] = {}
    for place, value in _given(data, table, key):
        if value in first:
            yield find("TWICE", (table, place, key), value=value, other=dotted((table, first[value])))
        first.setdefault(value, place)


def _hours(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    for place, service in _parts(data, "service", ServicePart):
        for index, span in enumerate(service.hours):
            start, _, end = span.partition("-")
            if start >= end:
                yield find("HOURS_END_FIRST", ("service", place, "hours", index), value=span)


def _services_of_windows(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    letters = _values(data, "service", "letter")
    for place, window in _parts(data, "window", WindowPart):
        for index, letter in enumerate(window.services):
            path: Path = ("window", place, "services", index)
            if letter not in letters:
                yield find("UNKNOWN_SERVICE", path, nearest(letter, map(str, letters)), value=letter)
            elif letter in window.services[:index]:
                yield find("TWICE", path, value=letter, other=dotted(("window", place, "services")))


def _names_of_devices(find: Find, data: Mapping[str, Any], devices: list[tuple[int, DevicePart]]) -> Iterator[Problem]:
    numbers = _values(data, "window", "number")
    names = _values(data, "line", "id")
    for place, device in devices:
        if device.window is not None and device.window not in numbers:
            yield find("UNKNOWN_WINDOW", ("device", place, "window"), value=device.window)
        if device.window is None and device.driver in _STANDS_AT_A_WINDOW:
            yield find("NEEDS_WINDOW", ("device", place), driver=device.driver)
        if device.line is not None and device.line not in names:
            yield find(
                "UNKNOWN_LINE", ("device", place, "line"), nearest(device.line, map(str, names)), value=device.line
            )
        if device.line is not None and device.baud is not None:
            yield find("BAUD_OF_LINE", ("device", place, "baud"))


def _ports(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    given: list[tuple[Path, str]] = [
        ((table, place, "port"), port)
        for table in ("line", "device")
        for place, port in _given(data, table, "port")
        if isinstance(port, str)
    ]
    drivers = dict(_given(data, "device", "driver"))
    first: dict[str, Path] = {}
    for path, port in given:
        form = port_form(port)
        if form is None:
            yield find("PORT_FORM", path, value=port)
            continue
        driver = drivers.get(path[1]) if path[0] == "device" and isinstance(path[1], int) else None
        if isinstance(driver, str) and not fits_driver(driver, form):
            yield find("PORT_OF_ANOTHER_KIND", path, value=port, driver=driver)
        same = one_port(port)
        if same is not None and same in first:
            yield find("PORT_TAKEN", path, value=port, other=dotted(first[same][:-1]))
        elif same is not None:
            first[same] = path


def _addresses(find: Find, devices: list[tuple[int, DevicePart]]) -> Iterator[Problem]:
    shared: dict[str, list[tuple[int, DevicePart]]] = {}
    for place, device in devices:
        if device.line is not None:
            shared.setdefault(device.line, []).append((place, device))
    for line, members in shared.items():
        first: dict[int, int] = {}
        for place, device in members:
            if device.address is None:
                if len(members) > 1:
                    yield find("NEEDS_ADDRESS", ("device", place), line=line)
            elif device.address in first:
                other = dotted(("device", first[device.address]))
                yield find("ADDRESS_TAKEN", ("device", place, "address"), value=device.address, line=line, other=other)
            else:
                first[device.address] = place


def _one_of_a_kind(find: Find, devices: list[tuple[int, DevicePart]]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, device in devices:
        if device.driver in first and device.driver in _ONE_OF_A_KIND:
            other = dotted(("device", first[device.driver]))
            yield find("ONE_ONLY", ("device", place), driver=device.driver, other=other)
        first.setdefault(device.driver, place)


def _addresses_of_this_hall(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Port numbers and the public address, whose form alone does not say that they can be."""
    for table, key in _NET_KEYS:
        value = _text(data, str(table), str(key))
        number = value.rpartition(":")[2]
        if number.isdecimal() and not 1 <= int(number) <= 65_535:
            yield find("PORT_NUMBER", (table, key), value=value)
    public = _text(data, "pages", "public_url")
    if public and not public.startswith(("http://", "https://")):
        yield find("URL_FORM", ("pages", "public_url"), value=public)


def _text(data: Mapping[str, Any], table: str, key: str) -> str:
    part = data.get(table)
    value = part.get(key) if isinstance(part, dict) else None
    return value if isinstance(value, str) else ""
