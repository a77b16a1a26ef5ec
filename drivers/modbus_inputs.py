"""Inputs of a Modbus board as moves: read often, believed when several reads agree, told once for each move.

Knows FC 02, bounce and the boards whose inputs drive their own relays. Must not know what hangs on an input: that is
the device folder's matter (contacts, keys).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from drivers.modbus_bus import ModbusBus
from drivers.options import Option

INPUTS_LIMIT: Final = 32
_MODES: Final = 0x1000  # one holding register for each input: 0000 leaves the relays to the host
_FREE: Final = 0x0000

INPUT_OPTIONS: Final = (
    Option("inputs", "int", 8, low=1, high=INPUTS_LIMIT),
    Option("invert", "list", ()),
    Option("poll_ms", "int", 80, low=50, high=1000),
    Option("equal_reads", "int", 2, low=1, high=10),
    Option("decouple", "bool", False),
    Option("board", "text"),
)


@dataclass(frozen=True, slots=True)
class Move:
    """One input is on or off now; ``first``: that is how it was found, nobody has moved it."""

    channel: int
    on: bool
    first: bool


class Debounce:
    """What was read, to what is so: an input has moved when ``equal_reads`` reads in a row say the same."""

    def __init__(self, equal_reads: int) -> None:
        self._equal_reads = equal_reads
        self._states: dict[int, bool] = {}
        self._seen: dict[int, tuple[bool, int]] = {}

    def feed(self, states: Mapping[int, bool]) -> list[Move]:
        moves = []
        for channel, on in states.items():
            before, count = self._seen.get(channel, (on, 0))
            count = count + 1 if before is on else 1
            self._seen[channel] = (on, count)
            known = self._states.get(channel)
            if count >= self._equal_reads and known is not on:
                self._states[channel] = on
                moves.append(Move(channel, on, first=known is None))
        return moves

    def forget(self) -> None:
        self._states.clear()
        self._seen.clear()


class InputReader:
    """The inputs of one board. ``settings`` are the values of ``INPUT_OPTIONS``; a ValueError names the wrong one."""

    def __init__(self, address: int, settings: Mapping[str, Any]) -> None:
        self.count: int = settings["inputs"]
        self.poll_every_s: float = settings["poll_ms"] / 1000
        self._address = address
        self._invert = channels("invert", settings["invert"], self.count)
        self._decouple: bool = settings["decouple"]
        self._debounce = Debounce(settings["equal_reads"])

    def meet(self, channel: ModbusBus) -> None:
        """The board answers; its inputs let go of its relays where that was asked for."""
        with channel.meeting():
            channel.read_inputs(self._address, self.count, tries=1)
        if self._decouple:
            modes = channel.read_registers(self._address, _MODES, self.count)
            for place, mode in enumerate(modes):
                if mode != _FREE:  # the board keeps it for good, and what keeps wears out
                    channel.write_register(self._address, _MODES + place, _FREE)

    def moves(self, channel: ModbusBus) -> list[Move]:
        """One read, and what has moved by it."""
        on = channel.read_inputs(self._address, self.count, tries=1)
        return self._debounce.feed({place: (place in on) != (place in self._invert) for place in range(self.count)})

    def forget(self) -> None:
        """The line was lost: how the inputs stand is found out anew."""
        self._debounce.forget()


def channels(key: str, value: object, count: int) -> frozenset[int]:
    """A list of inputs, checked."""
    items = list(value) if isinstance(value, list | tuple) else [value]
    found = frozenset(item for item in items if type(item) is int and 0 <= item < count)
    if len(found) != len(items):
        raise ValueError(f"{key} must be a list of different inputs from 0 to {count - 1}, not {items!r}")
    return found
