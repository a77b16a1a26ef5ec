"""What hangs on the relays and inputs of a hall: the amplifier with its zones, and boards that are two devices in one.

A speaker is heard while one of its zones is open, and the amplifier's priority contact closed where it has one. The
amplifier bears so many watts; zones that together need more overload it, and that is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hall_config.models import HallFile
from hall_config.points import point_of
from simulators.device import Device
from simulators.input_board import SimulatedInputBoard
from simulators.relay_board import SimulatedRelayBoard
from simulators.speaker import SimulatedSpeaker


class SimulatedAmplifier:
    """The zones of a hall and what it bears; without zones in the hall file the relays of its first board are zones."""

    def __init__(self, hall: HallFile, boards: Mapping[str, SimulatedRelayBoard]) -> None:
        self._boards = boards
        self._limit = hall.amplifier.watts if hall.amplifier else None
        self._zones = {point_of(zone.relay): zone.watts for zone in hall.zone}
        first = next(iter(boards), None)
        if not hall.zone and first is not None:
            self._zones = {(first, relay): 0 for relay in range(len(boards[first].relays))}
        self._priority = point_of(hall.amplifier.priority) if hall.amplifier and hall.amplifier.priority else None
        self.overloads = 0
        self.most_watts = 0

    def heard(self) -> bool:
        """Whether a voice comes out of a ceiling."""
        return any(map(self._on, self._zones)) and (self._priority is None or self._on(self._priority))

    def moved(self) -> None:
        """A relay has moved: is it too much?"""
        watts = sum(watts for place, watts in self._zones.items() if self._on(place))
        self.most_watts = max(self.most_watts, watts)
        if self._limit is not None and watts > self._limit:
            self.overloads += 1

    def _on(self, place: tuple[str, int]) -> bool:
        board = self._boards.get(place[0])
        return board is not None and board.any_on(frozenset({place[1]}))


def wire_amplifier(hall: HallFile, devices: Iterable[Device]) -> SimulatedAmplifier | None:
    """Tie every speaker to the zones; without a relay board all zones are always open."""
    known = list(devices)
    boards = {one.id: one for one in known if isinstance(one, SimulatedRelayBoard)}
    if not boards:
        return None
    amplifier = SimulatedAmplifier(hall, boards)
    for board in boards.values():
        board.moved = amplifier.moved
    for one in known:
        if isinstance(one, SimulatedSpeaker):
            one.zone_open = amplifier.heard
    return amplifier


def wire_boards(devices: Iterable[Device]) -> None:
    """Relays and inputs of one board answer at one address, each to its own questions; its inputs drive its relays."""
    known = list(devices)
    boards = {one.id: one for one in known if isinstance(one, SimulatedRelayBoard)}
    for one in known:
        if isinstance(one, SimulatedInputBoard) and one.options.get("board") in boards:
            board = boards[str(one.options["board"])]
            one.half = board.has_inputs = True
            one.moved = board.drive
