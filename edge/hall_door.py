"""The door through which pages, devices and central reach the hall: commands in, the present state out.

The loop thread behind it owns the state; whoever asks waits until the events of the answer are committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hall.plan import Plan
from hall.state import HallState
from hall.step import Command
from hall.wire import Event

__all__ = ["Answer", "Command", "DeviceHealth", "FileHealth", "HallDoor", "Health", "VoiceHealth"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command made happen. ``repeated`` is True when the same key was answered before and nothing was done."""

    events: tuple[Event, ...]
    state: HallState  # the state right after these events
    seq: int  # the journal's last number in that state
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """One device's lifecycle as the lines see it (contract section 4)."""

    id: str
    driver: str
    state: str
    reason: str
    since_wall_ms: int
    window: int | None
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FileHealth:
    """The hall file: ``ready``; ``wrong``: the old one stays in force; ``restart``: part of the new one waits."""

    state: str = "ready"
    reason_zh: str = ""
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class VoiceHealth:
    """What speaks: ``ready``; ``degraded``: the plain voice for a better one; ``failed``: only the chime."""

    state: str = "ready"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How this controller is."""

    devices: tuple[DeviceHealth, ...]
    journal_ok: bool
    journal_seq: int
    acked_seq: int
    central: str  # "none", "offline", "broker", "online"
    clock: str  # "ntp", "rtc", "none"
    boot: str
    version: str
    file: FileHealth = FileHealth()
    voice: VoiceHealth | None = None  # None: this hall has no speaker
    line: str = ""  # what keeps it off the line to central; the words stand under ``line``


class HallDoor(Protocol):
    @property
    def plan(self) -> Plan: ...

    def ask(self, command: Command, key: str | None = None) -> Answer:
        """Carry out one command; raises `hall.refusal.Refusal`. The same ``key`` acts once for 24 h."""

    def look(self) -> tuple[HallState, int]:
        """The present state and its journal number; never waits."""

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        """``listener`` is called (in another thread, quickly please) after each change; returns how to stop it."""

    def health(self) -> Health: ...

    def now_ms(self) -> tuple[int, int]:
        """``(steady_ms, wall_ms)``: to show how long something has lasted."""

    def meta(self, name: str, make: Callable[[], Any]) -> Any:
        """A value kept with the journal for good, made at first asking (page keys, secrets of this controller)."""

    def keep_meta(self, name: str, value: Any) -> None:
        """Keep a value with the journal in place of the one before."""
