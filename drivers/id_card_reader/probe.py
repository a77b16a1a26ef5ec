"""How a card reader is found on a port that nobody uses: its SAM is asked for its state and its own number.

Knows ``11 FF`` and ``12 FF``. Neither touches a card nor its field. The answer's check byte must hold.
"""

from __future__ import annotations

import time
from typing import Final

from drivers.driver import Found, Probe
from drivers.errors import BadFrame
from drivers.id_card_reader.codec import BAUD_CODES, Command, Parser, Reply, encode, sam_number
from drivers.id_card_reader.status import Kind, meaning
from drivers.transport import Transport

_ANSWER_S: Final = 0.6
_STALE_READS: Final = 64


def _ask(channel: Transport, _baud: int) -> tuple[Found, ...]:
    state = _exchange(channel, Command.STATUS)
    if state is None:
        return ()
    what = meaning(state.status)
    if what.kind is not Kind.OK:
        return (Found(None, f"SAM, {what.code}"),)
    number = _exchange(channel, Command.SAM_NUMBER)
    if number is None:
        return (Found(None, "SAM"),)
    try:
        return (Found(None, f"SAM {sam_number(bytes(number.body))}"),)
    except ValueError as problem:
        raise BadFrame(str(problem)) from None


def _exchange(channel: Transport, command: Command) -> Reply | None:
    for _ in range(_STALE_READS):
        if not channel.read(0.0):
            break
    parser = Parser()
    channel.write(encode(command))
    deadline = time.monotonic() + _ANSWER_S
    while (left_s := deadline - time.monotonic()) > 0:
        data = channel.read(left_s)
        if not data:
            return None
        for item in parser.feed(data):
            if isinstance(item, Reply):
                return item
    return None


PROBE: Final = Probe(tuple(BAUD_CODES), _ask, budget_s=2 * _ANSWER_S + 0.2)
