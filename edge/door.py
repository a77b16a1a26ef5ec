"""The hall's door for pages and programs: `edge.hall_door.HallDoor` over the loop, the lines and the uplink."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edge.clock import Clock
from edge.devices import Devices
from edge.hall_door import Answer, Command, DeviceHealth, FileHealth, Health, VoiceHealth
from edge.journal import Journal
from edge.loop import HallLoop
from edge.uplink import Uplink
from hall.plan import Plan
from hall.state import HallState


class Door:
    """One hall. Every method may be called from any thread. ``file`` is set once there is a file to speak of,
    ``besides`` once there is something that fails as devices do and hangs on no line of its own, ``voice`` once
    something speaks."""

    def __init__(
        self, loop: HallLoop, clock: Clock, devices: Devices, uplink: Uplink | None, boot: str, version: str
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._devices = devices
        self._uplink = uplink
        self.file: Callable[[], FileHealth] = FileHealth
        self.besides: Callable[[], tuple[DeviceHealth, ...]] = tuple
        self.voice: Callable[[], VoiceHealth | None] = lambda: None
        self._boot = boot
        self._version = version

    @property
    def plan(self) -> Plan:
        return self._loop.plan

    def ask(self, command: Command, key: str | None = None) -> Answer:
        return self._loop.ask(command, key)

    def look(self) -> tuple[HallState, int]:
        return self._loop.look()

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        return self._loop.watch(listener)

    def health(self) -> Health:
        return Health(
            devices=(*self._devices.health(), *self.besides()),
            journal_ok=self._loop.failed is None and not self._loop.ended.is_set(),
            journal_seq=self._loop.look()[1],
            acked_seq=self._uplink.acked if self._uplink else 0,
            central=self._uplink.central if self._uplink else "none",
            clock=self._clock.quality(),
            boot=self._boot,
            version=self._version,
            file=self.file(),
            voice=self.voice(),
            line=self._uplink.trouble if self._uplink else "",
        )

    def now_ms(self) -> tuple[int, int]:
        now = self._clock.now()
        return now.steady_ms, now.wall_ms

    def meta(self, name: str, make: Callable[[], Any]) -> Any:
        def find(journal: Journal) -> Any:
            value = journal.read_meta(name)
            if value is None:
                value = make()
                journal.write_meta(name, value)
            return value

        return self._loop.on_journal(find)

    def keep_meta(self, name: str, value: Any) -> None:
        self._loop.on_journal(lambda journal: journal.write_meta(name, value))
