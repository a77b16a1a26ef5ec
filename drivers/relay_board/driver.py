"""The relay board as a driver: opens the zones that speak, closes them again whatever happens, pulses a door.

Knows which relays are amplifier zones and how long they may stay open. Must not know announcements or gates.
The zones are closed by this driver itself ``WATCHDOG_S`` after the time that the order names, also when nobody asks,
also after the line was lost meanwhile; relays that are no zone are never written except by their own pulse.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog

from drivers.driver import Tell
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.kinds.relays import PulseRelay, RelaysRead, SwitchRelays
from drivers.modbus_bus import ModbusBus

WATCHDOG_S: Final = 2.0
READ_EVERY_S: Final = 5.0
_RELAYS_LIMIT: Final = 32
log = structlog.get_logger()


class RelayBoard:
    """One relay board on a line."""

    poll_every_s: float | None = 0.5

    def __init__(
        self,
        device: str,
        tell: Tell,
        *,
        address: int = 1,
        relays: int = 8,
        zones: frozenset[int] | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self.zones = frozenset(range(relays)) if zones is None else zones
        self._tell = tell
        self._address = address
        self._relays = relays
        self._steady = steady
        self._wanted: frozenset[int] = frozenset()
        self._close_at_s: float | None = None
        self._read_at_s: float | None = None
        self._version: int | None = None

    def handshake(self, channel: ModbusBus) -> None:
        """The board answers; zones that nobody wants open any more are closed."""
        on = channel.read_relays(self._address, self._relays)
        if self._version is None:
            self._version = self._ask_version(channel)
        self._let_go_when_due()
        self._bring_to(channel, on)
        self._read_back(channel)

    def _ask_version(self, channel: ModbusBus) -> int:
        try:
            version = channel.version(self._address)
        except (DeviceFault, NoReply, BadFrame):
            return 0  # boards of other makers have no such register
        log.info("relay.found", device=self.device, version=f"{version / 100:.2f}")
        return version

    def perform(self, channel: ModbusBus, order: SwitchRelays | PulseRelay) -> None:
        self._read_at_s = None  # whatever comes of it, the next poll asks the board how it stands
        match order:
            case SwitchRelays(on=on, longest_s=longest_s):
                if not on <= self.zones:
                    raise DeviceFault("no-such-zone", f"relays {sorted(on - self.zones)} are no zones of this board")
                self._wanted = on
                self._close_at_s = self._steady() + longest_s + WATCHDOG_S if on else None
                self._write_zones(channel)
            case PulseRelay(relay=relay, tenths=tenths):
                if not 0 <= relay < self._relays or relay in self._wanted:
                    raise DeviceFault("no-such-relay", f"relay {relay} cannot be pulsed")
                channel.pulse(self._address, relay, tenths)

    def poll(self, channel: ModbusBus) -> None:
        """Close what has been open too long; read back now and then, and set right what the board lost."""
        if self._let_go_when_due():
            log.warning("relay.zones_closed_by_watchdog", device=self.device)
            self._write_zones(channel)
        elif self._read_at_s is None or self._steady() - self._read_at_s >= READ_EVERY_S:
            self._bring_to(channel, self._read_back(channel))

    def heard(self, channel: ModbusBus, data: bytes) -> None:
        """A relay board never speaks first."""

    def forget(self) -> None:
        # What is wanted, and until when, is kept: the relays may still be on when the line comes back.
        self._read_at_s = None

    def _let_go_when_due(self) -> bool:
        if self._close_at_s is None or self._steady() < self._close_at_s:
            return False
        self._wanted = frozenset()
        # Kept until the write has succeeded: a watchdog that missed its one chance would be none.
        return True

    def _bring_to(self, channel: ModbusBus, on: frozenset[int]) -> None:
        if on & self.zones != self._wanted:
            self._write_zones(channel)

    def _read_back(self, channel: ModbusBus) -> frozenset[int]:
        on = channel.read_relays(self._address, self._relays)
        self._read_at_s = self._steady()
        self._tell(RelaysRead(self.device, on))
        return on

    def _write_zones(self, channel: ModbusBus) -> None:
        ordered = sorted(self.zones)
        if ordered == list(range(ordered[0], ordered[-1] + 1)):
            channel.write_relays(self._address, ordered[0], [zone in self._wanted for zone in ordered])
        else:
            # A relay between two zones may be a door that is being pulsed: never write over it.
            for zone in ordered:
                channel.write_relay(self._address, zone, zone in self._wanted)
        if not self._wanted:
            self._close_at_s = None


def build(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> RelayBoard:
    """Options: ``relays`` (8) is how many the board has, ``zones`` (all) which of them are amplifier zones, from 0."""
    unknown = set(options) - {"relays", "zones"}
    if unknown:
        raise ValueError(f"{device}: unknown option {sorted(unknown)[0]}; known are relays, zones")
    relays = options.get("relays", 8)
    if type(relays) is not int or not 1 <= relays <= _RELAYS_LIMIT:
        raise ValueError(f"{device}: relays must be a whole number from 1 to {_RELAYS_LIMIT}, not {relays!r}")
    zones = options.get("zones", list(range(relays)))
    if not isinstance(zones, list | tuple) or not zones or any(type(zone) is not int for zone in zones):
        raise ValueError(f"{device}: zones must be a list of relay numbers from 0, not {zones!r}")
    if any(not 0 <= zone < relays for zone in zones):
        raise ValueError(f"{device}: zones must lie between 0 and {relays - 1}")
    return RelayBoard(device, tell, address=1 if address is None else address, relays=relays, zones=frozenset(zones))
