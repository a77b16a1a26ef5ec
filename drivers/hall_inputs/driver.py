"""Buttons, lamps and contacts as drivers. All of a hall's pins are one line.

Knows pressed, open and lit. Must not know which library reaches the pins, nor what a press is for.
gpiozero calls back in threads of its own: there a word is put into a queue and nothing else; ``poll`` takes it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final

from gpiozero import LED, DigitalInputDevice

from drivers.driver import Order, Tell
from drivers.errors import DeviceFault
from drivers.hall_inputs.pins import Pins
from drivers.kinds.inputs import ButtonPressed, ContactMoved, LightLamp

_PIN: Final = re.compile(r"gpio:([0-9]{1,2})")
_LAST_PIN: Final = 53
_LONGEST_BOUNCE_S: Final = 0.3  # pigpio's own limit
POLL_EVERY_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Wiring:
    pin: int
    lamp: int | None
    bounce_s: float
    active_low: bool


class HelpButton:
    """A button to ground (or to 3.3 V), with a lamp on a second pin if it has one."""

    poll_every_s: float | None = POLL_EVERY_S

    def __init__(self, device: str, tell: Tell, wiring: _Wiring) -> None:
        self.device = device
        self._tell = tell
        self._wiring = wiring
        self._presses: SimpleQueue[None] = SimpleQueue()
        self._button: Any = None
        self._lamp: Any = None
        self._lit = False

    def handshake(self, channel: Pins) -> None:
        self.forget()
        with channel.guard():
            self._button = _watch(channel, self._wiring)
            self._button.when_activated = _putter(self._presses, None)
            if self._wiring.lamp is not None:
                self._lamp = LED(self._wiring.lamp, initial_value=self._lit, pin_factory=channel.factory)

    def perform(self, channel: Pins, order: LightLamp) -> None:
        if not isinstance(order, LightLamp):
            raise DeviceFault(
                "no_such_order", f"{self.device} is a button with a lamp, it cannot {type(order).__name__}"
            )
        if self._lamp is None:
            raise DeviceFault("no-lamp", f"{self.device} has no lamp; its pin is named by the option lamp")
        self._lit = order.lit  # kept: a lamp whose pins came back is lit as it should be
        with channel.guard():
            self._lamp.value = int(order.lit)

    def poll(self, channel: Pins) -> None:
        for _ in _drained(self._presses):
            self._tell(ButtonPressed(self.device))
        channel.check()

    def heard(self, channel: Pins, data: bytes) -> None:
        """Pins carry no bytes."""

    def forget(self) -> None:
        for part in (self._button, self._lamp):
            _close(part)
        self._button = self._lamp = None


class DoorContact:
    """A reed contact: closed door, closed contact."""

    poll_every_s: float | None = POLL_EVERY_S

    def __init__(self, device: str, tell: Tell, wiring: _Wiring) -> None:
        self.device = device
        self._tell = tell
        self._wiring = wiring
        self._moves: SimpleQueue[bool] = SimpleQueue()
        self._contact: Any = None
        self._told: bool | None = None

    def handshake(self, channel: Pins) -> None:
        self.forget()
        with channel.guard():
            self._contact = _watch(channel, self._wiring)
            self._contact.when_activated = _putter(self._moves, False)
            self._contact.when_deactivated = _putter(self._moves, True)
            self._now(not self._contact.is_active)

    def perform(self, channel: Pins, order: Order) -> None:
        raise DeviceFault("no_such_order", f"{self.device} is a contact: it can only be read")

    def poll(self, channel: Pins) -> None:
        for is_open in _drained(self._moves):
            self._now(is_open)
        if channel.check() and self._moves.empty():
            with channel.guard():
                self._now(not self._contact.is_active)  # an edge that got lost must not leave a door open for ever

    def heard(self, channel: Pins, data: bytes) -> None:
        """Pins carry no bytes."""

    def forget(self) -> None:
        _close(self._contact)
        self._contact = self._told = None
        _drained(self._moves)

    def _now(self, is_open: bool) -> None:
        if is_open != self._told:
            self._told = is_open
            self._tell(ContactMoved(self.device, is_open))


def _watch(channel: Pins, wiring: _Wiring) -> Any:
    bounce_s = wiring.bounce_s or None
    # not gpiozero's Button: it keeps a thread for long presses, which outlives a lost connection
    return DigitalInputDevice(wiring.pin, pull_up=wiring.active_low, bounce_time=bounce_s, pin_factory=channel.factory)


def _putter(queue: SimpleQueue[Any], word: object) -> Callable[[], None]:
    return lambda: queue.put(word)


def _drained(queue: SimpleQueue[Any]) -> list[Any]:
    found = []
    while True:
        try:
            found.append(queue.get_nowait())
        except Empty:
            return found


def _close(part: Any) -> None:
    """Let a gpiozero device go. Where its pins are gone already there is nothing to be said to them."""
    if part is None:
        return
    try:
        part.close()
    except (OSError, AttributeError):
        return


def build_button(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> HelpButton:
    """Options: ``pin``, ``lamp`` (``gpio:N``), ``bounce_s`` (0.05), ``active`` (``low``: pressed is ground)."""
    return HelpButton(device, tell, _wiring(device, options, {"pin", "lamp", "bounce_s", "active"}))


def build_contact(
    device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]
) -> DoorContact:
    """Options: ``pin`` (``gpio:N``), ``bounce_s`` (0.05), ``active`` (``low``: closed is ground)."""
    return DoorContact(device, tell, _wiring(device, options, {"pin", "bounce_s", "active"}))


def _wiring(device: str, options: Mapping[str, Any], known: set[str]) -> _Wiring:
    unknown = set(options) - known
    if unknown:
        raise ValueError(f"{device}: unknown option {sorted(unknown)[0]}; known are {', '.join(sorted(known))}")
    bounce_s = options.get("bounce_s", 0.05)
    if type(bounce_s) not in (int, float) or not 0 <= bounce_s <= _LONGEST_BOUNCE_S:
        raise ValueError(f"{device}: bounce_s must lie between 0 and {_LONGEST_BOUNCE_S} s, not {bounce_s!r}")
    active = options.get("active", "low")
    if active not in ("low", "high"):
        raise ValueError(f"{device}: active must be low or high, not {active!r}")
    if "pin" not in options:
        raise ValueError(f"{device}: has no pin; its port reads like gpio:17")
    lamp = _lamp(device, options["lamp"]) if "lamp" in options else None
    return _Wiring(pin_number(device, "pin", options["pin"]), lamp, float(bounce_s), active == "low")


def _lamp(device: str, value: Any) -> int:
    """A text only, as the option is declared: a bare number could as well be a position on the header."""
    return pin_number(device, "lamp", value if isinstance(value, str) else [value])


def pin_number(device: str, name: str, value: Any) -> int:
    """The pin that ``gpio:17``, or a plain number, stands for; raises ValueError."""
    found = _PIN.fullmatch(value) if isinstance(value, str) else None
    number = int(found.group(1)) if found else value
    if type(number) is not int or not 0 <= number <= _LAST_PIN:
        raise ValueError(f"{device}: {name} must read like gpio:17, not {value!r}")
    return number
