"""A case as its documents see it, and what one of them says beside what every document says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from central.aid.origin import Notice
from central.aid.stages import Move
from central.aid_papers.facts import Centre, Lawyer
from hall_config.aid_application import Application


@dataclass(frozen=True, slots=True)
class Known:
    """A case as its documents see it while a move is made."""

    case: Mapping[Any, Any]
    centre: Centre
    application: Application | None
    notice: Notice | None
    clerk: str  # by their office
    account: str
    said: Mapping[str, Any]  # what this move was given
    told: Mapping[Move, tuple[Mapping[Any, Any], Mapping[str, Any]]]  # the last step of each move, and its texts
    numbers: Mapping[str, str]  # the newest number of each form
    due_ms: Mapping[str, int]
    lawyer: Lawyer | None
    old_lawyer: Lawyer | None
    assigned_ms: int | None
    now_ms: int
    gaps: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()  # gaps that this move fills
    files: Mapping[str, str] = field(default_factory=dict)  # their kinds by their ids


@dataclass(slots=True)
class Said:
    texts: dict[str, str] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
