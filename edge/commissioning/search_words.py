"""What a search on free ports says while it goes on, to whoever waits before the screen: on stderr.

On a terminal one line moves: which port is asked what at which speed, and how far that port is. Elsewhere each port is
told of when it is done. Knows questions and answers; finds out nothing. Called from several threads.
"""

from __future__ import annotations

import shutil
import sys
import threading
import unicodedata
from typing import Final, TextIO

from edge.commissioning.probing import Answer, PortFound, Question
from edge.commissioning.serial_ports import SerialPort
from edge.commissioning.shown import both, driver_words, said_of
from hall_config.prober import plain
from hall_config.wording import LANGUAGES, say

_WIPE: Final = "\r\x1b[K"


class SearchWords:
    """The words of one search on ``count`` ports."""

    def __init__(self, count: int, stream: TextIO | None = None) -> None:
        self._count = count
        self._done = 0
        self._stream = stream or sys.stderr
        self._moves = self._stream.isatty()
        self._lock = threading.Lock()

    def begin(self) -> None:
        if self._count:
            self._tell(*(say("commissioning.probe.asking", language, count=self._count) for language in LANGUAGES))

    def ask(self, question: Question) -> None:
        """Move the line on, where there is one."""
        if not self._moves:
            return
        words = f"  {self._done}/{self._count}  {plain(question.port.stable)}  {driver_words(question.driver, 'zh')}"
        words += f" {question.baud}  ({question.number}/{question.of})"
        with self._lock:
            self._stream.write(_WIPE + cut(words, shutil.get_terminal_size().columns - 1))
            self._stream.flush()

    def ended(self, found: PortFound) -> None:
        if found.held is not None:
            said = both(f"commissioning.held.{found.held.why}", by=plain(found.held.by))
        elif found.answers:
            said = ", ".join(f"{driver_words(one.driver, 'zh')} {one.driver}" for one in found.answers)
        else:
            said = both(f"commissioning.probe.{'not_open' if found.problem else 'no_answer'}")
        with self._lock:
            self._done += 1
        self._tell(f"  {self._done}/{self._count}  {plain(found.port.stable)}  {said}")

    def press_now(self, seconds: float) -> None:
        self._tell(*(say("commissioning.probe.listening", language, seconds=f"{seconds:g}") for language in LANGUAGES))

    def heard(self, port: SerialPort, answer: Answer) -> None:
        said = " ".join(filter(None, (driver_words(answer.driver, "zh"), answer.driver, said_of(answer))))
        self._tell(f"  ✔ {plain(port.stable)}  {said}")

    def _tell(self, *lines: str) -> None:
        with self._lock:
            self._stream.write((_WIPE if self._moves else "") + "".join(f"{line}\n" for line in lines))
            self._stream.flush()


def cut(words: str, columns: int) -> str:
    """As much as fits on so many columns; a Chinese character takes two."""
    kept = ""
    for sign in words:
        columns -= 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if columns < 0:
            break
        kept += sign
    return kept
