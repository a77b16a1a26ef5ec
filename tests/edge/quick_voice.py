"""A voice for tests: a tone for each text, at once."""

from __future__ import annotations

from array import array
from typing import Literal


class QuickVoice:
    """As `drivers.speaker.voice`, without a program to start."""

    def __init__(self, *, seconds: float = 0.05, missing: str | None = None) -> None:
        self._seconds = seconds
        self._missing = missing

    def missing(self) -> str | None:
        return self._missing

    def recipe(self, text: str, language: Literal["zh", "en"]) -> str:
        return f"quick|{self._seconds}|{language}|{text}"

    def speak(self, text: str, language: Literal["zh", "en"], *, limit_s: float = 5.0) -> array[int]:
        return array("h", [6000 if index // 20 % 2 else -6000 for index in range(round(self._seconds * 22_050))])
