"""How a C-Power card is found on a port that nobody uses: every card is asked for its version.

Knows command 2E to card FF. It reads and changes nothing. The answer's own sum must hold. Several cards on one pair
answer at once and spoil each other's words; then the first few numbers are asked one by one, as time allows.
"""

from __future__ import annotations

import time
from typing import Final

from drivers.bus_gap import note_bytes, write_after_gap
from drivers.driver import Found, Probe
from drivers.lumen_sign.codec import EVERY_CARD, NetworkParser, Packet, SerialParser
from drivers.lumen_sign.messages import answers, read_version, version_words
from drivers.transport import Transport

_ALL_S: Final = 0.6
_ONE_S: Final = 0.15
_BUDGET_S: Final = 2.5
_LEAST_DATA: Final = 8  # of a version
_STALE_READS: Final = 64


def _ask(channel: Transport, baud: int) -> tuple[Found, ...]:
    deadline = time.monotonic() + _BUDGET_S - 0.2
    on_network = str(getattr(channel, "url", "")).startswith("socket://")
    for tcp in (True, False) if on_network else (False,):
        found, heard = _exchange(channel, baud, EVERY_CARD, tcp, _ALL_S)
        if found:
            return tuple(found)
        if heard:
            return tuple(_one_by_one(channel, baud, tcp, deadline))
    return ()


def _one_by_one(channel: Transport, baud: int, tcp: bool, deadline: float) -> list[Found]:
    found: list[Found] = []
    card = 1
    while card < EVERY_CARD and time.monotonic() + _ONE_S < deadline:
        found += _exchange(channel, baud, card, tcp, _ONE_S)[0]
        card += 1
    return found


def _exchange(channel: Transport, baud: int, card: int, tcp: bool, answer_s: float) -> tuple[list[Found], bool]:
    """Who answered, and whether anything but our own words was heard."""
    for _ in range(_STALE_READS):
        if not channel.read(0.0):
            break
    request = read_version().packet(card)
    data = request.on_network() if tcp else request.on_serial()
    parser = NetworkParser() if tcp else SerialParser()
    deadline = write_after_gap(channel, data, baud) + answer_s
    heard = bytearray()
    while (left_s := deadline - time.monotonic()) > 0:
        piece = channel.read(left_s)
        if not piece:
            break
        note_bytes(channel)
        heard += piece
        found = [_found(item) for item in parser.feed(piece) if isinstance(item, Packet) and answers(item, request)]
        if any(found):
            return [one for one in found if one], True
    return [], bytes(heard).replace(data, b"") != b""


def _found(packet: Packet) -> Found | None:
    if len(packet.data) < _LEAST_DATA:
        return None
    return Found(None if packet.card == EVERY_CARD else packet.card, version_words(packet))


PROBE: Final = Probe((115_200, 57_600, 38_400, 19_200, 9_600), _ask, budget_s=_BUDGET_S)
