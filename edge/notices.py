"""What is said besides calls: emergencies, and notices, which are free text that is made off the way of every call.

Knows how a notice becomes sound, and in which pieces. Must not know when it is said: the announcer takes it when it is
ready, calls first. A notice is said in one language after the other, each as a thing of its own, so that calls which
wait go between them, and none is longer than ``LONGEST_S``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Final

import structlog

from drivers.speaker import Clips, Sound
from edge.spoken import SpokenWords
from hall.devices.words import AnnounceNotice

LONGEST_S: Final = 30.0
_END_S: Final = 2.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Notice:
    """One language of a notice, ready to be said; ``round`` counts the groups of zones that have heard it."""

    name: str
    sound: Sound
    urgent: bool
    first: bool  # its beginning is the beginning of the notice
    round: int = 0

    def next_round(self) -> Notice:
        return replace(self, round=self.round + 1)


class NoticeMaker:
    """One thread that makes notices in their order and hands each over when it is ready."""

    def __init__(self, words: SpokenWords, clips: Clips, ready: Callable[[Notice], None]) -> None:
        self._words = words
        self._clips = clips
        self._ready = ready
        self._asked: SimpleQueue[AnnounceNotice | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is not made yet will not be said; close the clips first, so that nobody waits for them."""
        self._stopping.set()
        self._asked.put(None)
        if self._thread.is_alive():
            self._thread.join(_END_S)

    def make(self, asked: AnnounceNotice) -> None:
        """Returns at once."""
        self._asked.put(asked)

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None and not self._stopping.is_set():
            try:
                self._make(asked)
            except Exception:
                log.exception("notice.failed", notice=asked.notice)

    def _make(self, asked: AnnounceNotice) -> None:
        first = True
        for language, parts in self._words.notice(asked.text_zh, asked.text_en):
            sound = self._clips.notice(parts, in_haste=asked.urgent)
            if not sound.spoken:
                log.warning("notice.not_made", notice=asked.notice, language=language, reason=self._clips.problem)
            elif sound.duration_s > LONGEST_S:
                log.warning("notice.too_long", notice=asked.notice, language=language, seconds=round(sound.duration_s))
            else:
                self._ready(Notice(asked.notice, sound, asked.urgent, first))
                first = False
