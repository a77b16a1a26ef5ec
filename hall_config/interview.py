"""The questions of ``hall config init``: Chinese first, English second, an empty answer takes what stands in brackets.

Knows questions and answers. Must not know how a hall file is written. Answers come from the terminal or from standard
input, one a line; a wrong one is asked again, five times at most.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from hall_config.outcome import Exit, Stop
from hall_config.prober import Proposal
from hall_config.wording import LANGUAGES, Language, catalogue, say

T = TypeVar("T")
_TRIES: Final = 5
_LONGEST: Final = 60
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_HALL: Final = re.compile(r"[0-9a-z-]{3,40}")
_BROKER: Final = re.compile(r"mqtts?://[^/\s]+")
_URL: Final = re.compile(r"https?://[^\s]+")
_OF_CENTRAL: Final = ("central", "broker")


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A proposal that was accepted, with its name."""

    id: str
    proposal: Proposal
    window: int | None


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a new hall file needs."""

    hall: str
    name_zh: str
    name_en: str
    services: tuple[tuple[str, str, str], ...]  # letter, Chinese, English
    windows: tuple[tuple[int, tuple[str, ...]], ...]
    broker: str | None
    public_url: str | None
    devices: tuple[NewDevice, ...]


def interview(proposals: Sequence[Proposal]) -> Answers:
    """Ask everything in turn; raises `Stop` when the answers end."""
    hall = _ask("hall", _hall)
    name_zh = _ask("name_zh", _name)
    name_en = _ask("name_en", _name)
    services = _services()
    letters = "".join(letter for letter, _, _ in services)
    windows = []
    for number in range(1, _ask("windows", _number(1, 99), "4") + 1):
        windows.append((number, _ask("serves", _served(letters), letters, window=number, letters=letters)))
    broker = _ask("broker", _maybe(_BROKER), "")
    public_url = _ask("public_url", _maybe(_URL), "")
    devices = _devices(proposals, len(windows))
    return Answers(hall, name_zh, name_en, services, tuple(windows), broker or None, public_url or None, devices)


def agreed(key: str, *, default: bool, **params: object) -> bool:
    """A question that is answered by yes or no."""
    return _ask(key, _yes_or_no, "y" if default else "n", **params)


def _services() -> tuple[tuple[str, str, str], ...]:
    found = []
    for place in range(_ask("services", _number(1, len(_LETTERS)), "3")):
        letter = _LETTERS[place]
        usual = f"config_init.service.{letter}"
        zh, en = (say(usual, "zh"), say(usual, "en")) if usual in catalogue() else ("", "")
        name_zh = _ask("service_zh", _name, zh, letter=letter)
        found.append((letter, name_zh, _ask("service_en", _name, en if name_zh == zh else "", letter=letter)))
    return tuple(found)


def _devices(proposals: Sequence[Proposal], windows: int) -> tuple[NewDevice, ...]:
    found: list[NewDevice] = []
    for one in proposals:
        words = {"driver": _driver(one.driver), "port": one.port, "words": _in_brackets(_said_of(one))}
        if not agreed("take", default=True, **words):
            continue
        window = None
        if one.needs_window:
            here = sum(1 for other in found if other.proposal.kind == one.kind) + 1
            window = _ask("window_of", _number(1, windows), str(min(here, windows)))
        taken = {device.id for device in found}
        plain = f"{one.kind}-{window}" if window is not None else one.kind
        names = (plain if count == 1 else f"{plain}-{count}" for count in range(1, len(taken) + 2))
        found.append(NewDevice(next(name for name in names if name not in taken), one, window))
    return tuple(found)


def _ask(key: str, read: Callable[[str], T], default: str = "", **params: object) -> T:
    shown = f" [{default}]" if default else ""
    for _ in range(_TRIES):
        zh, en = (say(f"config_init.ask.{key}", language, **_in(language, params)) for language in LANGUAGES)
        sys.stderr.write(f"{zh}\n{en}{shown}: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise Stop(Exit.WRONG_USE, "config_init.ENDED")
        if not sys.stdin.isatty():
            sys.stderr.write("\n")
        try:
            return read(line.strip() or default)
        except ValueError as problem:
            sys.stderr.write(f"  ! {say(f'config_init.wrong.{problem}', 'zh')}\n")
            sys.stderr.write(f"  ! {say(f'config_init.wrong.{problem}', 'en')}\n")
    raise Stop(Exit.WRONG_USE, "config_init.TOO_OFTEN")


def _in(language: Language, params: Mapping[str, object]) -> dict[str, object]:
    return {name: value[language] if isinstance(value, dict) else value for name, value in params.items()}


def _driver(name: str) -> object:
    """What people call the device, where the catalogue knows it."""
    known = f"driver.{name}" in catalogue()
    return {language: f"{say(f'driver.{name}', language)} {name}" for language in LANGUAGES} if known else name


def _said_of(one: Proposal) -> object:
    """What it said of itself, and its address."""
    if one.address is None:
        return one.words
    address = {known: say("config_init.address", known, address=one.address) for known in LANGUAGES}
    return {known: f"{one.words} {words}".strip() for known, words in address.items()}


def _in_brackets(words: object) -> object:
    """Nothing at all where the device said nothing."""
    known = words if isinstance(words, dict) else dict.fromkeys(LANGUAGES, words)
    if not any(known.values()):
        return ""
    return {"zh": f"（{known['zh']}）", "en": f" ({known['en']})"}


def _hall(text: str) -> str:
    if not _HALL.fullmatch(text) or text in _OF_CENTRAL:
        raise ValueError("hall")
    return text


def _name(text: str) -> str:
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise ValueError("name")
    return text


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or len(text) > 4 or not low <= int(text) <= high:
            raise ValueError("number")
        return int(text)

    return read


def _served(letters: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(sign for sign in text.upper() if sign not in " ,，、"))
        if not found or any(letter not in letters for letter in found):
            raise ValueError("letters")
        return found

    return read


def _maybe(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text and not pattern.fullmatch(text):
            raise ValueError("address")
        return text

    return read


def _yes_or_no(text: str) -> bool:
    if text.lower() in ("y", "yes", "是", "好"):
        return True
    if text.lower() in ("n", "no", "否", "不"):
        return False
    raise ValueError("yes_no")
