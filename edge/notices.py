"""What is said besides calls: emergencies, and notices, which are free text that is made off the way of every call.

Knows how a notice becomes sound, and in which pieces. Must not know when it is said: the announcer takes it when it is
ready, calls first. A notice is said in one language after the other, each as a thing of its own, so that calls which
wait go between them, and none is longer than ``LONGEST_S``.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog

from drivers.speaker import Clips, Sound
from edge.spoken import SpokenWords
from hall.devices.words import AnnounceNotice

LONGEST_S: Final = 30.0
_END_S: Final = 2.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """One language of a notice that is to be made."""

    text: AnnounceNotice
    first: bool = True  # nothing of the notice was said before


@dataclass(frozen=True, slots=True)
class Notice:
    """One language of a notice, ready to be said; ``round`` counts the groups of zones that have heard it."""

    name: str
    sound: Sound
    urgent: bool
    first: bool  # its beginning is the beginning of the notice
    round: int = 0
    asked: Asked | None = None  # what it was made of

    def next_round(self) -> Notice:
        return replace(self, round=self.round + 1)

    def asked_again(self) -> Asked | None:
        """To make it anew, from its beginning."""
        return None if self.asked is None else replace(self.asked, first=self.first and self.round == 0)


class NoticeMaker:
    """One thread that makes notices in their order and hands each over when it is ready."""

    def __init__(self, words: SpokenWords, clips: Clips, ready: Callable[[Notice], None]) -> None:
        self._words = words
        self._clips = clips
        self._ready = ready
        self._changed = threading.Condition()
        self._asked: deque[Asked] = deque()  # the one that is being made stands first in it
        self._begun = ""  # the notice of which something was handed over last
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Hand nothing more over; returns at once."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self) -> None:
        """Wait for the end; close the clips first, so that nobody waits for them."""
        if self._thread.is_alive():
            self._thread.join(_END_S)

    def make(self, asked: AnnounceNotice) -> None:
        """Returns at once."""
        for text_zh, text_en in ((asked.text_zh, ""), ("", asked.text_en)):
            if text_zh or text_en:
                self.make_again(Asked(replace(asked, text_zh=text_zh, text_en=text_en)))

    def make_again(self, asked: Asked) -> None:
        """The same for a language by itself."""
        with self._changed:
            self._asked.append(asked)
            self._changed.notify_all()

    def unmade(self) -> tuple[Asked, ...]:
        """What was asked for and not handed over."""
        with self._changed:
            return tuple(
                replace(asked, first=asked.first and asked.text.notice != self._begun) for asked in self._asked
            )

    def _run(self) -> None:
        while (asked := self._next()) is not None:
            notice = None
            try:
                notice = self._make(asked)
            except Exception:
                log.exception("notice.failed", notice=asked.text.notice)
            with self._changed:
                if self._stopping:
                    return
                self._asked.popleft()
                if notice is not None:
                    self._begun = notice.name
            if notice is not None:
                self._ready(notice)

    def _next(self) -> Asked | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or bool(self._asked))
            return None if self._stopping else self._asked[0]

    def _make(self, asked: Asked) -> Notice | None:
        """None for what cannot be said."""
        text = asked.text
        for language, parts in self._words.notice(text.text_zh, text.text_en):
            sound = self._clips.notice(parts, in_haste=text.urgent)
            if self._stopping:
                break  # it was cut short, and says nothing of what the voice can
            if not sound.spoken:
                log.warning("notice.not_made", notice=text.notice, language=language, reason=self._clips.problem)
            elif sound.duration_s > LONGEST_S:
                log.warning("notice.too_long", notice=text.notice, language=language, seconds=round(sound.duration_s))
            else:
                first = asked.first and text.notice != self._begun
                return Notice(text.notice, sound, text.urgent, first, asked=asked)
        return None
