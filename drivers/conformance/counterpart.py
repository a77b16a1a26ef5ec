"""The other side of a driver's line, as the kit needs it: a simulated device, or a real one that can be unplugged.

The kit imports no simulator: it asks each entry point of the group ``legal_hall.counterparts``, a function that takes
a driver's name and gives a `Counterpart` or None, or takes the object that ``--counterpart module:ATTRIBUTE`` names.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, Protocol, cast

from drivers.driver import Manifest

DRIVERS: Final = "legal_hall.drivers"
COUNTERPARTS: Final = "legal_hall.counterparts"
BYTE_TRANSPORTS: Final = ("pty", "tcp")


class Connection(Protocol):
    """One line with the device behind it. Methods may be called from any thread."""

    @property
    def port(self) -> str:
        """What the driver opens; a name that lasts while the tty behind it may change."""

    def close(self) -> None:
        """Leave nothing behind; twice is fine."""

    def unplug(self) -> None:
        """Pull the plug of the line."""

    def replug(self, *, another_tty: bool = False) -> None:
        """Put it back in; ``another_tty``: the same port, but another device file behind it."""

    def silence(self, on: bool) -> None:
        """The line stays, the device neither hears nor says anything."""

    def noise(self, data: bytes, limit_s: float) -> int:
        """Put bytes on the line towards the driver, as fast as it takes them; how many it took within ``limit_s``."""

    def pieces(self, size: int | None) -> None:
        """From now on what the device says comes in pieces of so many bytes; None: as it comes."""

    def glue(self, on: bool) -> None:
        """From now on what the device says within some 50 ms comes in one piece."""

    def halve(self, on: bool) -> None:
        """From now on whatever the device says breaks off in its middle."""

    def did(self) -> object:
        """What the device did and holds, without counters of bytes and frames: equal when nothing happened."""

    def provoke(self, turn: int) -> tuple[str, ...]:
        """Make the device report something, each ``turn`` something else; what of it must never be logged."""

    def refuse(self) -> None:
        """From now on the device refuses its work, in its own language: paper out, a fault, an exception code."""


class Counterpart(Protocol):
    """How the other side of one driver is made."""

    @property
    def transports(self) -> tuple[str, ...]:
        """Of ``pty`` and ``tcp``, which carry bytes, and names of its own (``pins``) for what does not."""

    @property
    def address(self) -> int | None:
        """Where the device answers on a shared line."""

    @property
    def options(self) -> Mapping[str, Any]:
        """What ``[device.options]`` must say for this device."""

    @property
    def answers(self) -> bool:
        """False: its protocol has no question, so its silence cannot be noticed."""

    @property
    def reports(self) -> tuple[int, ...]:
        """How many reports each ``provoke`` brings about, by turn; empty: the device never reports by itself."""

    @property
    def refuses(self) -> bool:
        """Whether `Connection.refuse` works."""

    def open(self, transport: str, folder: Path) -> Connection: ...


class NotFound(LookupError):
    """No such driver or counterpart; the words say what to do."""


def find_manifest(name: str) -> Manifest:
    """A driver by its entry point's name or as ``module:ATTRIBUTE``."""
    if ":" in name:
        found = _load(name)
    else:
        points = {point.name: point for point in entry_points(group=DRIVERS)}
        if name not in points:
            raise NotFound(f"no driver {name} is installed; installed: {', '.join(sorted(points)) or 'none'}")
        found = points[name].load()
    if not isinstance(found, Manifest):
        raise NotFound(f"{name} is no drivers.driver.Manifest")
    return found


def find_counterpart(manifest: Manifest, named: str | None) -> Counterpart:
    """The counterpart that was named, or the first that an installed package has for this driver."""
    if named is not None:
        found = _load(named)
        return cast(Counterpart, found(manifest.name) if callable(found) else found)
    for point in entry_points(group=COUNTERPARTS):
        found = point.load()(manifest.name)
        if found is not None:
            return cast(Counterpart, found)
    raise NotFound(f"nothing stands on the other side of {manifest.name}; name it by --counterpart module:ATTRIBUTE")


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as problem:
        raise NotFound(f"{name} cannot be loaded: {problem}") from problem
