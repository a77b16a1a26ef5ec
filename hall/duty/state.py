"""The rotas of today and the days to come, and who of today is absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hall.duty.words import Duty


@dataclass(frozen=True, slots=True)
class DutyState:
    rotas: Mapping[str, tuple[Duty, ...]] = field(default_factory=dict)  # by day
    absent: tuple[str, ...] = ()
