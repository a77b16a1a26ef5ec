"""How ``hall config init`` learns what hangs on this machine. ``hall_config`` knows no driver and asks whoever does, by
the entry point group ``legal_hall.prober``; where the controller's part is not installed nothing is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from hall_config.wording import Language, catalogue, say

PROBER: Final = "legal_hall.prober"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A device that was found, as it can stand in a hall file. ``baud`` is None where it is the driver's own.
    ``options`` are the driver's with their defaults. ``may_be``: the same thing taken for another device, where only
    a person knows. ``sure``: whether Enter takes it. ``only_one``: a hall has one of this kind."""

    driver: str
    kind: str
    port: str
    baud: int | None
    address: int | None
    words: str
    needs_window: bool
    options: tuple[tuple[str, Any], ...] = ()
    may_be: tuple[Proposal, ...] = ()
    sure: bool = True
    only_one: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look: the folder of the serial ports (None: not at all) and the root of the machine's other parts.

    ``how_long`` says for how many seconds so many silent ports are listened to, ``press_now`` is called when they
    are, ``enough`` ends it early.
    ``screens`` are network addresses of projectors that a person gave.
    """

    ports: Path | None
    machine: Path | None
    how_long: Callable[[int], float] = lambda silent: 0.0
    enough: Callable[[], bool] = lambda: False
    press_now: Callable[[], None] = lambda: None
    screens: tuple[str, ...] = ()


Prober = Callable[[Search], Sequence[Proposal]]


def installed_prober() -> Prober | None:
    """The controller's prober, where the controller's part is installed."""
    for point in entry_points(group=PROBER):
        try:
            found: Prober = point.load()
        except ModuleNotFoundError:
            continue
        return found
    return None


def plain(words: str) -> str:
    """What a device, a folder or another program said, without what could play tricks on a terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in words)[:200]


def answer_words(words: str, language: Language) -> str:
    """A driver's words about what answered; drivers know no catalogue, so known pieces are said in the language."""
    said = []
    for piece in plain(words).split(", "):
        key = f"commissioning.answer.{piece.replace(' ', '_')}"
        said.append(say(key, language) if key in catalogue() else piece)
    return ("、" if language == "zh" else ", ").join(said)
