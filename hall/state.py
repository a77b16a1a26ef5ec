"""The hall now: one part for each room, changed by that room only."""

from __future__ import annotations

from dataclasses import dataclass, field

from hall.devices.state import DevicesState
from hall.gate.state import GateState
from hall.queue.state import QueueState
from hall.rating.state import RatingState


@dataclass(frozen=True, slots=True)
class HallState:
    queue: QueueState = field(default_factory=QueueState)
    rating: RatingState = field(default_factory=RatingState)
    devices: DevicesState = field(default_factory=DevicesState)
    gate: GateState = field(default_factory=GateState)
