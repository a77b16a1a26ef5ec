"""Which part of a hall a test touches: the zones of a call, a gate's lock, the devices that hang together.

Knows the hall file only. Must not know how anything is tested.
"""

from __future__ import annotations

from drivers.kind import Kind
from edge.devices import ids_of
from edge.driver_registry import kind_of
from edge.zone_switch import amplifier_of
from hall_config.models import HallFile
from hall_config.points import point_of


def opens_gate(file: HallFile, device: str, channel: int) -> bool:
    """Whether this relay is the lock of a gate."""
    return (device, channel) in {point_of(gate.lock) for gate in file.gate}


def zones_of(file: HallFile, kind: Kind) -> tuple[tuple[str, frozenset[int]], ...]:
    """The relays that a call of the first class to the first window opens, no gate's; for a board's test all zones."""
    amplifier = amplifier_of(file, ids_of(file, Kind.RELAYS)) if kind in (Kind.SPEAKER, Kind.RELAYS) else None
    if amplifier is None:
        return ()
    first_call = amplifier.rounds_for(file.service[0].letter, file.window[0].number)[:1]
    opened = first_call if kind is Kind.SPEAKER else (amplifier.zones,)
    points = [(zone.device, zone.relay) for zones in opened for zone in zones]
    points += [amplifier.priority] if amplifier.priority is not None else []
    boards = dict.fromkeys(board for board, _ in points)
    return tuple((board, frozenset(relay for on, relay in points if on == board)) for board in boards)


def file_for_one(file: HallFile, device: str) -> HallFile:
    """The hall file with this device alone, and for a speaker the amplifier's board beside it."""
    kept = {device}
    part = next(one for one in file.device if one.id == device)
    if kind_of(part) is Kind.SPEAKER:
        kept |= {one.id for one in file.device if kind_of(one) is Kind.RELAYS}
    devices = tuple(one for one in file.device if one.id in kept)
    lines = tuple(one for one in file.line if any(device.line == one.id for device in devices))
    return file.model_copy(update={"device": devices, "line": lines})
