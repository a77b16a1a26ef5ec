"""A lawyer who comes and goes by the lawyers' own gate: shows a pass, opens the door when the lock lets go, closes it.

Sometimes an old picture of the pass is shown first, as people do. Who is not let in goes away and comes again later.
"""

from __future__ import annotations

from typing import Final

from simulators.day.pace import Pace
from simulators.day.room import Room

_READER, _LOCK, _DOOR = "gate-reader", "gate-lock", "gate-door"
_LOOKS: Final = 12  # at the lock, until a lawyer gives up
_OLD_PICTURE: Final = 0.15


class Lawyer:
    """One of them; there is one at a time at the gate."""

    def __init__(self, room: Room, pace: Pace) -> None:
        self._room = room
        self._pace = pace

    async def come_and_go(self) -> None:
        """All day long."""
        while True:
            await self._pace.rest(60.0, 300.0)
            if self._room.pulses is None:
                await self._room.next_look()  # this hall has no gate, or it is away
                continue
            if self._pace.happens(_OLD_PICTURE):
                await self._show("old")
                await self._pace.rest(4.0, 8.0)
            await self._show("good")

    async def _show(self, kind: str) -> None:
        before = self._room.pulses
        await self._room.devices.act(_READER, "scan", **{"pass": kind})
        for _ in range(_LOOKS):
            await self._room.next_look()
            if self._room.pulses is not None and before is not None and self._room.pulses > before:
                await self._room.devices.act(_DOOR, "open")
                await self._pace.rest(1.0, 3.0)
                await self._room.devices.act(_DOOR, "close")
                return
