"""What hangs on a board's pins, as people use it: buttons with their lamps, doors with their contacts, locks.

Both are wired to ground, as the drivers expect: a pressed button and a closed door pull their pin low.
The host reaches them through the pigpio daemon's socket (``pigpio_language.py``) and through nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from simulators.device import Device, Send, WrongArgument, no_others
from simulators.device_actions import unknown_action
from simulators.gpio_output import SimulatedOutput
from simulators.pigpio_language import PigpioDaemon
from simulators.pin_bank import PINS, PinBank
from simulators.pin_pictures import draw_button, draw_door

_HELD_S: Final = 0.2  # how long a finger stays on a button
_BOUNCES_LIMIT: Final = 20


class SimulatedPins:
    """The pins of one hall behind a daemon on loopback; ``close`` and ``open`` again are unplug and replug."""

    def __init__(self, port: int = 0) -> None:
        self._lock = threading.RLock()
        self.bank = PinBank()
        self._daemon = PigpioDaemon(self.bank, port, self._lock)

    @property
    def port(self) -> int:
        """Where the daemon listens; known once it was opened."""
        return self._daemon.port

    @property
    def connections(self) -> int:
        return self._daemon.connections

    def open(self) -> None:
        self._daemon.open()

    def close(self) -> None:
        self._daemon.close()

    def device(
        self, device_id: str, kind: str, pin: int, lamp_pin: int | None = None, *, active_high: bool = True
    ) -> Device:
        """Wire a ``button``, a ``contact`` or an ``output`` to a pin."""
        if not 0 <= pin < PINS or (lamp_pin is not None and not 0 <= lamp_pin < PINS):
            raise ValueError(f"device {device_id}: pins are numbered 0 to {PINS - 1}")
        match kind:
            case "button":
                return SimulatedButton(device_id, self.bank, self._lock, pin, lamp_pin)
            case "contact":
                return SimulatedDoor(device_id, self.bank, self._lock, pin)
            case "output":
                return SimulatedOutput(device_id, self.bank, pin, active_high=active_high)
        raise ValueError(f"device {device_id}: on a pin hangs a button, a contact or an output, not {kind!r}")


class SimulatedButton:
    """A push button. Actions: ``press`` {bounces}, ``hold``, ``release``."""

    kind = "gpio-button"

    def __init__(self, device_id: str, bank: PinBank, lock: threading.RLock, pin: int, lamp_pin: int | None) -> None:
        self.id = device_id
        self._bank, self._lock, self._pin, self._lamp_pin = bank, lock, pin, lamp_pin
        self._pressed = False
        self._presses = 0
        self._now_s = 0.0
        self._release_at_s: float | None = None

    def attach(self, send: Send) -> None:
        """A button says no bytes."""

    def hear(self, data: bytes) -> None:
        """A button hears no bytes."""

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._lock:
            match action:
                case "press":
                    self._push(_bounces(arguments))
                    self._release_at_s = self._now_s + _HELD_S
                case "hold":
                    self._push(_bounces(arguments))
                case "release":
                    self._let_go()
                case _:
                    raise unknown_action("a button", self.kind, action)
        return self.show()

    def show(self) -> dict[str, Any]:
        lamp = None if self._lamp_pin is None else self._bank.lit(self._lamp_pin)
        return {"pressed": self._pressed, "presses": self._presses, "lamp": lamp, "pin": self._pin}

    def picture(self) -> bytes | None:
        return draw_button(pressed=self._pressed, lamp=bool(self.show()["lamp"]))

    def audio(self) -> bytes | None:
        return None

    def tick(self, steady_s: float) -> None:
        with self._lock:
            if self._now_s == 0.0 and self._release_at_s is not None:
                self._release_at_s += steady_s  # pressed before the first tick
            self._now_s = steady_s
            if self._release_at_s is not None and steady_s >= self._release_at_s:
                self._let_go()

    def _push(self, bounces: int) -> None:
        if self._pressed:
            self._let_go()
        self._pressed = True
        self._presses += 1
        self._bank.ground(self._pin, True, bounces)

    def _let_go(self) -> None:
        self._pressed, self._release_at_s = False, None
        self._bank.ground(self._pin, False)


class SimulatedDoor:
    """A door with a reed contact, closed at first. Actions: ``open``, ``close``, ``press`` (push it the other way)."""

    kind = "gpio-contact"

    def __init__(self, device_id: str, bank: PinBank, lock: threading.RLock, pin: int) -> None:
        self.id = device_id
        self._bank, self._lock, self._pin = bank, lock, pin
        self._open = False
        self._moves = 0
        bank.ground(pin, True)

    def attach(self, send: Send) -> None:
        """A door says no bytes."""

    def hear(self, data: bytes) -> None:
        """A door hears no bytes."""

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._lock:
            match action:
                case "open" | "close":
                    self._move(action == "open", _bounces(arguments))
                case "press":
                    self._move(not self._open, _bounces(arguments))
                case _:
                    raise unknown_action("a door", self.kind, action)
        return self.show()

    def show(self) -> dict[str, Any]:
        return {"open": self._open, "moves": self._moves, "pin": self._pin}

    def picture(self) -> bytes | None:
        return draw_door(is_open=self._open)

    def audio(self) -> bytes | None:
        return None

    def tick(self, steady_s: float) -> None:
        """A door stays as it was left."""

    def _move(self, is_open: bool, bounces: int) -> None:
        if is_open != self._open:
            self._open = is_open
            self._moves += 1
            self._bank.ground(self._pin, not is_open, bounces)


def _bounces(arguments: Mapping[str, Any]) -> int:
    no_others(arguments, "bounces", "key")
    if not isinstance(arguments.get("key", ""), str):
        raise WrongArgument("key", "there is one key here: give none, or a text")
    value = arguments.get("bounces", 0)
    if type(value) is not int or not 0 <= value <= _BOUNCES_LIMIT:
        raise WrongArgument("bounces", f"bounces must be a whole number from 0 to {_BOUNCES_LIMIT}, not {value!r}")
    return value
