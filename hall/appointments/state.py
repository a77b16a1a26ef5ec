"""The appointments of today and the days to come, and which of today's have become tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hall.appointments.words import Appointment


@dataclass(frozen=True, slots=True)
class AppointmentsState:
    lists: Mapping[str, tuple[Appointment, ...]] = field(default_factory=dict)  # by day
    tickets: Mapping[str, str] = field(default_factory=dict)  # today's numbers by appointment id

    def find(self, day: str, appointment: str) -> Appointment | None:
        return next((one for one in self.lists.get(day, ()) if one.id == appointment), None)
