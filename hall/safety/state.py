"""Whether the hall is being evacuated, and which windows have called colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SafetyState:
    evacuating_since_ms: int | None = None
    called_since_ms: Mapping[int, int] = field(default_factory=dict)  # window -> steady ms

    @property
    def evacuating(self) -> bool:
        return self.evacuating_since_ms is not None
