"""The hall now: one part for each room, changed by that room only."""

from __future__ import annotations

from dataclasses import dataclass, field

from hall.alarms.state import AlarmsState
from hall.appointments.state import AppointmentsState
from hall.devices.state import DevicesState
from hall.duty.state import DutyState
from hall.gate.state import GateState
from hall.intake.state import IntakeState
from hall.opinions.state import OpinionsState
from hall.queue.state import QueueState
from hall.rating.state import RatingState
from hall.record.state import RecordState
from hall.safety.state import SafetyState


@dataclass(frozen=True, slots=True)
class HallState:
    queue: QueueState = field(default_factory=QueueState)
    rating: RatingState = field(default_factory=RatingState)
    devices: DevicesState = field(default_factory=DevicesState)
    gate: GateState = field(default_factory=GateState)
    duty: DutyState = field(default_factory=DutyState)
    appointments: AppointmentsState = field(default_factory=AppointmentsState)
    safety: SafetyState = field(default_factory=SafetyState)
    alarms: AlarmsState = field(default_factory=AlarmsState)
    record: RecordState = field(default_factory=RecordState)
    opinions: OpinionsState = field(default_factory=OpinionsState)
    intake: IntakeState = field(default_factory=IntakeState)
