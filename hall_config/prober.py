"""How ``hall config init`` learns what hangs on this machine. ``hall_config`` knows no driver and asks whoever does, by
the entry point group ``legal_hall.prober``; where the controller's part is not installed nothing is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

PROBER: Final = "legal_hall.prober"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A device that answered, as it can stand in a hall file. ``baud`` is None where it is the driver's own.
    ``options`` are the driver's with their defaults."""

    driver: str
    kind: str
    port: str
    baud: int | None
    address: int | None
    words: str
    needs_window: bool
    options: tuple[tuple[str, Any], ...] = ()


Prober = Callable[[Path], Sequence[Proposal]]  # gets the folder of the serial ports


def installed_prober() -> Prober | None:
    """The controller's prober, where the controller's part is installed."""
    for point in entry_points(group=PROBER):
        try:
            found: Prober = point.load()
        except ModuleNotFoundError:
            continue
        return found
    return None
