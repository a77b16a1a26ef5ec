"""The serial ports of this machine, each by the name that stays the same after the next start.

Knows udev's links and what is worth of them. ``/dev/serial/by-id`` names the adapter itself, but only where the
adapter has a number of its own: all CH340 and PL2303 look alike, two of them fight for one link, and after a restart
the printer is the sign. Those are named by the socket they are plugged into: ``/dev/serial/by-path``.
Must not open any port.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

By = Literal["by-id", "by-path", "name"]
_TTYS: Final = re.compile(r"tty(USB|ACM|AMA|S|O|mxc|THS|XRUSB)\d+")
_NAMELESS: Final = re.compile(r"usb-(1a86_|Prolific_Technology_Inc\._USB-Serial_Controller(_[A-Z])?-if)")
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class SerialPort:
    """One port. ``stable`` belongs into hall.toml, ``by`` says where it comes from, ``device`` is its name today."""

    device: str
    stable: str
    by: By


def serial_ports(folder: Path = Path("/dev"), system: Path = Path("/sys")) -> tuple[SerialPort, ...]:
    """Every port of a folder laid out like /dev; of any other folder, every terminal that is linked there."""
    by_id, by_path = _links(folder / "serial" / "by-id"), _links(folder / "serial" / "by-path")
    if not by_id and not by_path and folder != Path("/dev"):
        return tuple(
            SerialPort(device, link, "name")
            for link, device in sorted((link, device) for device, link in _links(folder).items())
        )
    consoles = _consoles(system)
    devices = {device for device in (*by_id, *by_path) if _is_terminal(device)}
    if folder.is_dir():
        devices |= {str(one) for one in folder.iterdir() if _TTYS.fullmatch(one.name) and _is_real(one, system)}
    twins = _twins(devices, by_id)
    found = []
    for device in sorted(devices, key=_in_order):
        if Path(device).name in consoles:
            continue  # somebody may be signed in there
        good_id = by_id.get(device)
        if good_id is not None and (twins or not _has_own_number(device, good_id, system)) and device in by_path:
            good_id = None
        stable = good_id or by_path.get(device) or device
        by: By = "by-id" if good_id else "by-path" if device in by_path else "name"
        found.append(SerialPort(device, stable, by))
    return tuple(found[:_MOST])


def named_port(port: str) -> SerialPort:
    """A port that somebody names: as it stands, or where it leads today."""
    return SerialPort(port if "://" in port else os.path.realpath(port), port, "name")


def _links(folder: Path) -> dict[str, str]:
    """Each terminal that lies in the folder or is linked there: its real name and its name there."""
    if not folder.is_dir():
        return {}
    return {
        os.path.realpath(one): str(one)
        for one in sorted(folder.iterdir(), reverse=True)
        if _is_terminal(os.path.realpath(one))
    }


def _is_terminal(path: str) -> bool:
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return False  # a link whose adapter was pulled


def _is_real(device: Path, system: Path) -> bool:
    """The kernel makes ttyS0 to ttyS3 on every machine; a type of 0 means that no chip is there."""
    if not _is_terminal(str(device)):
        return False
    kind = system / "class" / "tty" / device.name / "type"
    return not device.name.startswith("ttyS") or (kind.is_file() and kind.read_text().strip() not in ("", "0"))


def _consoles(system: Path) -> set[str]:
    active = system / "class" / "tty" / "console" / "active"
    return set(active.read_text().split()) if active.is_file() else set()


def _twins(devices: set[str], by_id: dict[str, str]) -> bool:
    """Whether a USB adapter has no link by its id: then another one, that looks alike, has taken it."""
    return bool(by_id) and any("ttyUSB" in device and device not in by_id for device in devices)


def _has_own_number(device: str, link: str, system: Path) -> bool:
    """Whether the adapter tells itself apart from others of its make."""
    place = (system / "class" / "tty" / Path(device).name / "device").resolve()
    for folder in (place, *place.parents):
        if (folder / "idVendor").is_file():
            number = folder / "serial"
            return number.is_file() and number.read_text(errors="replace").strip() not in ("", "0", "0000", "123456")
    return _NAMELESS.match(Path(link).name) is None


def _in_order(device: str) -> tuple[str, int]:
    found = re.search(r"(\d+)$", device)
    return (device.rstrip("0123456789"), int(found[1]) if found else -1)
