"""One pin that switches a relay: a lock that is pulsed, or a lamp. De-energised is safe.

Knows on, off and for how long. Must not know what hangs on the relay.
The pin is released at the start, at the end of each pulse, before the pins are let go, and after ``longest_s`` whatever
happens. A pulse is ended by ``poll``, not by waiting: a help button on the same board is heard meanwhile.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from gpiozero import OutputDevice

from drivers.driver import Order, Tell
from drivers.errors import DeviceFault, DriverError
from drivers.hall_inputs.driver import POLL_EVERY_S, pin_number
from drivers.hall_inputs.pins import Pins
from drivers.kinds.relays import LightRelay, PulseRelay, RelaysRead, SwitchRelays
from drivers.options import Option, read_options

OPTIONS: Final = (
    Option("active_high", "bool", True),
    Option("longest_s", "float", 5.0, 0.1, 60),
    Option("lamp", "bool", False),
)


class PinOutput:
    """Relays of one channel, 0."""

    poll_every_s: float | None = POLL_EVERY_S  # a pulse ends so much later at most

    def __init__(
        self,
        device: str,
        tell: Tell,
        pin: int,
        options: Mapping[str, Any],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self._tell = tell
        self._pin = pin
        self._active_high = bool(options["active_high"])
        self._longest_s = float(options["longest_s"])
        self._may_stay = bool(options["lamp"])
        self._steady = steady
        self._output: Any = None
        self._off_at_s: float | None = None
        self._told: bool | None = None

    def handshake(self, channel: Pins) -> None:
        self.forget()
        with channel.guard():
            channel.settle(self._pin, not self._active_high)
            self._output = OutputDevice(
                self._pin, active_high=self._active_high, initial_value=False, pin_factory=channel.factory
            )
        channel.before_close(self.device, self._release)
        self._say(on=False)

    def perform(self, channel: Pins, order: Order) -> None:
        match order:
            case PulseRelay(relay=relay, tenths=tenths):
                self._check(relay)
                if not 1 <= tenths <= round(self._longest_s * 10):
                    raise DeviceFault("too-long", f"{self.device}: a pulse lasts 0.1 to {self._longest_s:g} s")
                self._switch(channel, on=True, for_s=tenths / 10)
            case SwitchRelays(on=on, longest_s=longest_s):
                for relay in on:
                    self._check(relay)
                self._switch(channel, on=bool(on), for_s=min(longest_s, self._longest_s))
            case LightRelay(relay=relay, lit=lit):
                self._check(relay)
                if not self._may_stay:
                    raise DeviceFault("no-lamp", f"{self.device} is no lamp: the option lamp lets an output stay on")
                self._switch(channel, on=lit, for_s=None)
            case _:
                raise DeviceFault("no_such_order", f"{self.device} can only be switched")

    def poll(self, channel: Pins) -> None:
        if self._off_at_s is not None and self._steady() >= self._off_at_s:
            self._switch(channel, on=False, for_s=None)
        channel.check()

    def heard(self, channel: Pins, data: bytes) -> None:
        """Pins carry no bytes."""

    def forget(self) -> None:
        """The pins are gone or were let go: whoever has them now, it is not us."""
        if self._output is not None:
            self._release()
            with contextlib.suppress(OSError, AttributeError):  # a daemon that is gone cannot be told
                self._output.close()
        self._output = self._told = self._off_at_s = None

    def _switch(self, channel: Pins, *, on: bool, for_s: float | None) -> None:
        """On for so long; None: until it is switched again."""
        if self._output is None:
            raise DeviceFault("not-open", f"{self.device} has no pin now")
        if on:
            self._off_at_s = None
        if on and for_s is not None:
            self._off_at_s = self._steady() + for_s
        try:
            with channel.guard():
                self._output.value = int(on)
        except DriverError:
            self._off_at_s = None
            raise
        if not on:
            self._off_at_s = None
        self._say(on)

    def _release(self) -> None:
        """De-energise, whatever state the rest is in."""
        self._off_at_s = None
        try:
            if self._output is not None and not self._output.closed:
                self._output.off()
        except (OSError, AttributeError):
            return  # its board is gone; README: fit a relay that falls off by itself

    def _say(self, on: bool) -> None:
        if on != self._told:
            self._told = on
            self._tell(RelaysRead(self.device, frozenset({0}) if on else frozenset()))

    def _check(self, relay: int) -> None:
        if relay != 0:
            raise DeviceFault("no-such-relay", f"{self.device} has one relay, number 0")


def build_output(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> PinOutput:
    """The pin comes as the option ``pin``, as for a button."""
    if "pin" not in options:
        raise ValueError(f"{device}: has no pin; its port reads like gpio:17")
    own = {key: value for key, value in options.items() if key != "pin"}
    return PinOutput(device, tell, pin_number(device, "pin", options["pin"]), read_options(OPTIONS, own))
