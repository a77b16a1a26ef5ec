"""Clips: the small vocabulary of a hall's calls, made once in the background and joined in no time.

Knows how to make, keep and join clips. Must not know what a ticket is; the pieces come from outside.
A call is joined from clips that are ready; nothing is synthesised on its way, except a piece that is not ready yet,
and that within ``LIMIT_S``. What cannot be said is left out whole: the chime alone still turns heads to the signs.
Clips are kept on disk under the hash of all that decides their sound, so that a restart speaks at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import structlog

from drivers.errors import DriverError
from drivers.speaker import voice as espeak
from drivers.speaker.sound import (
    RATE,
    Samples,
    bytes_of,
    chime,
    gain_of,
    levelled,
    samples_of,
    scaled,
    silence,
    trimmed,
    wav_of,
)
from drivers.speaker.voice import Language

LIMIT_S: Final = 1.0
_AFTER_CHIME_S: Final = 0.15
_BETWEEN_CLIPS_S: Final = 0.03
_BETWEEN_REPEATS_S: Final = 0.45
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech that is one clip."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Sound:
    """A WAV ready to play. ``spoken`` is False when only the chime could be given."""

    wav: bytes = field(repr=False)
    duration_s: float
    spoken: bool


class Voice(Protocol):
    """What makes a clip: the module `drivers.speaker.voice`, or another voice of the same shape."""

    def missing(self) -> str | None: ...

    def recipe(self, text: str, language: Language) -> str: ...

    def speak(self, text: str, language: Language, *, limit_s: float = 5.0) -> Samples[int]: ...


class Clips:
    """All that this hall's speaker can say. Safe to use from several threads."""

    def __init__(self, folder: Path, *, volume: int = 80, voice: Voice = espeak) -> None:
        self._folder = folder
        self._gain = gain_of(volume)
        self._voice = voice
        self._clips: dict[Piece, bytes] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._problem = voice.missing()
        self._chime = bytes_of(scaled(chime(), self._gain))
        if self._problem:
            log.warning("voice.missing", words=self._problem)

    @property
    def problem(self) -> str | None:
        """Why there is only the chime, in words for the person in the hall; None when all is well."""
        return self._problem

    def prepare(self, pieces: Iterable[Piece]) -> None:
        """Make these clips in the background."""
        self._thread = threading.Thread(target=self._make_all, args=(tuple(pieces),), name="clips", daemon=True)
        self._thread.start()

    def wait_ready(self, timeout_s: float) -> bool:
        """True once all that was to be prepared is there (or known to be impossible)."""
        return self._ready.wait(timeout_s)

    def close(self) -> None:
        """Stop preparing."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(6)

    def announcement(self, parts: Sequence[Piece | Pause], repeat: int = 1) -> Sound:
        """Chime, then the parts ``repeat`` times; the chime alone where a clip cannot be had in time."""
        data = [self._chime]
        speech = self._speech(parts)
        if speech:
            data.append(silence(_AFTER_CHIME_S))
            data.append(silence(_BETWEEN_REPEATS_S).join([speech] * max(1, repeat)))
        whole = b"".join(data)
        return Sound(wav_of(whole), len(whole) / 2 / RATE, spoken=bool(speech))

    def _speech(self, parts: Sequence[Piece | Pause]) -> bytes:
        data: list[bytes] = []
        for part in parts:
            if isinstance(part, Pause):
                data.append(silence(part.seconds))
                continue
            clip = self._clips.get(part) or self._make(part, LIMIT_S)
            if clip is None:
                return b""
            data += (clip, silence(_BETWEEN_CLIPS_S))
        return b"".join(data)

    def _make_all(self, pieces: tuple[Piece, ...]) -> None:
        try:
            for piece in pieces:
                if self._stop.is_set() or (piece not in self._clips and self._make(piece, 5.0) is None):
                    break  # one clip that cannot be made has said why; the others would say the same
            else:
                log.info("clips.ready", clips=len(pieces))
        except Exception:  # a thread's outermost line
            log.exception("clips.failed")
        finally:
            self._ready.set()

    def _make(self, piece: Piece, limit_s: float) -> bytes | None:
        if self._voice.missing():
            return None
        name = hashlib.sha256(self._voice.recipe(piece.text, piece.language).encode()).hexdigest()[:32]
        samples = self._stored(name)
        if samples is None:
            try:
                samples = levelled(trimmed(self._voice.speak(piece.text, piece.language, limit_s=limit_s)))
            except DriverError as problem:
                self._problem = str(problem)
                log.warning("clips.clip_failed", words=str(problem))
                return None
            self._store(name, samples)
        clip = bytes_of(scaled(samples, self._gain))
        with self._lock:
            self._clips[piece] = clip
            self._problem = None
        return clip

    def _stored(self, name: str) -> Samples[int] | None:
        try:
            samples = samples_of((self._folder / f"{name}.wav").read_bytes())
        except (OSError, ValueError):
            return None  # not there yet, or spoiled: it is made anew
        return samples if len(samples) else None

    def _store(self, name: str, samples: Samples[int]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            number, temporary = tempfile.mkstemp(dir=self._folder, prefix=f".{name}-")
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(wav_of(bytes_of(samples)))
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(self._folder / f"{name}.wav")
            except OSError:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
                raise
        except OSError as problem:
            log.warning("clips.not_kept", words=f"{self._folder}: {problem.strerror}; it is made anew at each start")
