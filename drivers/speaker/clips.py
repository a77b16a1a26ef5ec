"""Clips: the small vocabulary of a hall's calls, made once in the background and joined in no time.

Knows which voice is asked first and how clips become a sentence. Must not know what a ticket is; the pieces come from
outside. A call is joined from clips that are ready; nothing is synthesised on its way, except pieces that are not ready
yet, by the plain voice and within ``LIMIT_S`` for all of them. What cannot be said is left out whole: the chime alone
still turns heads to the signs.

The words of most calls were recorded beforehand, with the better voice: they are on the shelf at once. There may also
be that better voice itself, which takes its time. Then the plain one makes all clips first, so that the hall can speak
at once, and the better one after it what was not recorded. A sentence is said by one voice from its first word to its
last.

A notice is free text. It is made by `notice`, in the caller's own time and never on the way of a call, and kept in a
bounded folder of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import structlog

from drivers.speaker import voice as espeak
from drivers.speaker.recorded import Recorded
from drivers.speaker.shelf import Piece, Shelf, Voice
from drivers.speaker.sound import RATE, bytes_of, chime, gain_of, scaled, silence, wav_of

LIMIT_S: Final = 1.0  # for all that a call still lacks
CLIP_LIMIT_S: Final = 5.0  # for a clip that nobody waits for
BETTER_LIMIT_S: Final = 60.0  # a long sentence of the better voice on a small machine, its start included
VOCABULARY_BYTES: Final = 256 * 1024 * 1024  # a hall of 40 windows in two voices and languages needs a quarter of it
NOTICES_BYTES: Final = 32 * 1024 * 1024  # some twelve minutes
_END_S: Final = 1.5  # clips are written whole: one that is being made at the end is made anew
_AFTER_CHIME_S: Final = 0.15
_BETWEEN_CLIPS_S: Final = 0.03
_BETWEEN_REPEATS_S: Final = 0.45
CALLS_ONLY: Final = (
    "叫号照常播报，通知只响提示音：请安装软件包 espeak-ng"
    " / calls are spoken, of notices only the chime is heard: install the package espeak-ng"
)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Sound:
    """A WAV ready to play. ``spoken`` is False when only the chime could be given; where it is said several times,
    ``once_s`` is the end of the first."""

    wav: bytes = field(repr=False)
    duration_s: float
    spoken: bool
    once_s: float | None = None


class BetterVoice(Voice, Protocol):
    """A voice that needs much memory while it speaks."""

    def rest(self) -> None:
        """Nothing more to say for now: give the memory back."""


class Clips:
    """All that this hall's speaker can say. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        *,
        volume: int | Callable[[], int] = 80,
        voice: Voice = espeak,
        recorded: Recorded | None = None,
        better: BetterVoice | None = None,
        chimes: bool = True,
    ) -> None:
        """``volume`` is asked at each announcement; without ``chimes`` one sounds only where no words can be said."""
        self._volume = volume if callable(volume) else lambda: volume
        self._chimes = chimes
        self._plain = Shelf(folder, voice, VOCABULARY_BYTES)
        self._plain_notices = Shelf(folder / "notices", voice, NOTICES_BYTES)
        self._recorded_voice = recorded
        self._recorded = Shelf(folder, recorded, VOCABULARY_BYTES) if recorded is not None else None
        self._all_recorded = recorded is not None and recorded.missing() is None
        self._better = Shelf(folder, better, VOCABULARY_BYTES) if better is not None else None
        self._better_notices = Shelf(folder / "notices", better, NOTICES_BYTES) if better is not None else None
        self._better_voice = better
        self._using_better = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._best = threading.Event()
        self._thread: threading.Thread | None = None
        self._chime = {short: chime(short=short) for short in (False, True)}
        for problem in filter(None, (self.problem, self.weaker)):
            log.warning("voice.missing", words=problem)

    @property
    def problem(self) -> str | None:
        """Why there is only the chime, in words for the person in the hall; None when all is well."""
        return None if self._all_recorded else self._plain.problem

    @property
    def weaker(self) -> str | None:
        """Why not all is said by the voice that was chosen, in the same words; None when all is."""
        if self._better is not None and self._better.problem is not None:
            return self._better.problem
        if self._recorded is not None and self._recorded.problem is not None:
            return self._recorded.problem
        return CALLS_ONLY if self._all_recorded and self._better is None and self._plain.problem else None

    def prepare(self, pieces: Iterable[Piece]) -> None:
        """Make these clips in the background."""
        self._thread = threading.Thread(target=self._make_all, args=(tuple(pieces),), name="clips", daemon=True)
        self._thread.start()

    def wait_ready(self, timeout_s: float) -> bool:
        """True once all that was to be prepared can be said (or is known to be impossible)."""
        return self._ready.wait(timeout_s)

    def wait_best(self, timeout_s: float) -> bool:
        """True once the better voice has made its clips too, or it is known that it will not."""
        return self._best.wait(timeout_s)

    def close(self) -> None:
        """Stop preparing."""
        self._stop.set()
        if self._better_voice is not None:
            self._better_voice.rest()  # what it is making now will not be heard
        if self._thread is not None:
            self._thread.join(_END_S)

    def announcement(
        self, parts: Sequence[Piece | Pause], repeat: int = 1, *, volume: int | None = None, short: bool = False
    ) -> Sound:
        """Chime, then the parts ``repeat`` times; the chime alone where a clip cannot be had in time.

        At ``volume`` instead of this hour's; with a chime of half a second where it must be ``short``.
        """
        gain = gain_of(self._volume() if volume is None else volume)
        speech = _joined(parts, lambda piece: self._finer(piece, gain))
        if speech is None:
            speech = self._plain_speech(parts, gain)
        return self._sound(speech, repeat, gain, short)

    def notice(self, parts: Sequence[Piece | Pause], *, in_haste: bool = False) -> Sound:
        """Chime and free text; takes as long as it takes, so never on the way of a call.

        ``in_haste``: by the plain voice, which has a long text in seconds; the better one may need a minute or two.
        """
        speech, gain = None, gain_of(self._volume())
        shelf = self._better_notices
        if shelf is not None and not in_haste and shelf.voice.missing() is None:
            with self._with_better():
                speech = _joined(parts, lambda piece: shelf.make(piece, BETTER_LIMIT_S, gain, keep=False))
        if speech is None and not self._stop.is_set():
            plain = self._plain_notices
            speech = _joined(parts, lambda piece: plain.make(piece, CLIP_LIMIT_S, gain, keep=False))
        return self._sound(speech, 1, gain)

    def _sound(self, speech: bytes | None, repeat: int, gain: float, short: bool = False) -> Sound:
        data = []
        if self._chimes or not speech:
            data += [bytes_of(scaled(self._chime[short], gain)), silence(_AFTER_CHIME_S if speech else 0)]
        if speech:
            data.append(silence(_BETWEEN_REPEATS_S).join([speech] * max(1, repeat)))
        whole = b"".join(data)
        duration_s, said_s = len(whole) / 2 / RATE, len(speech or b"") / 2 / RATE
        once_s = duration_s - (repeat - 1) * (said_s + _BETWEEN_REPEATS_S) if repeat > 1 and speech else None
        return Sound(wav_of(whole), duration_s, bool(speech), once_s)

    def _finer(self, piece: Piece, gain: float) -> bytes | None:
        """The recording, or the same voice's clip of what was not recorded."""
        shelves = (shelf for shelf in (self._recorded, self._better) if shelf is not None)
        return next(filter(None, (shelf.ready(piece, gain) for shelf in shelves)), None)

    def _plain_speech(self, parts: Sequence[Piece | Pause], gain: float) -> bytes | None:
        deadline_s = time.monotonic() + LIMIT_S

        def clip(piece: Piece) -> bytes | None:
            ready = self._plain.ready(piece, gain)
            if ready is not None:
                return ready
            left_s = deadline_s - time.monotonic()
            return self._plain.make(piece, left_s, gain) if left_s > 0 else None

        return _joined(parts, clip)

    def _make_all(self, pieces: tuple[Piece, ...]) -> None:
        recorded = self._recorded_voice
        others = tuple(piece for piece in pieces if recorded is None or piece not in recorded)
        self._all_recorded &= not others
        try:
            if self._recorded is not None:
                self._fill(self._recorded, tuple(piece for piece in pieces if piece not in others), CLIP_LIMIT_S)
            self._fill(self._plain, pieces, CLIP_LIMIT_S)
            self._ready.set()
            if self._better is not None and others:
                with self._with_better():
                    self._fill(self._better, others, BETTER_LIMIT_S)
        except Exception:  # a thread's outermost line
            log.exception("clips.failed")
        finally:
            self._ready.set()
            self._best.set()

    def _fill(self, shelf: Shelf, pieces: tuple[Piece, ...], limit_s: float) -> None:
        gain = gain_of(self._volume())
        for piece in pieces:
            if self._stop.is_set() or (shelf.ready(piece, gain) is None and shelf.make(piece, limit_s, gain) is None):
                return  # one clip that cannot be made has said why; the others would say the same
        log.info("clips.ready", clips=len(pieces), plain=shelf is self._plain)

    @contextmanager
    def _with_better(self) -> Iterator[None]:
        """The better voice rests when the last one who needs it has done."""
        with self._lock:
            self._using_better += 1
        try:
            yield
        finally:
            with self._lock:
                self._using_better -= 1
                last = self._using_better == 0
            if last and self._better_voice is not None:
                self._better_voice.rest()


def _joined(parts: Sequence[Piece | Pause], clip_of: Callable[[Piece], bytes | None]) -> bytes | None:
    """The sentence, or None when one of its pieces cannot be had."""
    data: list[bytes] = []
    for part in parts:
        if isinstance(part, Pause):
            data.append(silence(part.seconds))
            continue
        clip = clip_of(part)
        if clip is None:
            return None
        data += (clip, silence(_BETWEEN_CLIPS_S))
    return b"".join(data)
