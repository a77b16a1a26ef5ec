"""When something is an alarm: rules as data, what they measure, and how an alarm begins and ends.

A rule measures each hall, or each window or device of it. The alarm opens when the measure has been at least
``open_at`` for ``hold_s`` and ends when it has been below ``end_below`` for ``clear_s``. What cannot be known now (a
hall that cannot be reached, one that has just come back and still sends what happened meanwhile, a line of central's
own that is down or was until a moment ago) neither opens nor ends anything: so nobody is flooded after an outage.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["notice", "warning", "severe"]
LEVELS: Final[Mapping[str, int]] = {"severe": 0, "warning": 1, "notice": 2}
CENTRAL: Final = ""  # the hall of an alarm about central itself
SETTLE_MS: Final = 60_000  # after central's own line came back: halls come back one by one
CATCH_UP_MS: Final = 30_000  # after a hall's line came back: it sends what happened meanwhile
_BURST_MS: Final = 3_600_000
_STEP_TOLD_MS: Final = 3_600_000


class Rule(BaseModel):
    """One rule as it stands in the file or as a unit wants it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    unit: Literal["s", "count", "percent"]
    level: Level
    open_at: int = Field(ge=1, le=1_000_000)
    end_below: int = Field(ge=1, le=1_000_000)
    hold_s: int = Field(ge=0, le=86_400)
    clear_s: int = Field(ge=0, le=86_400)
    enabled: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What an alarm is about. ``subject``: a window's number, a device, a place; empty for the hall as a whole."""

    hall: str
    rule: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the rules measure of one hall beside its line on the live pages."""

    state_ms: int
    heard_ms: int
    event_ms: int
    clock: str
    bad: tuple[int, ...] = ()
    stepped: tuple[int, ...] = ()
    help: Mapping[str, int] = field(default_factory=dict)
    windows: tuple[tuple[int, str, str | None, int], ...] = ()  # number, state, pause reason, since
    waiting_ms: int | None = None
    trouble: Mapping[str, int] = field(default_factory=dict)  # device: since
    counters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@cache
def standard() -> Mapping[str, Rule]:
    """The rules that hold where no unit has said otherwise."""
    text = (resources.files("central.alarms") / "standard.toml").read_text(encoding="utf-8")
    return {name: Rule.model_validate(facts) for name, facts in tomllib.loads(text).items()}


def knows(online: bool, signals: Signals, now_ms: int) -> bool:
    """Whether what is known of a hall is its present."""
    return online and now_ms - signals.state_ms >= CATCH_UP_MS


def measures(hall: str, online: bool, signals: Signals, now_ms: int) -> Iterator[tuple[Key, int]]:
    """Everything that may be an alarm in one hall, with its measure; what is missing is well."""
    dark_ms = max(signals.state_ms, signals.heard_ms)
    if not online:
        if dark_ms:
            yield Key(hall, "hall_dark"), (now_ms - dark_ms) // 1000
        return
    for rule, subject, since_ms in _lasting(signals):
        yield Key(hall, rule, subject), max(0, now_ms - since_ms) // 1000
    yield Key(hall, "bad_ratings"), sum(1 for when in signals.bad if now_ms - when < _BURST_MS)
    yield Key(hall, "clock_unset"), int(signals.clock == "none")
    yield Key(hall, "clock_wrong"), _clock_error_s(signals, now_ms)
    for device, counters in signals.counters.items():
        for rule, name in (("paper_low", "paper_low"), ("disk_full", "disk_used"), ("disk_worn", "disk_worn")):
            value = counters.get(name)
            if isinstance(value, int) and 0 < value <= 1000:
                yield Key(hall, rule, device), value


def _lasting(signals: Signals) -> Iterator[tuple[str, str, int]]:
    if signals.waiting_ms is not None:
        yield "long_wait", "", signals.waiting_ms
    for number, state, pause, since_ms in signals.windows:
        if state == "PAUSED" and pause != "LUNCH":
            yield "window_paused", str(number), since_ms
    for device, since_ms in signals.trouble.items():
        yield "device_failed", device, since_ms
    for place, since_ms in signals.help.items():
        yield "help_waiting", place, since_ms


def _clock_error_s(signals: Signals, now_ms: int) -> int:
    """How far the hall's clock is ahead for certain, or by how much it was moved a short while ago.

    An event that is older than now says nothing: it may have waited for the line.
    """
    ahead_ms = max(0, signals.event_ms - now_ms)
    if signals.stepped and 0 <= now_ms - signals.stepped[1] < _STEP_TOLD_MS:
        ahead_ms = max(ahead_ms, abs(signals.stepped[0]))
    return ahead_ms // 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look changes: alarms that open with their measure, that got worse, that end."""

    opened: Mapping[Key, int]
    worse: Mapping[Key, int]
    ended: frozenset[Key]


class Patience:
    """Since when each thing has been wrong, or well again: what decides whether an alarm opens or ends now."""

    def __init__(self) -> None:
        self._wrong_ms: dict[Key, int] = {}
        self._well_ms: dict[Key, int] = {}

    def look(
        self,
        measured: Mapping[Key, int],
        open_alarms: Mapping[Key, int],
        unknown: Iterable[str],
        rule_of: Mapping[Key, Rule],
        now_ms: int,
    ) -> Verdict:
        """``measured`` is what is known now, ``open_alarms`` each with its worst measure until now."""
        opened, worse, ended = dict[Key, int](), dict[Key, int](), set[Key]()
        blind = frozenset(unknown)
        for key, value in measured.items():
            rule = rule_of[key]
            if key in open_alarms:
                if value > open_alarms[key]:
                    worse[key] = value
            elif rule.enabled and value >= rule.open_at and self._lasts(self._wrong_ms, key, rule.hold_s, now_ms):
                opened[key] = value
            if value < rule.open_at:
                self._wrong_ms.pop(key, None)
        for key in set(self._wrong_ms) - set(measured):
            del self._wrong_ms[key]
        for key in open_alarms:
            if key.hall in blind and key.rule != "hall_dark":
                self._well_ms.pop(key, None)
            elif self._is_over(key, measured.get(key, 0), rule_of.get(key), now_ms):
                ended.add(key)
        return Verdict(opened, worse, frozenset(ended))

    def _is_over(self, key: Key, value: int, rule: Rule | None, now_ms: int) -> bool:
        if rule is None or not rule.enabled:
            return True
        if value >= rule.end_below:
            self._well_ms.pop(key, None)
            return False
        if not self._lasts(self._well_ms, key, rule.clear_s, now_ms):
            return False
        del self._well_ms[key]
        return True

    @staticmethod
    def _lasts(since: dict[Key, int], key: Key, for_s: int, now_ms: int) -> bool:
        return now_ms - since.setdefault(key, now_ms) >= for_s * 1000
