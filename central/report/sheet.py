"""A filled form: what the page, the exports and the checks are made of. Read by ``reading.py``, changed by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from central.report.checks import Finding
from central.report.formula import Figure
from central.report.periods import Period
from central.report.stages import State
from central.units.rules import Level


@dataclass(frozen=True, slots=True)
class UnitNamed:
    id: str
    level: Level
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Column:
    """What one unit brings to the form: the unit itself (its own hall), or one directly below with all below that."""

    unit: UnitNamed
    own: bool  # the unit's own part of its form
    state: State
    version: int  # 0: live figures, no version was drawn up
    missing: bool  # 缺报: signed as not handed in; what central counted of it stands
    figures: Mapping[str, Figure]  # every field of the form


class LineKind(StrEnum):
    """Words under ``central.report_line``."""

    ADJUST = "ADJUST"  # by hand, with reason and evidence
    LATE = "LATE"  # happened in an earlier period, known only after that was locked
    CORRECTION = "CORRECTION"  # a correction slip the city approved


@dataclass(frozen=True, slots=True)
class Line:
    """Something added to a counted figure, never silently: ``by`` is signed."""

    id: int
    unit: str
    kind: LineKind
    code: str
    by: Figure
    reason: str
    about: str  # the period it is of, for a late one
    events: tuple[str, ...]  # ids of the events of a late one
    evidence: str  # the name of the file; empty: none
    actor: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Note:
    """What was said to a soft finding."""

    rule: str
    text: str
    actor: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One unit's form of one period, in one version or live.

    ``figures`` are the whole unit's, with all below it; ``columns`` are what they are the sum of. ``inside``: whoever
    reads is of this unit, and sees few people's cells as they are; everybody else sees "<3" in them.
    """

    unit: UnitNamed
    path: str
    period: Period
    state: State
    version: int
    nothing: bool  # 零报告
    preparer: str
    reviewer: str
    signer: str
    sent_ms: int | None
    late: bool
    made_ms: int  # when these figures were drawn up or counted
    figures: Mapping[str, Figure]
    before: Mapping[str, Figure]  # of the period before; empty where there was none
    columns: tuple[Column, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    lines: tuple[Line, ...]
    inside: bool
