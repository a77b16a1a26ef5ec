"""Which of today's tickets have a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Draft:
    """When it was saved, who has opened it last, and since when its ticket is done."""

    saved_ms: int
    opened_by: str | None = None
    done_ms: int | None = None


@dataclass(frozen=True, slots=True)
class IntakeState:
    drafts: Mapping[str, Draft] = field(default_factory=dict)  # by ticket number
