"""How a call terminal is found on a port that nobody uses: it cannot be asked, so somebody presses a key.

Knows the frame of a key. Writes nothing: a terminal that nobody answers repeats its key three times and gives up.
"""

from __future__ import annotations

import time
from typing import Final

from drivers.call_terminal.codec import EVALUATOR_OFFSET, EVALUATOR_PRESS, Frame, Parser
from drivers.driver import Found, Probe
from drivers.transport import Transport

_LISTEN_S: Final = 1.5


def _listen(channel: Transport, _baud: int) -> tuple[Found, ...]:
    """Every terminal that is heard: several may hang on one pair of wires."""
    parser = Parser()
    found: dict[int | None, Found] = {}
    deadline = time.monotonic() + _LISTEN_S
    while (left_s := deadline - time.monotonic()) > 0:
        data = channel.read(left_s)
        if not data:
            break
        heard = [_found(item) for item in parser.feed(data) if isinstance(item, Frame)]
        found |= {one.address: one for one in heard if one is not None and one.address not in found}
    return tuple(found.values())


def _found(frame: Frame) -> Found | None:
    if frame.key_report is not None:
        return Found(frame.address, "FF 68, key")
    if frame.function == EVALUATOR_PRESS and frame.address > EVALUATOR_OFFSET:
        return Found(frame.address - EVALUATOR_OFFSET, "FF 68, evaluator")
    return None


PROBE: Final = Probe((9600,), _listen, budget_s=_LISTEN_S, asks=False)
