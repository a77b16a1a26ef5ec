"""What the installed drivers say about a hall file. ``hall_config`` knows no driver and finds the book by the entry
point group ``legal_hall.driver_book``; where the controller's part is not installed there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final, Protocol

from hall_config.points import CHANNELS

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
    points: int = 1  # how many relays or inputs a device has where no option says so
    points_option: str | None = None

    @property
    def has_one(self) -> bool:
        """Whether it is named without a channel."""
        return self.points == 1 and self.points_option is None

    def points_in(self, options: Mapping[str, Any]) -> int:
        """How many relays or inputs a device with these options has; an option that is no number is told elsewhere."""
        count = self.points if self.points_option is None else options.get(self.points_option, self.points)
        return count if isinstance(count, int) else CHANNELS


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
