"""What is said for a call: the words of the catalogue, cut into the pieces that a hall's clips are made of.

Knows how numbers are said. Must not know how pieces become sound, nor in which order calls are spoken.

A sentence is cut at its ticket number, which is said letter by letter and digit by digit; everything between two
numbers is one piece with the window's number in it ("号到三号窗口办理"), so that it keeps its melody. A hall has
few windows, so all pieces that its calls can need are known beforehand: `SpokenWords.vocabulary`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from drivers.speaker import Pause, Piece
from hall.plan import Plan
from hall.queue.words import Announce, Phrase
from hall_config.wording import Language, catalogue, say

DigitOne = Literal["yi", "yao"]
_PAUSE: Final = Pause(0.2)
_BEFORE_ENGLISH: Final = Pause(0.4)
_EDGE: Final = "，。：、,.: "
_NO_WINDOW: Final = "speech.no_window"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One call as pieces, and as text for log and screens."""

    parts: tuple[Piece | Pause, ...]
    text_zh: str
    text_en: str


class SpokenWords:
    """How this hall words its calls."""

    def __init__(self, plan: Plan, *, english: bool = False, digit_one: DigitOne = "yi") -> None:
        self._plan = plan
        self._languages: tuple[Language, ...] = ("zh", "en") if english else ("zh",)
        self._digit_one = digit_one

    def spoken(self, announce: Announce) -> Spoken:
        """The call in Chinese, then in English where the hall wants it."""
        key = _key(announce.phrase, announce.window)
        parts: list[Piece | Pause] = []
        for language in self._languages:
            if parts:
                parts.append(_BEFORE_ENGLISH)
            parts += self._sentence(key, language, announce.number, announce.window)
        texts = [say(key, language, number=announce.number, window=announce.window) for language in ("zh", "en")]
        return Spoken(tuple(parts), texts[0], texts[1])

    def vocabulary(self) -> tuple[Piece, ...]:
        """Every piece that a call of this hall can need, the most needed first."""
        letters = [Piece(service.letter, "en") for service in self._plan.services]
        found = dict.fromkeys(letters)
        for language in self._languages:
            found |= dict.fromkeys(self._digits("0123456789", language))
        for key in (_NO_WINDOW, *(f"speech.{phrase.value}" for phrase in Phrase)):
            for language in self._languages:
                for window in self._plan.windows:
                    pieces = self._sentence(key, language, "", window.number)
                    found |= dict.fromkeys(piece for piece in pieces if isinstance(piece, Piece))
        return tuple(found)

    def _sentence(self, key: str, language: Language, number: str, window: int | None) -> Iterator[Piece | Pause]:
        for at, stretch in enumerate(catalogue()[key][language].split("{number}")):
            if at:
                yield from self._number(number, language)
            text = stretch.replace("{window}", window_words(window, language)) if window is not None else stretch
            yield from _stretch(text, language)

    def _number(self, number: str, language: Language) -> Iterator[Piece]:
        for sign in number:
            if sign.isascii() and sign.isalpha():
                yield Piece(sign.upper(), "en")
            else:
                yield from self._digits(sign, language)

    def _digits(self, digits: Iterable[str], language: Language) -> Iterator[Piece]:
        for digit in digits:
            if digit in "0123456789":
                name = "yao" if digit == "1" and self._digit_one == "yao" else digit
                yield Piece(say(f"speech_digit.{name}", language), language)


def window_words(number: int, language: Language) -> str:
    """A window's number as it is said: 三, 十, 二十一; three, ten, twenty-one."""
    if number < 10:
        return say(f"speech_digit.{number}", language)
    if number > 99:
        return "".join(f"{say(f'speech_digit.{digit}', language)} " for digit in str(number)).strip()
    if number <= 20 or number % 10 == 0:
        return say(f"speech_number.{number}", language)
    tens, ones = say(f"speech_number.{number // 10 * 10}", language), say(f"speech_digit.{number % 10}", language)
    return tens + ones if language == "zh" else f"{tens}-{ones}"


def _key(phrase: Phrase, window: int | None) -> str:
    key = f"speech.{phrase.value}"
    return _NO_WINDOW if window is None and "{window}" in catalogue()[key]["zh"] else key


def _stretch(text: str, language: Language) -> Iterator[Piece | Pause]:
    """One clip, with what is a comma at its edge as a short silence."""
    inner = text.strip(_EDGE)
    if not inner:
        if re.search(r"[，。：、,.:]", text):
            yield _PAUSE
        return
    start = text.index(inner)
    if text[:start].strip():
        yield _PAUSE
    yield Piece(inner, language)
    if text[start + len(inner) :].strip():
        yield _PAUSE
