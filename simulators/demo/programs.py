"""The command lines of the demo's parts, all in one place."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

from simulators.demo.layout import HallPlace, Layout


def hall_command() -> list[str]:
    """The console program of this installation, whatever the PATH says."""
    beside = Path(sys.executable).with_name("hall")
    if beside.is_file():
        return [str(beside)]
    return [sys.executable, "-c", "from hall_config.program import main; main()"]


def line_arguments(layout: Layout, broker_folder: Path) -> list[str]:
    """Of ``hall``: the broker's certificates and lists, by central's own authority."""
    return [
        "line", "broker",
        "--host", "127.0.0.1",
        "--host", "localhost",
        "--out", str(broker_folder),
        "--data", str(layout.central_data),
        "--database", layout.database,
        "--listen", "127.0.0.1",
        "--port", str(layout.broker_port),
    ]  # fmt: skip


def enrol_arguments(layout: Layout, place: HallPlace) -> list[str]:
    """Of ``hall``; it asks for the code, which is not for a command line that everybody can read."""
    return ["enrol", "--config", str(place.asked_file), "--central", layout.central_url]


def central_command(layout: Layout, broker_folder: Path) -> list[str]:
    return [
        *hall_command(), "central",
        "--database", layout.database,
        "--broker", layout.broker_url,
        "--broker-files", str(broker_folder),
        "--data", str(layout.central_data),
        "--listen", f"127.0.0.1:{layout.port_base}",
    ]  # fmt: skip


def edge_command(place: HallPlace) -> list[str]:
    return [*hall_command(), "edge", "--config", str(place.edge_file)]


def simulator_command(place: HallPlace, seed: int) -> list[str]:
    return [
        *hall_command(), "simulate",
        "--config", str(place.asked_file),
        "--control", str(place.simulator_port),
        "--write", str(place.edge_file),
        "--run", str(place.folder / "run"),
        "--paced",  # paper comes out as fast as a 115200 line carries it, and no faster
        "--seed", str(seed),
    ]  # fmt: skip


def people_command(place: HallPlace, staff_file: Path, *, visitors: float, speed: float, seed: int) -> list[str]:
    own_seed = (seed * 7919 + zlib.crc32(place.id.encode())) % 900  # each hall has a morning of its own
    return [
        sys.executable, "-m", "simulators.day",
        "--edge", place.url,
        "--simulator", place.simulator_url,
        "--staff", str(staff_file),
        "--visitors", str(visitors),
        "--speed", str(speed),
        "--seed", str(own_seed),
    ]  # fmt: skip
