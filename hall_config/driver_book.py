"""What the installed drivers say about a hall file. ``hall_config`` knows no driver and finds the book by the entry
point group ``legal_hall.driver_book``; where the controller's part is not installed there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from hall_config.models import DevicePart

DRIVERS: Final = "legal_hall.drivers"
BOOK: Final = "legal_hall.driver_book"
# Names kept free for devices whose bytes only their vendor knows (drivers/slots/README.md); a plug-in may take them.
WITHOUT_PUBLIC_PROTOCOL: Final = frozenset({"led.dory", "caller.dory", "communication-controller.dory", "player.ds120"})


@dataclass(frozen=True, slots=True)
class DriverFacts:
    """What a hall file must know of a driver; the words are those of its manifest."""

    name: str
    kind: str
    ports: tuple[str, ...]
    addresses: tuple[int, int] | None
    needs_window: bool
    one_of_a_kind: bool
    channel: str = "bytes"  # what its line carries; devices on one line want the same
    address_space: str = ""  # whose numbers its addresses are; "" is the line's own


class CannotBuild(Exception):
    """A driver that loads, and fails when it is to be made for a device; the words say how."""


class DriverBook(Protocol):
    """All drivers that are installed on this machine."""

    def facts(self, driver: str) -> DriverFacts | None:
        """None for a driver that nobody knows, or whose plug-in is broken."""

    def option_problems(self, device: DevicePart) -> Iterable[tuple[str | None, str]]:
        """Each wrong option with the driver's words for it; no key where the words are about several.

        Raises `CannotBuild` where the driver and not the option is to blame.
        """


def driver_names() -> tuple[str, ...]:
    """The names that ``driver =`` may have, without loading any of them."""
    return tuple(sorted({point.name for point in entry_points(group=DRIVERS)}))


def installed_book() -> DriverBook | None:
    """The controller's book, where the controller's part is installed."""
    for point in entry_points(group=BOOK):
        try:
            make = point.load()
        except ModuleNotFoundError:
            continue  # central and a desk check what is common to all
        book: DriverBook = make()
        return book
    return None
