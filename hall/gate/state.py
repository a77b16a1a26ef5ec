"""Who asked for help and which doors stand open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GateState:
    help_since_ms: Mapping[str, int] = field(default_factory=dict)  # by place
    open_since_ms: Mapping[str, int] = field(default_factory=dict)  # by door
