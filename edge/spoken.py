"""What is said for a call: the words of the catalogue, cut into the pieces that a hall's clips are made of.

Knows how numbers are said. Must not know how pieces become sound, nor in which order calls are spoken.

A notice is free text: it is cut into sentences, foreign words are said by the other language's voice, and the numbers
that voices read wrongly are spelled before they see them (A012, 12348, 2026年, 9:30, 3号窗口).

A sentence is cut at its ticket number, which is said letter by letter and digit by digit; everything between two
numbers is one piece with the window's or the room's number in it ("号到三号窗口办理"), so that it keeps its melody. A
hall has few of them, so all pieces that its calls can need are known beforehand: `SpokenWords.vocabulary`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from drivers.speaker import Pause, Piece
from hall.plan import Plan
from hall.queue.issue import NUMBER_SHAPE
from hall.queue.words import Announce, Phrase
from hall_config.wording import LANGUAGES, Language, catalogue, say

DigitOne = Literal["yi", "yao"]
_PAUSE: Final = Pause(0.2)
_BEFORE_ENGLISH: Final = Pause(0.4)
_EDGE: Final = "，。：、,.: "
_NO_WINDOW: Final = "speech.no_window"
_AFTER_SENTENCE: Final = Pause(0.35)
_END: Final = re.compile(r"[。！？；!?;\n]+|\.(?=\s)")
_LONGEST_PIECE: Final[dict[Language, int]] = {"zh": 60, "en": 180}  # characters: what a voice says at once
_TICKET: Final = re.compile(rf"(?<![A-Za-z0-9]){NUMBER_SHAPE}(?![0-9])")
_TIME: Final = re.compile(r"(?<![0-9])([0-9]{1,2})[:：]([0-5][0-9])(?![0-9])")
_WINDOW: Final = re.compile(r"(?<![0-9])([0-9]{1,3})(?=号窗口)")
_SINGLY: Final = re.compile(r"[0-9]{5,}|(?<![0-9])[0-9]{4}(?=年)")
_FOREIGN: Final = re.compile(r"([A-Za-z][A-Za-z'’]*(?: [A-Za-z'’]+)*)")


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

    def spoken(self, announce: Announce, *, short: bool = False) -> Spoken:
        """The call in Chinese, then in English where the hall wants it and the call need not be ``short``.

        What all must understand when they leave the hall is always said in both.
        """
        key = _key(announce)
        languages = LANGUAGES if announce.phrase is Phrase.EVACUATE else self._languages[: 1 if short else None]
        parts: list[Piece | Pause] = []
        for language in languages:
            if parts:
                parts.append(_BEFORE_ENGLISH)
            parts += self._sentence(catalogue()[key][language], language, announce)
        blanks = {"number": announce.number, "window": announce.window, "room": announce.room}
        return Spoken(tuple(parts), say(key, "zh", **blanks), say(key, "en", **blanks))

    def vocabulary(self) -> tuple[Piece, ...]:
        """Every piece that a call of this hall can need, the most needed first."""
        letters = [service.letter for service in self._plan.services]
        windows = [window.number for window in self._plan.windows if window.room is None]
        return self.pieces(letters, windows, [window.room for window in self._plan.windows if window.room is not None])

    def pieces(self, letters: Iterable[str], windows: Iterable[int], rooms: Iterable[int] = ()) -> tuple[Piece, ...]:
        """The same for any letters, windows and rooms."""
        found = dict.fromkeys(Piece(letter, "en") for letter in letters)
        for language in self._languages:
            found |= dict.fromkeys(self._digits("0123456789", language))
        calls = [Announce(phrase, "", None) for phrase in Phrase]
        for window in windows:
            calls += [Announce(phrase, "", window) for phrase in Phrase]
        for room in rooms:
            calls += [Announce(phrase, "", 0, room=room) for phrase in Phrase]
        for call in calls:
            found |= dict.fromkeys(piece for piece in self.spoken(call).parts if isinstance(piece, Piece))
        return tuple(found)

    def sentences(self, key: str, language: Language, number: str = "") -> tuple[Piece | Pause, ...]:
        """Words of the catalogue, sentence by sentence, with a ticket's number where they have one."""
        parts: list[Piece | Pause] = []
        for sentence in _END.split(catalogue()[key][language].translate(_UNHEARD)):
            pieces = tuple(self._sentence(sentence, language, Announce(Phrase.CALL, number, None)))
            parts += (_AFTER_SENTENCE, *pieces) if parts and pieces else pieces
        return tuple(parts)

    def notice(self, text_zh: str, text_en: str) -> Iterator[tuple[Language, tuple[Piece | Pause, ...]]]:
        """Free text, language by language; English only where a text is given."""
        texts: dict[Language, str] = {"zh": text_zh, "en": text_en}
        for language, text in texts.items():
            parts: list[Piece | Pause] = []
            for sentence in _END.split(self._spelled(text, language)):
                pieces = tuple(_pieces(sentence, language))
                parts += (*pieces, _AFTER_SENTENCE) if pieces else ()
            if any(isinstance(part, Piece) for part in parts):
                yield language, tuple(parts)

    def _spelled(self, text: str, language: Language) -> str:
        """With the numbers as they are said, that voices would read otherwise."""

        def singly(digits: str) -> str:
            return (" " if language == "en" else "").join(piece.text for piece in self._digits(digits, language))

        text = text.translate(_NARROW)
        text = _TICKET.sub(lambda found: f"{found[0][0]} {singly(found[0][1:])}", text)
        if language == "zh":
            text = _TIME.sub(lambda found: f"{found[1]}点" + (f"{found[2]}分" if found[2] != "00" else "整"), text)
            text = _WINDOW.sub(lambda found: window_words(int(found[1]), "zh"), text)
        return _SINGLY.sub(lambda found: singly(found[0]), text)

    def _sentence(self, words: str, language: Language, announce: Announce) -> Iterator[Piece | Pause]:
        for at, stretch in enumerate(words.split("{number}")):
            if at:
                yield from self._number(announce.number, language)
            text = stretch
            for blank, number in (("{window}", announce.window), ("{room}", announce.room)):
                text = text.replace(blank, window_words(number, language)) if number is not None else text
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


