"""Opens and closes the amplifier's zones: which relays of which boards, never more than the amplifier bears.

Knows zones, their watts and what the boards answered. Must not know calls or sounds, nor how a relay is switched.

Zones that stay open from one call to the next stay on. When another set is wanted and both together would be too much,
the old ones are closed first and the boards' word for it is waited for; a zone whose board does not give it counts as
open still, and what no longer fits stays shut. The amplifier's priority contact is on while any zone is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from drivers.driver import Order, OrderDone, OrderFailed, Report
from drivers.kinds.relays import SwitchRelays
from edge.driver_book import points_of
from hall_config.models import HallFile
from hall_config.points import Point, is_point, parts_of, point_of, zone_relays
from hall_config.zones import Zone, rounds, zones_for

LONGEST_CALL_S: Final = 40.0  # said three times in two languages; then the relay board's driver closes by itself
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Amplifier:
    """The zones of a hall, what the amplifier bears (None: nobody said) and its priority contact."""

    zones: tuple[Zone, ...]
    watts: int | None = None
    priority: Point | None = None

    def rounds_for(self, service: str | None, window: int | None) -> tuple[tuple[Zone, ...], ...]:
        """The zones of one call, all at once where the amplifier bears them."""
        return rounds(zones_for(self.zones, service, window), self.watts)

    def everywhere(self, *, quiet_too: bool = False) -> tuple[tuple[Zone, ...], ...]:
        """All zones, in as many rounds as it takes; the quiet ones only where they are asked for."""
        return rounds((zone for zone in self.zones if quiet_too or not zone.quiet), self.watts)

    def bears(self, zones: Iterable[Zone]) -> bool:
        return self.watts is None or sum(zone.watts for zone in zones) <= self.watts


class ZoneSwitch:
    """Belongs to the announcer's thread; ``heard`` comes from any, with ``changed`` held."""

    def __init__(self, submit: Callable[[Order], None], amplifier: Amplifier, changed: threading.Condition) -> None:
        self.amplifier = amplifier
        self._submit = submit
        self._changed = changed
        self._asked: dict[str, SwitchRelays] = {}  # the last order of each board
        self._done_at_s: dict[str, float] = {}
        self._failed: set[str] = set()
        self._told_silent: set[str] = set()  # said in the log, until they answer again
        self._maybe: frozenset[Zone] = frozenset()  # whose board has not said since that they are shut
        self._surely: frozenset[Zone] = frozenset()  # whose board has said that they are open
        self._longest_s = LONGEST_CALL_S
        self.is_open = False

    def open(self, zones: Sequence[Zone], answer_s: float, longest_s: float = LONGEST_CALL_S) -> bool:
        """Ask for exactly these zones, or for more time with them; True when one was shut and must be waited for.
        After ``longest_s`` the boards' drivers shut them, whatever becomes of us."""
        wanted = frozenset(zones)
        self._longest_s = longest_s
        if not self.amplifier.bears(self._maybe | wanted):
            self._ask(self._maybe & wanted)
            self._wait_for_answers(answer_s)
            wanted = self._fitting(wanted, self._maybe - wanted)
        shut = wanted - self._surely
        self.is_open = True
        self._ask(wanted)
        return bool(shut)

    def wait(self, answer_s: float, open_s: float, stopping: Callable[[], bool]) -> None:
        """Until the relays and the amplifier have had their time; a board that says nothing is not waited for."""
        if not self._asked:
            return
        self._wait_for_answers(answer_s, stopping)
        with self._changed:
            silent = set(self._asked) - set(self._done_at_s)
            if silent - self._told_silent:
                log.warning("zones.not_opened", devices=sorted(silent))
            self._told_silent = (self._told_silent - set(self._done_at_s)) | silent
            ready_at_s = max(self._done_at_s.values(), default=0.0) + open_s
            while not stopping() and (left_s := ready_at_s - time.monotonic()) > 0:
                self._changed.wait(left_s)

    def close(self) -> None:
        """Shut them all."""
        if self.is_open:
            self.is_open = False
            self._ask(frozenset())

    def heard(self, report: Report) -> bool:
        """Whether this was a board's word on what it was last asked for."""
        match report:
            case OrderDone(device=device, order=order) if order is self._asked.get(device):
                on = self._asked[device].on
                self._done_at_s[device] = time.monotonic()
                self._surely |= frozenset(zone for zone in self._maybe if zone.device == device and zone.relay in on)
                self._maybe = frozenset(zone for zone in self._maybe if zone.device != device or zone.relay in on)
            case OrderFailed(device=device, order=order) if order is self._asked.get(device):
                self._failed.add(device)
            case _:
                return False
        return True

    def _ask(self, zones: frozenset[Zone]) -> None:
        """One order to each board that has something on or shall have; what only goes off first."""
        priority = self.amplifier.priority
        with self._changed:
            relays: dict[str, set[int]] = {zone.device: set() for zone in self._maybe | zones}
            if priority is not None and relays:
                relays.setdefault(priority[0], set())
            for zone in zones:
                relays[zone.device].add(zone.relay)
            if priority is not None and zones:
                relays[priority[0]].add(priority[1])
            self._asked = {
                device: SwitchRelays(device, frozenset(relays[device]), self._longest_s, slot="zones", urgent=True)
                for device in sorted(relays, key=lambda device: bool(relays[device]))
            }
            self._done_at_s, self._failed = {}, set()
            self._maybe |= zones
            self._surely &= zones
        for order in self._asked.values():
            self._submit(order)

    def _wait_for_answers(self, answer_s: float, stopping: Callable[[], bool] = lambda: False) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: set(self._asked) <= self._failed | set(self._done_at_s) or stopping(), answer_s
            )

    def _fitting(self, wanted: frozenset[Zone], still_open: frozenset[Zone]) -> frozenset[Zone]:
        """As many of the wanted zones as the amplifier bears beside those that would not close."""
        taken: set[Zone] = set()
        for zone in sorted(wanted, key=lambda zone: (-zone.watts, zone.id)):
            if self.amplifier.bears({*taken, *still_open, zone}):
                taken.add(zone)
            else:
                log.warning("zones.left_shut", zone=zone.id, reason="another zone's board does not answer")
        return frozenset(taken)


