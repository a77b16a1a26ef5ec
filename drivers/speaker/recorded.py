"""The words of calls, recorded beforehand: the better voice without its half gigabyte, its packages and its time.

Knows the archive of recordings that comes with the program and how to make one. Must not know what a ticket is, nor
which hall says what. An archive is a ZIP file with one WAV file for each clip, 22,050 Hz, mono, 8-bit μ-law:

    zh/三.wav, zh/号到三号窗口办理.wav, en/A.wav, …

Ours was made by `hall speech record` with the voice of `drivers.speaker.kokoro` (model and speaker Apache-2.0).
Sources: ITU-T G.711 (μ-law); RIFF/WAVE, Microsoft and IBM 1991, format 7.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from drivers.errors import DeviceFault
from drivers.speaker.shelf import Piece
from drivers.speaker.sound import RATE, Samples
from drivers.speaker.voice import Language

RECORDINGS: Final = Path(__file__).with_name("recordings.zip")
HELP: Final = Path(__file__).with_name("help.zip")  # what the pages say in elder mode
MISSING: Final = (
    "录好的语音文件不可用，暂用普通语音：请重新安装本软件"
    " / the recorded voice's file cannot be used, the plain voice speaks: install this program again"
)
_LIMIT: Final = 1024 * 1024  # bytes of one clip: 47 s
_SPOILED: Final = (OSError, EOFError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
_HEADER: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")  # of a file with 8-bit μ-law samples


class Recorded:
    """A `drivers.speaker.shelf.Voice` that says what was recorded and nothing else. Safe to use from several threads.

    Names are read once; a clip is read when it is asked for.
    """

    def __init__(self, file: Path = RECORDINGS) -> None:
        self._file = file
        self._clips: dict[str, int] = {}  # name in the archive and the check sum of its content
        self._problem: str | None = None
        try:
            with zipfile.ZipFile(file) as archive:
                self._clips = {one.filename: one.CRC for one in archive.infolist()}
        except (OSError, zipfile.BadZipFile):
            self._problem = MISSING

    def __contains__(self, piece: Piece) -> bool:
        return _name(piece) in self._clips

    def missing(self) -> str | None:
        return self._problem

    def recipe(self, text: str, language: Language) -> str:
        return "|".join(("recorded", language, text, f"{self._clips.get(_name(Piece(text, language)), 0):08x}"))

    def speak(self, text: str, language: Language, *, limit_s: float = 5.0) -> Samples[int]:
        """The recording; `DeviceFault` for a text that was not recorded, or a spoiled archive."""
        return array("h", [_SAMPLES[code] for code in self.codes(Piece(text, language))])

    def codes(self, piece: Piece) -> bytes:
        """The same as it is stored, one μ-law byte for each sample."""
        name = _name(piece)
        if name not in self._clips:
            raise DeviceFault("voice", f"{piece.language}: not among the recordings: {piece.text[:40]}")
        try:
            with zipfile.ZipFile(self._file) as archive, archive.open(name) as opened:
                return _codes(opened.read(_LIMIT))
        except _SPOILED as problem:
            raise DeviceFault("voice", f"{self._file.name}: {name}: {problem}") from problem


def pack(file: Path, clips: Iterable[tuple[Piece, Samples[int]]]) -> None:
    """Write an archive; the same clips give the same bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for piece, samples in clips:
            archive.writestr(zipfile.ZipInfo(_name(piece)), packed(samples), zipfile.ZIP_DEFLATED, 9)


def _name(piece: Piece) -> str:
    return f"{piece.language}/{piece.text}.wav"


def _loudness(code: int) -> int:
    """The 16-bit sample of a μ-law byte (G.711, table 2; bits are sent inverted)."""
    bits = ~code & 0xFF
    size = (((bits & 0x0F) << 3) + 0x84 << (bits >> 4 & 0x07)) - 0x84
    return -size if bits & 0x80 else size


_SAMPLES: Final = tuple(_loudness(code) for code in range(256))
_LEVELS: Final = sorted((sample, code) for code, sample in enumerate(_SAMPLES) if code != 0x7F)  # one zero is enough


def packed(samples: Samples[int]) -> bytes:
    """As a μ-law WAV file."""
    return wav_of_codes(bytes(map(_code, samples)))


def wav_of_codes(codes: bytes) -> bytes:
    """A WAV file of μ-law bytes."""
    header = _HEADER.pack(
        b"RIFF", _HEADER.size - 8 + len(codes), b"WAVE", b"fmt ", 16, 7, 1, RATE, RATE, 1, 8, b"data", len(codes)
    )
    return header + codes


def unpacked(wav: bytes) -> Samples[int]:
    """The samples of a file of `packed`; ValueError for any other."""
    return array("h", [_SAMPLES[code] for code in _codes(wav)])


def _codes(wav: bytes) -> bytes:
    if len(wav) <= _HEADER.size:
        raise ValueError("no recording")
    riff, _, wave, form, size, *shape, data, length = _HEADER.unpack_from(wav)
    marks, wanted = (riff, wave, form, size, data), (b"RIFF", b"WAVE", b"fmt ", 16, b"data")
    if marks != wanted or shape != [7, 1, RATE, RATE, 1, 8] or length != len(wav) - _HEADER.size:
        raise ValueError("not a mono μ-law recording of 22,050 Hz")
    return wav[_HEADER.size :]


def softer(gain: float) -> bytes:
    """A table for `bytes.translate`: μ-law bytes as they are at another loudness, without a look at their samples."""
    return bytes(_code(round(sample * gain)) for sample in _SAMPLES)


def still(seconds: float) -> bytes:
    """Silence in μ-law bytes."""
    return bytes([_code(0)]) * round(seconds * RATE)


def _code(sample: int) -> int:
    """The byte whose sample is nearest."""
    place = bisect_left(_LEVELS, (sample, 0))
    near = _LEVELS[max(0, place - 1) : place + 1]
    return min(near, key=lambda level: abs(level[0] - sample))[1]
