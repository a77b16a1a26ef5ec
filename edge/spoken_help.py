"""What elder mode says: sentences of the catalogue's `help`, joined from recordings that come with the program.

Knows which sentences there are and how loud a hall wants them. Must not know the pages, nor when they speak. Nothing is
synthesised: a sentence of which a piece was not recorded is not said, and its page shows the words alone. It holds
nothing personal but a ticket's number, which the signs show too; of private matters not even that is said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from drivers.errors import DriverError
from drivers.speaker import Pause, Piece
from drivers.speaker.recorded import HELP, RECORDINGS, Recorded, softer, still, wav_of_codes
from drivers.speaker.sound import gain_of
from edge.spoken import SpokenWords
from hall.plan import Plan, ServicePlan
from hall.queue.issue import NUMBER_SHAPE
from hall_config.models import SpeechPart
from hall_config.wording import LANGUAGES, Language, catalogue

_SECTION: Final = "help."
_NUMBER: Final = re.compile(NUMBER_SHAPE)
_BETWEEN_PIECES_S: Final = 0.03


def sentence_names() -> tuple[str, ...]:
    """Every sentence that there is, by its name."""
    return tuple(key.removeprefix(_SECTION) for key in catalogue() if key.startswith(_SECTION))


def may_be_said(service: ServicePlan) -> bool:
    """Whether numbers of this class are said aloud at all."""
    return service.speak and not service.private


def help_pieces(plan: Plan) -> tuple[Piece, ...]:
    """What spoken help is made of, but the numbers of tickets."""
    words = SpokenWords(plan)
    parts = (words.sentences(_SECTION + name, language) for language in LANGUAGES for name in sentence_names())
    return tuple(dict.fromkeys(part for sentence in parts for part in sentence if isinstance(part, Piece)))


class SpokenHelp:
    """The sound of each sentence. ``speech`` is asked each time: a hall file may change while the controller runs."""

    def __init__(
        self,
        plan: Plan,
        speech: Callable[[], SpeechPart] = SpeechPart,
        sentences: Recorded | None = None,
        numbers: Recorded | None = None,
    ) -> None:
        self._plan = plan
        self._speech = speech
        self._archives = (sentences or Recorded(HELP), numbers or Recorded(RECORDINGS))

    def names(self, language: Language) -> list[str]:
        """The sentences that can be said now."""
        if not self._speech().help:
            return []
        return [name for name in sentence_names() if self._parts(name, language, "A000" if _has_number(name) else "")]

    def wav(self, name: str, language: Language, number: str = "") -> bytes | None:
        """A sentence as a WAV file, with a ticket's number where it has one; None where it cannot be said."""
        if not self._speech().help or name not in sentence_names() or not self._fits(name, number):
            return None
        parts = self._parts(name, language, number)
        try:
            codes = b"".join(self._codes(part) for part in parts)
        except DriverError:
            return None
        return wav_of_codes(codes.translate(_table(self._speech().help_volume))) if parts else None

    def mark(self, name: str, language: Language, number: str = "") -> str:
        """Changes with what would be heard."""
        speech = self._speech()
        archives = "".join(
            archive.recipe(part.text, part.language)
            for part in self._parts(name, language, number)
            if isinstance(part, Piece)
            for archive in self._archives
        )
        return hashlib.sha256(f"{archives}|{speech.help_volume}".encode()).hexdigest()[:16]

    def _parts(self, name: str, language: Language, number: str) -> tuple[Piece | Pause, ...]:
        """The pieces of a sentence; none where it cannot be said whole."""
        words = SpokenWords(self._plan, digit_one=self._speech().digit_one)
        parts = words.sentences(_SECTION + name, language, number)
        known = all(any(part in one for one in self._archives) for part in parts if isinstance(part, Piece))
        return parts if known else ()

    def _fits(self, name: str, number: str) -> bool:
        """Whether the sentence has no number, or one of this hall's that may be said aloud."""
        if not _has_number(name):
            return not number
        service = self._plan.service(number[:1]) if _NUMBER.fullmatch(number) else None
        return service is not None and may_be_said(service)

    def _codes(self, part: Piece | Pause) -> bytes:
        if isinstance(part, Pause):
            return still(part.seconds)
        archive = next(one for one in self._archives if part in one)
        return archive.codes(part) + still(_BETWEEN_PIECES_S)


def _has_number(name: str) -> bool:
    return "{number}" in catalogue()[_SECTION + name]["zh"]


@lru_cache(maxsize=4)
def _table(volume: int) -> bytes:
    return softer(gain_of(volume))
