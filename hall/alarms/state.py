"""The alarms in force, in the order in which they began."""

from __future__ import annotations

from dataclasses import dataclass

from hall.alarms.words import Alarm


@dataclass(frozen=True, slots=True)
class AlarmsState:
    standing: tuple[Alarm, ...] = ()
