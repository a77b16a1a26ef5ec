"""How a printer is found on a port that nobody uses: two real-time status questions, asked twice.

Knows ``DLE EOT 1`` and ``DLE EOT 4``. They are answered at once whatever waits in the printer, feed nothing and print
nothing. A printer at another speed may take them for a character of its line, which the next slip's ``ESC @`` clears.
"""

from __future__ import annotations

import time
from typing import Final

from drivers.driver import Found, Probe
from drivers.ticket_printer.codec import Parser, Status, status_query
from drivers.ticket_printer.condition import from_statuses
from drivers.transport import Transport

_NUMBERS: Final = (1, 4)
_ANSWER_S: Final = 0.3
_ROUNDS: Final = 2  # one byte of noise passes for an answer every fourth time, four in a row do not
_STALE_READS: Final = 64


def _ask(channel: Transport, _baud: int) -> tuple[Found, ...]:
    heard = b""
    for _ in range(_ROUNDS):
        for _ in range(_STALE_READS):
            if not channel.read(0.0):
                break
        channel.write(status_query(_NUMBERS))
        heard = _read(channel)
        answers = Parser().feed(heard)
        if len(answers) != len(_NUMBERS) or not all(isinstance(item, Status) for item in answers):
            return ()
    condition = from_statuses([0x12, 0x12, 0x12, heard[1]])
    return (Found(None, "ESC/POS" + (", paper out" if condition.paper_out else "")),)


def _read(channel: Transport) -> bytes:
    heard = b""
    deadline = time.monotonic() + _ANSWER_S
    while (left_s := deadline - time.monotonic()) > 0:
        data = channel.read(left_s)
        if not data:
            break
        heard += data
        if len(heard) > len(_NUMBERS):
            break  # an echo, or another protocol
    return heard


PROBE: Final = Probe((115200, 9600, 19200, 38400), _ask, budget_s=_ROUNDS * _ANSWER_S + 0.2)
