"""Looks for boards with inputs on a port that nobody uses: one read of inputs at each address, nothing is written."""

from __future__ import annotations

from drivers.driver import Found, Probe
from drivers.modbus_bus import ModbusBus
from drivers.modbus_probe import BAUDS, BUDGET_S, boards_at

_INPUTS = 8


def ask(channel: ModbusBus, baud: int) -> tuple[Found, ...]:
    """Every board that says which of eight inputs are on; a keypad is one too, and nobody can ask what hangs on it."""
    found = boards_at(channel, 2, lambda address: channel.read_inputs(address, _INPUTS, tries=1))
    return tuple(Found(address, "inputs") for address in found)


PROBE = Probe(bauds=BAUDS, ask=ask, budget_s=BUDGET_S, may_be=("modbus-keypad",))
