"""Looks for relay boards on a port that nobody uses: one read of coils at each address, and nothing is written."""

from __future__ import annotations

from drivers.driver import Found, Probe
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.modbus_bus import ModbusBus
from drivers.modbus_probe import BAUDS, BUDGET_S, boards_at

_VERSION_REGISTER = 0x8000
_RELAYS = 8


def ask(channel: ModbusBus, baud: int) -> tuple[Found, ...]:
    """Every board that says which of eight relays are on, with its firmware where it tells one."""
    return tuple(
        Found(address, f"relays{_version(channel, address)}")
        for address in boards_at(channel, 1, lambda address: channel.read_coils(address, _RELAYS, tries=1))
    )


def _version(channel: ModbusBus, address: int) -> str:
    try:
        (version,) = channel.read_registers(address, _VERSION_REGISTER, tries=1)
    except (DeviceFault, NoReply, BadFrame):
        return ""
    return f", V{version / 100:.2f}"


PROBE = Probe(bauds=BAUDS, ask=ask, budget_s=BUDGET_S)
