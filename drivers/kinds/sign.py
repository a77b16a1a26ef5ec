"""A window sign: it shows one line, or several that take turns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from drivers.driver import Order

BRIGHTEST: Final = 15


@dataclass(frozen=True, slots=True)
class ShowText(Order):
    """Show one page, or several that take turns. ``blink``: each page goes dark every other half second."""

    pages: tuple[str, ...]
    blink: bool = False

    def __post_init__(self) -> None:
        if not self.pages:
            raise ValueError("a sign needs at least one page; an empty one darkens it")


@dataclass(frozen=True, slots=True)
class SwitchSign(Order):
    """Light the screen or darken it; what it shows stays in its memory."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetBrightness(Order):
    """Forced brightness, 0 to 15."""

    level: int

    def __post_init__(self) -> None:
        if not 0 <= self.level <= BRIGHTEST:
            raise ValueError(f"brightness is 0 to {BRIGHTEST}, not {self.level}")


@dataclass(frozen=True, slots=True)
class SetClock(Order):
    """Set the clock inside the card. It was ``local`` (the hall's own time) when the steady count was ``as_of_s``, of
    `time.monotonic`: however long the order waited, the card is not told an old time."""

    local: datetime
    as_of_s: float

    def at(self, steady_s: float) -> datetime:
        """The hall's time at another reading of the steady count."""
        return self.local + timedelta(seconds=steady_s - self.as_of_s)
