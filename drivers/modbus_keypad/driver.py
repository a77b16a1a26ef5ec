"""A keypad of plain push-buttons on the inputs of a Modbus board, as a call terminal without a display.

Knows which input is which key. Must not know what the hall does with a key.
A key counts once when it goes down, however long it is held; one that is down when the board is met counts for nothing.
It shows nothing and makes no sound: an order to show or to beep is refused, and the manifest's capabilities say so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from drivers.driver import Order, Tell
from drivers.errors import DeviceFault
from drivers.kinds.call_terminal import TerminalAsked
from drivers.modbus_bus import ModbusBus
from drivers.modbus_inputs import INPUT_OPTIONS, InputReader
from drivers.modbus_keypad.keys import FACTORY_KEYS, Meaning, key_table
from drivers.options import Option, read_options

OPTIONS: Final = (*INPUT_OPTIONS, Option("keys", "table", FACTORY_KEYS))
HELD_LIMIT_S: Final = 30.0  # nobody presses so long: something lies on the key, or its wire is shorted


class ModbusKeypad:
    """One keypad on a line."""

    def __init__(
        self,
        device: str,
        tell: Tell,
        reader: InputReader,
        keys: Mapping[int, Meaning],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self.poll_every_s: float | None = reader.poll_every_s
        self._tell = tell
        self._reader = reader
        self._keys = keys
        self._steady = steady
        self._down_since_s: dict[int, float] = {}

    def handshake(self, channel: ModbusBus) -> None:
        self._reader.meet(channel)

    def perform(self, channel: ModbusBus, order: Order) -> None:
        raise DeviceFault("no-display", f"{self.device} has keys only, it cannot {type(order).__name__}")

    def poll(self, channel: ModbusBus) -> None:
        """Tell what was pressed; a key that has been down for long is the keypad's fault."""
        for move in self._reader.moves(channel):
            if not move.on:
                self._down_since_s.pop(move.channel, None)
                continue
            self._down_since_s[move.channel] = self._steady()
            meaning = self._keys.get(move.channel)
            if meaning is not None and not move.first:
                keys = (str(move.channel),)
                self._tell(TerminalAsked(self.device, meaning.action, meaning.number, keys))
        held = [key for key, since_s in self._down_since_s.items() if self._steady() - since_s >= HELD_LIMIT_S]
        if held:
            raise DeviceFault("key-held", f"key {held[0]} has been down for {HELD_LIMIT_S:g} s; see what lies on it")

    def heard(self, channel: ModbusBus, data: bytes) -> None:
        """A keypad never speaks first."""

    def forget(self) -> None:
        self._reader.forget()
        self._down_since_s.clear()


def build(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> ModbusKeypad:
    """``options`` as in ``OPTIONS``; a ValueError names the one that is wrong."""
    found = read_options(OPTIONS, options)
    reader = InputReader(1 if address is None else address, found)
    keys = found["keys"]
    if "keys" not in options:
        keys = {key: name for key, name in FACTORY_KEYS.items() if int(key) < reader.count}
    return ModbusKeypad(device, tell, reader, key_table(keys, reader.count))