_UNHEARD: Final = dict.fromkeys(map(ord, "“”"))
_NARROW: Final = {0xFF10 + digit: str(digit) for digit in range(10)}


def _pieces(sentence: str, language: Language) -> Iterator[Piece]:
    """One sentence; in a Chinese one each foreign word is a piece of the English voice."""
    stretches = _FOREIGN.split(sentence) if language == "zh" else [sentence]
    for place, stretch in enumerate(stretches):
        spoken_in: Language = "en" if place % 2 else language
        for text in _short(stretch.strip(_EDGE), _LONGEST_PIECE[spoken_in]):
            if re.search(r"\w", text):
                yield Piece(text, spoken_in)


def _short(text: str, most: int) -> Iterator[str]:
    """In pieces that a voice can say at once, cut at a comma or a space where there is one."""
    while len(text) > most:
        cut = max(text.rfind(sign, 1, most) for sign in "，、, ")
        cut = cut if cut > 0 else most
        yield text[:cut].strip(_EDGE)
        text = text[cut:].strip(_EDGE)
    yield text


def window_words(number: int, language: Language) -> str:
    """A window's or a room's number as it is said: 三, 十, 二十一; three, ten, twenty-one."""
    if number < 10:
        return say(f"speech_digit.{number}", language)
    if number > 99:
        return "".join(f"{say(f'speech_digit.{digit}', language)} " for digit in str(number)).strip()
    if number <= 20 or number % 10 == 0:
        return say(f"speech_number.{number}", language)
    tens, ones = say(f"speech_number.{number // 10 * 10}", language), say(f"speech_digit.{number % 10}", language)
    return tens + ones if language == "zh" else f"{tens}-{ones}"


def _key(announce: Announce) -> str:
    key = f"speech.{announce.phrase.value}"
    if "{window}" not in catalogue()[key]["zh"]:
        return key
    if announce.room is not None:
        return f"speech.room_{announce.phrase.value}"
    return _NO_WINDOW if announce.window is None else key


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
