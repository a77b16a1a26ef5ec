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
from hall_config.prober import Proposal, answer_words
from hall_config.wording import LANGUAGES, Language, catalogue, say

T = TypeVar("T")
_TRIES: Final = 5
_LONGEST: Final = 60
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_HALL: Final = re.compile(r"[0-9a-z-]{3,40}")
_BROKER: Final = re.compile(r"mqtts?://[^/\s]+")
_URL: Final = re.compile(r"https?://[^\s]+")
_COMMA: Final = {"zh": "，", "en": ", "}
_OF_CENTRAL: Final = ("central", "broker")


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A proposal that was accepted, with its name. ``guessed``: nobody typed the window; ``undecided``: nor which of
    several devices it is. ``board``: the device that is the same piece of hardware."""

    id: str
    proposal: Proposal
    window: int | None
    guessed: bool = False
    undecided: bool = False
    board: str | None = None


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
    left: tuple[Proposal, ...] = ()  # found, and not taken


def at_terminal() -> bool:
    """Whether a person can be asked more than the questions that stand in the documents."""
    return sys.stdin.isatty()


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
    devices, left = _devices(proposals, len(windows))
    return Answers(hall, name_zh, name_en, services, tuple(windows), broker or None, public_url or None, devices, left)


def agreed(key: str, *, default: bool, **params: object) -> bool:
    """A question that is answered by yes or no."""
    return _ask(key, _yes_or_no, "y" if default else "n", "", **params)


def seconds(key: str, **params: object) -> float:
    """A question for a number of seconds; 0 in brackets."""
    return _ask(key, _number(0, 600), "0", "", **params)


def texts(key: str, read: Callable[[str], T]) -> tuple[T, ...]:
    """A question for several words, or none."""
    return _ask(key, lambda line: tuple(dict.fromkeys(map(read, line.replace("，", " ").replace(",", " ").split()))))


def _services() -> tuple[tuple[str, str, str], ...]:
    found = []
    for place in range(_ask("services", _number(1, len(_LETTERS)), "3")):
        letter = _LETTERS[place]
        usual = f"config_init.service.{letter}"
        zh, en = (say(usual, "zh"), say(usual, "en")) if usual in catalogue() else ("", "")
        name_zh = _ask("service_zh", _name, zh, letter=letter)
        found.append((letter, name_zh, _ask("service_en", _name, en if name_zh == zh else "", letter=letter)))
    return tuple(found)


def _devices(proposals: Sequence[Proposal], windows: int) -> tuple[tuple[NewDevice, ...], tuple[Proposal, ...]]:
    """What is taken, and what is left."""
    found: list[NewDevice] = []
    left: list[Proposal] = []
    for one in proposals:
        enough = one.only_one and any(other.proposal.driver == one.driver for other in found)
        if enough or not agreed("take", default=one.sure, **_words_of(one)):
            left.append(one)
            continue
        asked = at_terminal() and one.may_be != ()
        chosen = _which(one) if asked else one
        window, guessed = _window(chosen, found, windows) if chosen.needs_window else (None, False)
        same = [
            other.id for other in found if other.proposal.port == one.port and other.proposal.address == one.address
        ]
        board = same[0] if same and "board" in dict(chosen.options) else None
        name = _free_name(chosen, window, {device.id for device in found})
        found.append(NewDevice(name, chosen, window, guessed, one.may_be != () and not asked, board))
    return tuple(found), tuple(left)


def _words_of(one: Proposal) -> dict[str, object]:
    hint = f"config_init.hint.{one.driver}"
    hints = {known: say(hint, known) if hint in catalogue() else "" for known in LANGUAGES}
    return {"driver": _driver(one.driver), "port": one.port, "words": _in_brackets(_said_of(one)), "hint": hints}


def _which(one: Proposal) -> Proposal:
    """Two devices that answer alike: a person looks at it."""
    choices = (one, *one.may_be)
    numbered = list(enumerate(choices, start=1))
    listed = {known: ", ".join(f"{number} {_driver(a.driver)[known]}" for number, a in numbered) for known in LANGUAGES}
    return choices[_ask("which", _number(1, len(choices)), "1", choices=listed) - 1]


def _window(one: Proposal, found: Sequence[NewDevice], windows: int) -> tuple[int, bool]:
    """The window that is typed, or the proposed one: that of its address, else the first without such a device."""
    taken = {other.window for other in found if other.proposal.kind == one.kind}
    free = [number for number in range(1, windows + 1) if number not in taken] or [windows]
    proposed = one.address if one.address in free else free[0]
    read = _number(1, windows)
    return _ask("window_of", lambda text: (read(text), False) if text else (proposed or 1, True), shown=f"{proposed}")


def _free_name(one: Proposal, window: int | None, taken: set[str]) -> str:
    plain = f"{one.kind}-{window}" if window is not None else one.kind
    names = (plain if count == 1 else f"{plain}-{count}" for count in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _ask(key: str, read: Callable[[str], T], default: str = "", shown: str = "", **params: object) -> T:
    shown = f" [{shown or default}]" if shown or default else ""
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


def _driver(name: str) -> dict[Language, str]:
    """What people call the device, where the catalogue knows it."""
    known = f"driver.{name}" in catalogue()
    return {language: f"{say(f'driver.{name}', language)} {name}" if known else name for language in LANGUAGES}


def _said_of(one: Proposal) -> dict[Language, str]:
    """What it said of itself, and its address."""
    said = {known: answer_words(one.words, known) for known in LANGUAGES}
    if one.address is None:
        return said
    address = {known: say("config_init.address", known, address=one.address) for known in LANGUAGES}
    return {known: _COMMA[known].join(filter(None, (words, address[known]))) for known, words in said.items()}


def _in_brackets(words: dict[Language, str]) -> dict[Language, str]:
    """Nothing at all where the device said nothing."""
    if not any(words.values()):
        return words
    return {"zh": f"（{words['zh']}）", "en": f" ({words['en']})"}


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
