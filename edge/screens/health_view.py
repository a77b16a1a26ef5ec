"""How the controller is, for people: each part with its grade, what its state means and what to do, in both languages.

Knows the words and which state is worth a walk. Must not ask a device: everything comes from what is known already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from pydantic import BaseModel

from edge.content import ContentNow
from edge.hall_door import DeviceHealth, FileHealth, Health, VoiceHealth
from edge.publicity import Skipped
from edge.screens.device_words import in_trouble, named, needs_hands
from hall_config.wording import Language, say

Grade = Literal["good", "watch", "fault"]
_WELL: Final = ("ready", "disabled")
_CLOCK: Final[Mapping[str, Grade]] = {"ntp": "good", "rtc": "watch", "none": "watch"}
_VOICE: Final[Mapping[str, Grade]] = {"ready": "good", "degraded": "watch", "failed": "fault"}
_CONTENT: Final[Mapping[str, Grade]] = {"ready": "good", "kept": "watch", "wrong": "fault"}


class HealthPart(BaseModel):
    """One line of the health page; ``state`` is the state as `/readyz` names it."""

    name: str
    state: str
    grade: Grade
    name_zh: str
    name_en: str
    what_zh: str
    what_en: str


class HealthSeen(BaseModel):
    """``GET /api/v1/health``: the worst first."""

    version: str
    parts: list[HealthPart]


def seen(
    health: Health, alarm: str, content: ContentNow, skipped: Iterable[Skipped], names: Mapping[str, tuple[str, str]]
) -> HealthSeen:
    """``alarm``: why the journal began anew today, if it did; ``names``: what the hall file calls its devices."""
    parts = [
        _journal(health, alarm),
        _central(health),
        _part("clock", health.clock, _CLOCK.get(health.clock, "watch")),
        _config(health.file),
        *([_voice(health.voice)] if health.voice is not None else []),
        _content(content),
        *(_device(device, names) for device in health.devices),
        *(_publicity(file) for file in skipped),
    ]
    order: Mapping[Grade, int] = {"fault": 0, "watch": 1, "good": 2}
    return HealthSeen(version=health.version, parts=sorted(parts, key=lambda part: order[part.grade]))


def _journal(health: Health, alarm: str) -> HealthPart:
    if not health.journal_ok:
        return _part("journal", "failed", "fault")
    return _part("journal", alarm or "ready", "watch" if alarm else "good", state="ready")


def _central(health: Health) -> HealthPart:
    waiting = max(0, health.journal_seq - health.acked_seq)
    grade: Grade = "good" if health.central in ("online", "none") else "watch"
    if health.central == "offline" and health.line:
        kept, trouble = _both("health.central.kept", waiting=waiting), _both(f"line.{health.line}")
        return _told("central", "offline", grade, (kept[0] + trouble[0], f"{kept[1]} {trouble[1]}"))
    return _part("central", health.central, grade, waiting=waiting)


def _config(file: FileHealth) -> HealthPart:
    if file.state == "ready":
        return _part("config", "ready", "good")
    grade: Grade = "fault" if file.state == "wrong" else "watch"
    return _told("config", file.state, grade, (file.reason_zh, file.reason_en))


def _voice(voice: VoiceHealth) -> HealthPart:
    return _part("voice", voice.state, _VOICE.get(voice.state, "fault"), reason=voice.reason[:300])


def _content(now: ContentNow) -> HealthPart:
    pack = f"{now.pack.pack.id} {now.pack.pack.version}" if now.pack else ""
    if now.state == "ready":
        return _told("content", "ready", "good", (pack, pack))
    return _part("content", now.state, _CONTENT[now.state], pack=pack, problems=now.problems)


def _publicity(file: Skipped) -> HealthPart:
    name = file.name[:80]
    what = _both(f"health.publicity.{file.reason}")
    words = _both("health.part.publicity", name=name)
    return _line(f"publicity:{name}", "skipped", "watch", words, what)


def _device(device: DeviceHealth, names: Mapping[str, tuple[str, str]]) -> HealthPart:
    if device.state in _WELL or (device.state == "degraded" and not needs_hands(device.state, device.reason)):
        key = "disabled" if device.state == "disabled" else "ready"
        grade: Grade = "good"
        what = _both(f"health.device.{key}")
    elif needs_hands(device.state, device.reason):
        trouble = in_trouble(device, names)
        grade, what = "fault", (trouble.reason_zh, trouble.reason_en)
    else:
        grade, what = "watch", _both("health.device.on_its_way")
    return _line(f"device:{device.id}", device.state, grade, named(device, names), what)


def _part(name: str, key: str, grade: Grade, *, state: str | None = None, **filling: object) -> HealthPart:
    return _told(name, state or key, grade, _both(f"health.{name}.{key}", **filling))


def _told(name: str, state: str, grade: Grade, what: tuple[str, str]) -> HealthPart:
    return _line(name, state, grade, _both(f"health.part.{name}"), what)


def _line(name: str, state: str, grade: Grade, words: tuple[str, str], what: tuple[str, str]) -> HealthPart:
    return HealthPart(
        name=name, state=state, grade=grade, name_zh=words[0], name_en=words[1], what_zh=what[0], what_en=what[1]
    )


def _both(key: str, **filling: object) -> tuple[str, str]:
    chinese: Language = "zh"
    return say(key, chinese, **filling), say(key, "en", **filling)
