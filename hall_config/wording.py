"""The one message catalogue: Chinese first, English beside it, so that no sentence can exist in one language only.

Words stand in ``words/*.toml``, one file for each part of the house:
``[refusal] NOTHING_WAITING = { zh = "…", en = "…" }`` is read under the key ``refusal.NOTHING_WAITING``;
``{name}`` in a sentence is filled from the parameters.
Local time for people is written here and nowhere else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


@cache
def catalogue() -> Mapping[str, Mapping[Language, str]]:
    """Every key with its words in both languages; a key that lacks one, or stands twice, is an error at start."""
    found: dict[str, Mapping[Language, str]] = {}
    folder = resources.files("hall_config") / "words"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            _collect(tomllib.loads(entry.read_text(encoding="utf-8")), "", found, entry.name)
    return found


def _collect(table: Mapping[str, Any], prefix: str, found: dict[str, Mapping[Language, str]], file: str) -> None:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if set(value) == {"zh", "en"} and all(isinstance(words, str) for words in value.values()):
            if key in found:
                raise ValueError(f"{file}: {key} stands twice in the catalogue")
            found[key] = value
        elif all(isinstance(inner, dict) for inner in value.values()) and value:
            _collect(value, f"{key}.", found, file)
        else:
            raise ValueError(f"{file}: {key} needs both zh and en")


def say(key: str, language: Language = "zh", /, **params: object) -> str:
    """The words for ``key``; an unknown key is a programmer's error (KeyError)."""
    words = catalogue()[key][language]
    return words.format(**params) if params else words


def section(prefix: str, language: Language) -> dict[str, str]:
    """All words below ``prefix.``, with the prefix taken off: what a page needs of the catalogue."""
    start = f"{prefix}."
    return {key[len(start) :]: words[language] for key, words in catalogue().items() if key.startswith(start)}


def clock_words(wall_ms: int) -> str:
    """``09:05`` in China."""
    return _local(wall_ms).strftime("%H:%M")


def date_words(wall_ms: int, language: Language = "zh") -> str:
    """``2026年11月21日`` or ``21 Nov 2026``, in China."""
    moment = _local(wall_ms)
    return f"{moment.year}年{moment.month}月{moment.day}日" if language == "zh" else moment.strftime("%-d %b %Y")


def rfc3339(wall_ms: int) -> str:
    """UTC with ``Z``, as the contract has it."""
    return datetime.fromtimestamp(wall_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, CHINA)
