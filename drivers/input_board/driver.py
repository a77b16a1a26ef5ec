"""A board of inputs as a driver: tells each contact that closes or opens, once.

Knows no more of an input than its number. Must not know doors, buttons or alarms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.driver import Order, Tell
from drivers.errors import DeviceFault
from drivers.kinds.inputs import InputMoved
from drivers.modbus_bus import ModbusBus
from drivers.modbus_inputs import INPUT_OPTIONS, InputReader
from drivers.options import read_options


class InputBoard:
    """One board on a line."""

    def __init__(self, device: str, tell: Tell, reader: InputReader) -> None:
        self.device = device
        self.poll_every_s: float | None = reader.poll_every_s
        self._tell = tell
        self._reader = reader

    def handshake(self, channel: ModbusBus) -> None:
        self._reader.meet(channel)

    def perform(self, channel: ModbusBus, order: Order) -> None:
        raise DeviceFault("no_such_order", f"{self.device} has inputs only, it cannot {type(order).__name__}")

    def poll(self, channel: ModbusBus) -> None:
        for move in self._reader.moves(channel):
            self._tell(InputMoved(self.device, move.channel, move.on, move.first))

    def heard(self, channel: ModbusBus, data: bytes) -> None:
        """An input board never speaks first."""

    def forget(self) -> None:
        self._reader.forget()


def build(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> InputBoard:
    """``options`` as in ``INPUT_OPTIONS``; a ValueError names the one that is wrong."""
    reader = InputReader(1 if address is None else address, read_options(INPUT_OPTIONS, options))
    return InputBoard(device, tell, reader)
