"""One move while it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from central.aid.people import Work
from central.aid.rules import Actor, Standing
from central.aid.stages import Move, State, Way


@dataclass(slots=True)
class Change:
    """One move while it is made: what it is given, and what comes of it."""

    work: Work
    standing: Standing
    actor: Actor
    given: Any
    way: Way
    move: Move
    columns: dict[str, Any] = field(default_factory=dict)
    to: State | None = None  # where the table leaves it to what was before
    facts: dict[str, Any] = field(default_factory=dict)  # codes for the step
    texts: dict[str, Any] = field(default_factory=dict)  # sealed with the step
    forms: tuple[str, ...] | None = None  # instead of those of the table
    begins: dict[str, date | timedelta | int | None] = field(
        default_factory=dict
    )  # a last day, a first moment, or as the rule says
    done_ms: int | None = None  # when it really happened, where that is noted later
    undone: Mapping[Any, Any] | None = None  # the step that is taken back

    @property
    def case(self) -> Mapping[Any, Any]:
        return self.standing.case
