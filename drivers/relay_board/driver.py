"""The relay board as a driver: opens zones, pulses locks, lights lamps, and lets go of all of them in time.

Knows which relay is used for what and how long it may stay on. Must not know announcements, gates or buttons.

De-energised is safe. At the first meeting every relay is switched off, whatever an earlier program left on; at the end
of the program too. Zones are closed by this driver itself ``WATCHDOG_S`` after the time that the order names, also
when nobody asks, also after the line was lost meanwhile. A pulse is never repeated after a loss, and a lock that is
still on after its time is let go. What a relay is becomes known by its orders: one that was pulsed is a lock, one that
was lit is a lamp, and neither is written with the zones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog

from drivers.driver import Order, Tell
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.kinds.relays import LightRelay, PulseRelay, RelaysRead, SwitchRelays
from drivers.modbus_bus import ModbusBus
from drivers.options import read_options
from drivers.relay_board.options import OPTIONS, BoardOptions, board_options

WATCHDOG_S: Final = 2.0
READ_EVERY_S: Final = 1.0  # also how soon a line that was unplugged is missed
_ON, _OFF, _OLD_ALL_ON = 0xFF00, 0x0000, 0xFFFF
_ALL: Final = 0x00FF
_PULSE_ON: Final = 0x0200  # FC 05 at 0200 + relay: on for n tenths of a second, timed by the board
_VERSION_REGISTER: Final = 0x8000
_LATE_S: Final = 1.0  # a lock that is on so long after its pulse is no longer the pulse
_LAST_WORD_S: Final = 0.2
log = structlog.get_logger()


class RelayBoard:
    """One relay board on a line."""

    def __init__(
        self,
        device: str,
        tell: Tell,
        *,
        address: int = 1,
        options: BoardOptions | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self.options = options or board_options(read_options(OPTIONS, {}))
        self.poll_every_s: float | None = 0.1 if self.options.driver_times_pulses else 0.5
        self._tell = tell
        self._address = address
        self._steady = steady
        self._wanted: frozenset[int] = frozenset()
        self._close_at_s: float | None = None
        self._locks: dict[int, float] = {}  # relay: when its pulse is over
        self._held: set[int] = set()  # locks that this driver itself must let go
        self._lamps: dict[int, bool] = {}
        self._read_at_s: float | None = None
        self._version: int | None = None
        self._met = False

    # --- what the line calls ----------------------------------------------------------------------------------

    def handshake(self, channel: ModbusBus) -> None:
        """The board answers; what nobody wants on is switched off."""
        with channel.meeting():
            on = channel.read_coils(self._address, self.options.relays, tries=1)
        if self._version is None:
            self._version = self._ask_version(channel)
        self._let_go_when_due()
        everything = not self._met and self.options.off_at_start
        self._bring_to(channel, on, frozenset(self.options.ours) if everything else frozenset())
        self._met = True
        if self.options.off_at_stop:
            channel.at_close(self.device, lambda: self._last_word(channel))
        self._read_back(channel)

    def perform(self, channel: ModbusBus, order: Order) -> None:
        self._read_at_s = None  # whatever comes of it, the next poll asks the board how it stands
        match order:
            case SwitchRelays(on=on, longest_s=longest_s):
                self._switch_zones(channel, on, longest_s)
            case PulseRelay(relay=relay, tenths=tenths):
                self._pulse(channel, relay, tenths)
            case LightRelay(relay=relay, lit=lit):
                self._refuse_unless_free(relay, self._wanted | frozenset(self._locks))
                self._lamps[relay] = lit
                self._write(channel, {relay: lit})
            case _:
                raise DeviceFault("no_such_order", f"{self.device} has relays, it cannot {type(order).__name__}")

    def poll(self, channel: ModbusBus) -> None:
        """Let go what has been on too long; read back now and then, and set right what the board lost."""
        now_s = self._steady()
        for relay in sorted(relay for relay in self._held if now_s >= self._locks[relay]):
            self._write(channel, {relay: False})
            self._held.discard(relay)
        if self._let_go_when_due():
            log.warning("relay.zones_closed_by_watchdog", device=self.device)
            self._write_zones(channel)
        elif self._read_at_s is None or now_s - self._read_at_s >= READ_EVERY_S:
            self._bring_to(channel, self._read_back(channel))

    def heard(self, channel: ModbusBus, data: bytes) -> None:
        """A relay board never speaks first."""

    def forget(self) -> None:
        # What is wanted, and until when, is kept: the relays may still be on when the line comes back.
        self._read_at_s = None

    # --- orders -----------------------------------------------------------------------------------------------

    def _switch_zones(self, channel: ModbusBus, on: frozenset[int], longest_s: float) -> None:
        if not on <= self._zones():
            raise DeviceFault("no-such-zone", f"relays {sorted(on - self._zones())} are no zones of this board")
        self._wanted = on
        self._close_at_s = self._steady() + longest_s + WATCHDOG_S if on else None
        self._write_zones(channel)

    def _pulse(self, channel: ModbusBus, relay: int, tenths: int) -> None:
        self._refuse_unless_free(relay, self._wanted | frozenset(self._lamps))
        if not 1 <= tenths <= self.options.longest_pulse_s * 10:
            raise DeviceFault(
                "no-such-pulse", f"a pulse lasts 0.1 to {self.options.longest_pulse_s:g} s, not {tenths / 10:g}"
            )
        self._locks[relay] = self._steady() + tenths / 10  # known as a lock even if the answer is lost
        if self.options.driver_times_pulses:
            self._held.add(relay)
            channel.write_coil(self._address, relay, _ON)
            return
        try:
            # once: after a lost answer the gate may be open already, and a second pulse would let in a second person
            channel.write_coil(self._address, _PULSE_ON + relay, tenths, tries=1)
        except DeviceFault as problem:
            words = f'{problem}; a board that times no pulses itself needs options.pulse = "driver"'
            raise DeviceFault(problem.code, words) from problem

    def _refuse_unless_free(self, relay: int, used_otherwise: frozenset[int]) -> None:
        if relay not in self.options.ours or relay in used_otherwise:
            raise DeviceFault("no-such-relay", f"relay {relay} is not there for this, or is in use for something else")

    # --- the watchdog and reading back ------------------------------------------------------------------------

    def _let_go_when_due(self) -> bool:
        if self._close_at_s is None or self._steady() < self._close_at_s:
            return False
        self._wanted = frozenset()
        # Kept until the write has succeeded: a watchdog that missed its one chance would be none.
        return True

    def _bring_to(self, channel: ModbusBus, on: frozenset[int], also_off: frozenset[int] = frozenset()) -> None:
        now_s = self._steady()
        states = dict.fromkeys(also_off, False) | {zone: zone in self._wanted for zone in self._zones()} | self._lamps
        for relay, until_s in self._locks.items():
            states.pop(relay, None)
            if now_s >= until_s + _LATE_S or also_off:
                states[relay] = False
                if relay in on:
                    log.warning("relay.lock_let_go", device=self.device, relay=relay, check="its wiring and the board")
        self._write(channel, {relay: wanted for relay, wanted in states.items() if (relay in on) != wanted})
        if not self._wanted:
            self._close_at_s = None

    def _read_back(self, channel: ModbusBus) -> frozenset[int]:
        on = channel.read_coils(self._address, self.options.relays, tries=1)
        self._read_at_s = self._steady()
        self._tell(RelaysRead(self.device, on))
        return on

    def _last_word(self, channel: ModbusBus) -> None:
        on = self._wanted | self._held | {lamp for lamp, lit in self._lamps.items() if lit}
        with channel.hurried(_LAST_WORD_S):
            self._write(channel, dict.fromkeys(on, False))

    def _ask_version(self, channel: ModbusBus) -> int:
        try:
            (version,) = channel.read_registers(self._address, _VERSION_REGISTER, tries=1)
        except (DeviceFault, NoReply, BadFrame):
            return 0  # boards of other makers have no such register
        log.info("relay.found", device=self.device, version=f"{version / 100:.2f}")
        return version

    # --- writing ----------------------------------------------------------------------------------------------

    def _zones(self) -> frozenset[int]:
        return self.options.zones - frozenset(self._locks) - frozenset(self._lamps)

    def _write_zones(self, channel: ModbusBus) -> None:
        self._write(channel, {zone: zone in self._wanted for zone in self._zones()})
        if not self._wanted:
            self._close_at_s = None

    def _write(self, channel: ModbusBus, states: Mapping[int, bool]) -> None:
        """Exactly these relays, in as few frames as the options allow."""
        ordered = sorted(states)
        if self.options.at_once(ordered, all_alike=len(set(states.values())) == 1):
            all_on = _OLD_ALL_ON if self.options.all_relays == "old" else _ON
            channel.write_coil(self._address, _ALL, all_on if states[0] else _OFF)
        elif self.options.in_a_run(ordered):
            channel.write_coils(self._address, ordered[0], [states[relay] for relay in ordered])
        else:
            for relay in ordered:
                channel.write_coil(self._address, relay, _ON if states[relay] else _OFF)


def build(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> RelayBoard:
    """``options`` as in ``OPTIONS``; a ValueError names the one that is wrong."""
    found = board_options(read_options(OPTIONS, options))
    return RelayBoard(device, tell, address=1 if address is None else address, options=found)
