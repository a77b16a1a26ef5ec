"""Which of today's services were recorded, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RecordState:
    versions: Mapping[str, int] = field(default_factory=dict)  # by today's numbers