def amplifier_of(file: HallFile, boards: Sequence[str]) -> Amplifier | None:
    """The zones of a hall file; without a ``[[zone]]`` the zone relays of its first board; None without a board."""
    if file.zone:
        zones = tuple(
            Zone(one.id, *point_of(one.relay), one.watts, frozenset(one.services), frozenset(one.windows), one.quiet)
            for one in file.zone
        )
        part = file.amplifier
        priority = point_of(part.priority) if part is not None and part.priority is not None else None
        return Amplifier(zones, None if part is None else part.watts, priority)
    locks = {gate.lock for gate in file.gate}  # named without a channel: an output that is a lock and nothing else
    board = next((one for one in file.device if one.id in boards and one.id not in locks), None)
    if board is None:
        return None
    relays = zone_relays(board.options, points_of(board))
    others = _named_elsewhere(file, board.id)
    return Amplifier(tuple(Zone(f"relay-{relay}", board.id, relay, 0) for relay in relays if relay not in others))


def _named_elsewhere(file: HallFile, board: str) -> frozenset[int]:
    """Relays of a board that any part of the hall file names, such as a gate's lock: a call must never open that."""
    found: set[int] = set()
    rest: list[Any] = [file.model_dump()]
    while rest:
        match rest.pop():
            case str() as text:
                device, relay = parts_of(text) if is_point(text) else ("", None)
                if device == board and relay is not None:
                    found.add(relay)
            case dict() as table:
                rest += table.values()
            case list() | tuple() as items:
                rest += items
    return frozenset(found)
