"""What a test of a device says to the engineer: a verdict, and sentences that never hold anything of a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hall_config.wording import LANGUAGES, Language, catalogue, say


class Verdict(StrEnum):
    """How a test stands. ``RUNNING`` and ``WAITING`` go on: it waits for the device, or for the engineer's hand."""

    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SILENT = "not_answered"
    STOPPED = "stopped"


GOING_ON = frozenset({Verdict.WAITING, Verdict.RUNNING})


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of ``commissioning.said``; ``params`` fill it."""

    key: str
    params: tuple[tuple[str, object], ...] = ()

    def words(self, language: Language) -> str:
        params = {name: value[language] if isinstance(value, dict) else value for name, value in self.params}
        return say(f"commissioning.said.{self.key}", language, **params)


def said(key: str, **params: object) -> Said:
    return Said(key, tuple(params.items()))


def reason_words(code: str) -> dict[Language, str]:
    """A device's fault in both languages; a code that the catalogue does not know is called a code."""
    for section in ("commissioning.reason", "pages.device.reason"):
        key = f"{section}.{code}"
        if key in catalogue():
            return {"zh": say(key, "zh"), "en": say(key, "en")}
    return {language: say("commissioning.reason.other_fault", language, code=code) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Progress:
    """One test as it stands. ``left_s``: how long it still waits."""

    device: str
    kind: str
    verdict: Verdict
    lines: tuple[Said, ...]
    left_s: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "device": self.device,
            "kind": self.kind,
            "verdict": self.verdict.value,
            "lines": [{"zh": line.words("zh"), "en": line.words("en")} for line in self.lines],
            "left_s": round(self.left_s, 1),
        }
