"""Which Modbus addresses of a port that nobody uses answer a read, without harm to anything else that may hang there.

Knows frames and addresses. Must not know what a board is for: the board's own folder asks.

A read changes nothing in a Modbus device. Another kind of device may hang there instead, though: a slip printer would
print a line on a byte 0A and obey 1B or 1D. So an address whose frame holds one of these is left out; what stays is a
few stray characters that a printer forgets when it is next initialised.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from drivers.checksums import crc16_modbus
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.modbus_bus import ModbusBus

BAUDS: Final = (9600, 19200, 38400, 115_200)
BUDGET_S: Final = 3.0
_WAIT_S: Final = 0.12
_ADDRESSES: Final = (*range(1, 25), 255)  # 255 is how one family leaves its factory
_OBEYED: Final = frozenset(b"\x0a\x0c\x0d\x10\x1b\x1c\x1d\x1f")
_COUNT: Final = 8


def harmless(address: int, function: int) -> bool:
    """Whether the read of eight coils or inputs at this address holds no byte that another device obeys."""
    frame = bytes((address, function, 0, 0, 0, _COUNT))
    return not _OBEYED & {*frame, *crc16_modbus(frame).to_bytes(2, "little")}


def boards_at(channel: ModbusBus, function: int, read: Callable[[int], object]) -> Iterator[int]:
    """Addresses at which ``read`` is answered, for as long as the budget lasts; refusals and rubbish are no answer."""
    until_s = time.monotonic() + BUDGET_S - 3 * _WAIT_S
    with channel.hurried(_WAIT_S):
        for address in _ADDRESSES:
            if not harmless(address, function):
                continue
            if time.monotonic() > until_s:
                return
            try:
                read(address)
            except (NoReply, BadFrame, DeviceFault):
                continue
            yield address
