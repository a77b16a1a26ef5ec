"""The pins of a board: modes, pulls, what is wired to them, and the level that comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T", int, bool)

PINS: Final = 54
INPUT, OUTPUT = 0, 1
PULL_OFF, PULL_DOWN, PULL_UP = 0, 1, 2
_PULLED_UP_AT_START: Final = 9  # pins 0 to 8 are pulled up after power-on, the others down


class PinBank:
    """54 pins. ``changed`` is called with the bits of pins 0 to 31 whose level has changed."""

    def __init__(self) -> None:
        self.mode = [INPUT] * PINS
        self.filter_us = [0] * PINS
        self.changed: Callable[[int], None] = lambda bits: None
        self.watchers: list[Callable[[], None]] = []  # what hangs on outputs: called when one may have been switched
        self._pull = [PULL_UP if pin < _PULLED_UP_AT_START else PULL_DOWN for pin in range(PINS)]
        self._written = [False] * PINS
        self._grounded = [False] * PINS
        self._cut = [False] * PINS

    def level(self, pin: int) -> bool:
        if self.mode[pin] == OUTPUT:
            return self._written[pin]
        return self._pull[pin] == PULL_UP and (self._cut[pin] or not self._grounded[pin])

    def levels(self) -> int:
        """Pins 0 to 31, pin 0 in the lowest bit."""
        return sum(1 << pin for pin in range(32) if self.level(pin))

    def set_mode(self, pin: int, mode: int) -> int:
        return self._set(self.mode, pin, mode)

    def set_pull(self, pin: int, pull: int) -> int:
        return self._set(self._pull, pin, pull)

    def write(self, pin: int, on: bool) -> int:
        before = self.levels()
        self.mode[pin], self._written[pin] = OUTPUT, on
        self._tell(before)
        return 0

    def ground(self, pin: int, closed: bool, bounces: int = 0) -> None:
        """A contact to ground closes or opens; without a filter the daemon sees each bounce of it."""
        if self.filter_us[pin] == 0:
            for _ in range(bounces):
                self._connect(pin, closed)
                self._connect(pin, not closed)
        self._connect(pin, closed)

    def lit(self, pin: int) -> bool:
        """A lamp between this pin and ground gives light."""
        return self.mode[pin] == OUTPUT and self._written[pin] and not self._cut[pin]

    def driven(self, pin: int) -> bool | None:
        """The level that the host drives this pin to; None while it drives none, or the wire is off."""
        return self._written[pin] if self.mode[pin] == OUTPUT and not self._cut[pin] else None

    def cut(self, pin: int, off: bool) -> None:
        """The wire between the pin and what hangs on it comes off, or is put on again."""
        self._set(self._cut, pin, off)

    def _connect(self, pin: int, closed: bool) -> None:
        before = self.levels()
        self._grounded[pin] = closed
        self._tell(before)

    def _set(self, row: list[T], pin: int, value: T) -> int:
        before = self.levels()
        row[pin] = value
        self._tell(before)
        return 0

    def _tell(self, before: int) -> None:
        for look in self.watchers:
            look()
        bits = before ^ self.levels()
        if bits:
            self.changed(bits)
