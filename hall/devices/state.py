"""Which devices fail now, and what became of today's slips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    state: str
    reason: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class NoticeKept:
    """One of today's last notices, for whoever asked for it. ``lost``: the controller stopped before it was said."""

    notice: str
    text_zh: str
    text_en: str
    urgent: bool
    asked_ms: int
    said: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class DevicesState:
    failing: Mapping[str, Fault] = field(default_factory=dict)  # by device id
    slips: Mapping[str, str] = field(default_factory=dict)  # today's numbers: "" printed, else why not
    revision: int = 0  # of the plan in force
    boot: str = ""
    notices: Mapping[str, int] = field(default_factory=dict)  # asked for and not said yet: id -> when, steady ms
    alarm: str = ""  # why the journal began a new epoch today
    last_notices: tuple[NoticeKept, ...] = ()  # newest first
