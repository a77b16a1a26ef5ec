"""What stands between the relay board and the loudspeakers: a speaker is heard while one of its zones is open."""

from __future__ import annotations

from collections.abc import Iterable

from simulators.device import Device
from simulators.speaker import SimulatedSpeaker
from simulators.relay_board import SimulatedRelayBoard

_ALL_ZONES = frozenset(range(8))


def wire_amplifier(devices: Iterable[Device]) -> None:
    """Tie every speaker to the hall's relay board; without a board all zones are always open."""
    known = list(devices)
    board = next((one for one in known if isinstance(one, SimulatedRelayBoard)), None)
    if board is None:
        return
    for one in known:
        if isinstance(one, SimulatedSpeaker):
            one.zone_open = lambda: board.any_on(_ALL_ZONES)
