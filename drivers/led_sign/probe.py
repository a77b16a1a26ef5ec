"""How an Onbon card is found on a port that nobody uses: everybody is pinged, then the first numbers one by one.

Knows A2 00, which asks nothing but "are you there". The answer's CRC must hold. A card answers FFFE as FFFE, so its
own number shows only when it is asked by it. Several cards answer at once, in the same words, which may come out
spoilt or look like one answer: so the numbers are asked in either case.
"""

from __future__ import annotations

import time
from typing import Final

from drivers.bus_gap import note_bytes, write_after_gap
from drivers.driver import Found, Probe
from drivers.led_sign.codec import BROADCAST, HOST, Packet, Parser
from drivers.led_sign.messages import Reply, ping
from drivers.transport import Transport

_ALL_S: Final = 2.0  # the vendor's own advice for the first ping
_ONE_S: Final = 0.15
_BUDGET_S: Final = 4.0
_NUMBERS: Final = range(1, 33)
_STALE_READS: Final = 64
_WORDS: Final = "Onbon BX"


def _ask(channel: Transport, baud: int) -> tuple[Found, ...]:
    deadline = time.monotonic() + _BUDGET_S - 0.2
    answered, heard = _ping(channel, baud, BROADCAST, _ALL_S)
    if not heard:
        return ()
    found = []
    for number in _NUMBERS:
        if time.monotonic() + _ONE_S >= deadline:
            break
        if _ping(channel, baud, number, _ONE_S)[0]:
            found.append(Found(number, _WORDS))
    return tuple(found) or ((Found(None, _WORDS),) if answered else ())


def _ping(channel: Transport, baud: int, number: int, answer_s: float) -> tuple[bool, bool]:
    """Whether it answered, and whether anything but our own words was heard."""
    for _ in range(_STALE_READS):
        if not channel.read(0.0):
            break
    data = Packet(number, HOST, ping().data()).encode()
    parser = Parser()
    deadline = write_after_gap(channel, data, baud) + answer_s
    heard = bytearray()
    while (left_s := deadline - time.monotonic()) > 0:
        piece = channel.read(left_s)
        if not piece:
            break
        note_bytes(channel)
        heard += piece
        if any(_is_answer(item, number) for item in parser.feed(piece) if isinstance(item, Packet)):
            return True, True
    return False, bytes(heard).replace(data, b"") != b""


def _is_answer(packet: Packet, number: int) -> bool:
    if (packet.destination, packet.source) != (HOST, number):
        return False
    reply = Reply.decode(packet.data)
    return reply is not None and reply.answers(ping())


PROBE: Final = Probe((9_600, 57_600), _ask, budget_s=_BUDGET_S)
