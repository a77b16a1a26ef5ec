"""The hall file with the ports that the simulator made, comments and all, for ``hall edge``."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tomlkit

_LOOPBACK: Final = re.compile(r"(?:socket|pigpio)://127\.0\.0\.1:(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Ports:
    """Which port each line and each device with a port of its own has got, and where the pins are."""

    lines: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)
    pins: str | None = None
    passes: Mapping[str, str] = field(default_factory=dict)  # [passes], where the hall has a gate


def loopback_number(port: str | None) -> int:
    """The TCP port of a loopback URL, or 0."""
    found = _LOOPBACK.fullmatch(port or "")
    return int(found.group(1)) if found else 0


def with_ports(text: str, ports: Ports) -> str:
    """The same file with these ports in it."""
    document: Any = tomlkit.parse(text)
    for table in document.get("line", []):
        if table.get("id") in ports.lines:
            table["port"] = ports.lines[table["id"]]
    for table in document.get("device", []):
        if "port" in table and table.get("id") in ports.devices:
            table["port"] = ports.devices[table["id"]]
    if ports.pins is not None:
        if "gpio" not in document:
            document["gpio"] = tomlkit.table()
        document["gpio"]["pins"] = ports.pins
    if ports.passes:
        if "passes" not in document:
            document["passes"] = tomlkit.table()
        for key, value in ports.passes.items():
            document["passes"][key] = value
    return str(tomlkit.dumps(document))


def earlier_ports(path: Path | None) -> Ports:
    """The ports of an earlier copy, so that a simulator that starts again is found where it was."""
    if path is None or not path.is_file():
        return Ports()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return Ports()  # a copy that was cut off tells nothing; a new one is written over it
    return Ports(
        {str(table.get("id")): str(table.get("port")) for table in _tables(found, "line")},
        {str(table.get("id")): str(table["port"]) for table in _tables(found, "device") if "port" in table},
        str(found["gpio"].get("pins")) if isinstance(found.get("gpio"), dict) else None,
    )


def _tables(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    tables = found.get(name)
    return [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
