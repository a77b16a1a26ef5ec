"""One voice's clips: made, levelled, kept in a folder under the hash of all that decides their sound, and in memory.

Knows files and one voice. Must not know which voice is asked first, nor how clips become a sentence.
The folder is bounded: when it grows beyond ``most_bytes`` the files that were used longest ago go.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import structlog

from drivers.errors import DriverError
from drivers.speaker.sound import Samples, bytes_of, levelled, samples_of, scaled, trimmed, wav_of
from drivers.speaker.voice import Language

_MAKING: Final = "2"  # changes when clips are trimmed or levelled in another way
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech that is one clip."""

    text: str
    language: Language


class Voice(Protocol):
    """What makes a clip: the module `drivers.speaker.voice`, or another voice of the same shape."""

    def missing(self) -> str | None:
        """Why this machine cannot speak with it, or None."""

    def recipe(self, text: str, language: Language) -> str:
        """All that decides how this text sounds."""

    def speak(self, text: str, language: Language, *, limit_s: float = 5.0) -> Samples[int]:
        """The sound; raises `DriverError` when there is none within ``limit_s``."""


class Shelf:
    """Clips of one voice. Safe to use from several threads."""

    def __init__(self, folder: Path, voice: Voice, most_bytes: int) -> None:
        self.voice = voice
        self._folder = folder
        self._most_bytes = most_bytes
        self._clips: dict[Piece, Samples[int]] = {}  # at full loudness
        self._scaled: dict[Piece, tuple[float, bytes]] = {}  # as it was asked for last: the volume seldom changes
        self._lock = threading.Lock()
        self.problem = voice.missing()

    def ready(self, piece: Piece, gain: float = 1.0) -> bytes | None:
        """The clip, if it is at hand; another gain than the last one costs some milliseconds."""
        samples = self._clips.get(piece)
        if samples is None:
            return None
        known = self._scaled.get(piece)
        if known is None or known[0] != gain:
            known = self._scaled[piece] = gain, bytes_of(scaled(samples, gain))
        return known[1]

    def make(self, piece: Piece, limit_s: float, gain: float = 1.0, *, keep: bool = True) -> bytes | None:
        """The clip, from the folder or spoken now; None when it cannot be had, and then ``problem`` says why."""
        missing = self.voice.missing()
        if missing:
            self.problem = missing
            return None
        recipe = f"{_MAKING}|{self.voice.recipe(piece.text, piece.language)}"
        file = self._folder / f"{hashlib.sha256(recipe.encode()).hexdigest()[:32]}.wav"
        samples = _stored(file)
        if samples is None:
            try:
                samples = levelled(trimmed(self.voice.speak(piece.text, piece.language, limit_s=limit_s)))
            except DriverError as problem:
                self.problem = str(problem)
                log.warning("clips.clip_failed", words=str(problem))
                return None
            self._store(file, samples)
        clip = bytes_of(scaled(samples, gain))
        with self._lock:
            self.problem = None
            if keep:
                self._clips[piece], self._scaled[piece] = samples, (gain, clip)
        return clip

    def _store(self, file: Path, samples: Samples[int]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            number, temporary = tempfile.mkstemp(dir=self._folder, prefix=f".{file.stem}-")
            try:
                with os.fdopen(number, "wb") as opened:
                    opened.write(wav_of(bytes_of(samples)))
                    opened.flush()
                    os.fsync(opened.fileno())
                Path(temporary).replace(file)
            except OSError:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
                raise
            _make_room(self._folder, self._most_bytes)
        except OSError as problem:
            log.warning("clips.not_kept", words=f"{self._folder}: {problem.strerror}; it is made anew at each start")


def _stored(file: Path) -> Samples[int] | None:
    try:
        samples = samples_of(file.read_bytes())
        os.utime(file)  # used just now
    except (OSError, ValueError):
        return None  # not there yet, or spoiled: it is made anew
    return samples if len(samples) else None


def _make_room(folder: Path, most_bytes: int) -> None:
    """Forget the clips that were used longest ago, and what a power cut left half written."""
    found = []
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False) and entry.name.endswith(".wav"):
            with contextlib.suppress(OSError):  # another thread was faster
                kept = entry.stat(follow_symlinks=False)
                found.append((kept.st_mtime_ns, kept.st_size, entry.path))
    size = sum(one[1] for one in found)
    for _, bytes_freed, path in sorted(found):
        if size <= most_bytes:
            return
        with contextlib.suppress(OSError):
            os.unlink(path)
        size -= bytes_freed
