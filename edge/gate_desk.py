"""The lawyers' gates between their devices and the rules: which point belongs to which gate, and what it says.

Knows locks, contacts, sensors and readers by the hall file. Must not know the rules, nor who holds a pass: of a pass it
logs the gate, the verdict and the reason's code, and nothing else. Runs in the lines' threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import structlog

from drivers.driver import Order, OrderFailed, Report
from drivers.kinds.code_reader import CodeRefused, CodeScanned
from drivers.kinds.inputs import ButtonPressed, ContactMoved, InputMoved
from drivers.kinds.relays import PulseRelay
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.gate_verdict import Checked, NoCheck, deny
from hall.gate.words import GateCommand, LoseGate, MissPulse, MoveGate, PresentPass, PulseLock, WalkThrough
from hall.moment import Moment
from hall_config.models import GatePart, HallFile
from hall_config.outcome import Exit, Stop
from hall_config.points import Point, point_of

log = structlog.get_logger()

_GONE: Final = (State.LOST, State.ABSENT, State.QUARANTINED)  # at a start or a stop nothing is lost
_UNREADABLE: Final = "malformed"


class Check(Protocol):
    def check(self, text: str) -> Checked: ...


class GateDesk:
    """``tell`` carries out a command of the rules."""

    def __init__(self, gates: tuple[GatePart, ...], check: Check, tell: Callable[[GateCommand], None]) -> None:
        self._check = check
        self._tell = tell
        self._locks: Mapping[str, PulseRelay] = {gate.id: _pulse(gate) for gate in gates}
        self._contacts = {point_of(gate.contact): gate.id for gate in gates}
        self._passages = {point_of(gate.passage): gate.id for gate in gates if gate.passage is not None}
        self._readers = {gate.reader: gate.id for gate in gates if gate.reader is not None}

    def orders(self, effect: PulseLock) -> list[Order]:
        """What unlocks a gate."""
        pulse = self._locks.get(effect.gate)
        return [] if pulse is None else [pulse]

    def heard(self, report: Report) -> bool:
        """Tell the rules what a gate's device says; whether the report was for a gate and nobody else."""
        match report:
            case ContactMoved(device=device, open=is_open):
                return self._contact((device, 0), is_open)
            case InputMoved(device=device, channel=channel, on=on, first=first):
                point = (device, channel)
                return self._contact(point, not on) or self._walked(point, counts=on and not first)
            case ButtonPressed(device=device):
                return self._walked((device, 0), counts=True)
            case CodeScanned(device=device, text=text):
                return self._scanned(device, text)
            case CodeRefused(device=device):
                return self._scanned(device, None)
            case OrderFailed(order=PulseRelay() as order, code=code):
                return self._missed(order, code)
            case Moved(device=device, state=state) if state in _GONE:
                self._lost(device)
        return False

    def _contact(self, point: Point, is_open: bool) -> bool:
        gate = self._contacts.get(point)
        if gate is not None:
            self._tell(MoveGate(gate, is_open))
        return gate is not None

    def _walked(self, point: Point, *, counts: bool) -> bool:
        gate = self._passages.get(point)
        if gate is not None and counts:
            self._tell(WalkThrough(gate))
        return gate is not None

    def _scanned(self, reader: str, text: str | None) -> bool:
        gate = self._readers.get(reader)
        if gate is not None:
            found = deny(_UNREADABLE) if text is None else self._check.check(text)
            log.info("gate.pass_checked", gate=gate, verdict=found.verdict.value, reason=found.reason)
            self._tell(PresentPass(gate, found.verdict, found.reason, found.mark))
        return gate is not None

    def _missed(self, order: PulseRelay, code: str) -> bool:
        for gate, pulse in self._locks.items():
            if (pulse.device, pulse.relay) == (order.device, order.relay):
                log.error("gate.lock_failed", gate=gate, device=order.device, code=code, check="open by hand")
                self._tell(MissPulse(gate, code))
                return True
        return False

    def _lost(self, device: str) -> None:
        for (contact, _), gate in self._contacts.items():
            if contact == device:
                self._tell(LoseGate(gate))


def _pulse(gate: GatePart) -> PulseRelay:
    device, relay = point_of(gate.lock)
    return PulseRelay(device, relay, round(gate.pulse_s * 10), urgent=True)


def gate_desk(
    file: HallFile, tell: Callable[[GateCommand], None], now: Callable[[], Moment], quality: Callable[[], str]
) -> GateDesk:
    """The gates of one hall; raises `Stop` for an anchor that is no key."""
    check: Check = NoCheck()
    if file.passes is not None:
        from edge.gate_pass import pass_check  # cryptography: only where passes are believed

        passes = file.passes
        try:
            check = pass_check(file.hall.id, passes.anchor, passes.keys, passes.revoked, now, quality)
        except ValueError:
            raise Stop(Exit.WRONG_USE, "gate.ANCHOR") from None
    return GateDesk(file.gate, check, tell)
