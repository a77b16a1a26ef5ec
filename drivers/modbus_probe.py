"""Which Modbus addresses of a port that nobody uses answer a read, without harm to anything else that may hang there.

Knows frames and addresses. Must not know what a board is for: the board's own folder asks.

A read changes nothing in a Modbus device. Another kind of device may hang there instead, though: a slip printer prints
its line on a byte 0A and obeys 1B or 1D, so an address whose frame holds one of these is left out; and what a printer
took for text is wiped from its buffer (ESC @) before it fills a line, which to Modbus boards is noise of two bytes.
Boards leave the factory with address 1 (one family with 255) and are numbered from there: the first few are asked.
A board that was busy has a second chance. On a line where nothing at all was heard only the factory's addresses get it:
a silent port is the usual case, and somebody waits before the screen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from drivers.checksums import crc16_modbus
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.modbus_bus import ModbusBus

BAUDS: Final = (9600, 19200, 38400, 115_200)
BUDGET_S: Final = 3.0
_WAIT_S: Final = 0.12
_ADDRESSES: Final = (*range(1, 10), 255)
_FROM_THE_FACTORY: Final = (1, 255)
_WIPE: Final = b"\x1b\x40"
_OBEYED: Final = frozenset(b"\x0a\x0c\x0d\x10\x1b\x1c\x1d\x1f")
_COUNT: Final = 8


def harmless(address: int, function: int) -> bool:
    """Whether the read of eight coils or inputs at this address holds no byte that another device obeys."""
    frame = bytes((address, function, 0, 0, 0, _COUNT))
    return not _OBEYED & {*frame, *crc16_modbus(frame).to_bytes(2, "little")}


def boards_at(channel: ModbusBus, function: int, read: Callable[[int], object]) -> list[int]:
    """Addresses at which ``read`` is answered, for as long as the budget lasts; refusals and rubbish are no answer."""
    until_s = time.monotonic() + BUDGET_S - 2 * _WAIT_S
    addresses = [address for address in _ADDRESSES if harmless(address, function)]
    with channel.hurried(_WAIT_S):
        found, silent = _one_pass(channel, read, addresses, until_s)
        if len(silent) == len(addresses):
            silent = [address for address in silent if address in _FROM_THE_FACTORY]
        found += _one_pass(channel, read, silent, until_s)[0]
    return sorted(found)


def _one_pass(
    channel: ModbusBus, read: Callable[[int], object], addresses: list[int], until_s: float
) -> tuple[list[int], list[int]]:
    """Who answered, and who was silent; an address that spoke in other words is neither."""
    found: list[int] = []
    silent: list[int] = []
    for address in addresses:
        if time.monotonic() > until_s:
            break
        try:
            read(address)
        except NoReply:
            silent.append(address)
        except (BadFrame, DeviceFault):
            continue  # it has spoken, and it is nothing that we know
        else:
            found.append(address)
        finally:
            channel.say(_WIPE)
    return found, silent
