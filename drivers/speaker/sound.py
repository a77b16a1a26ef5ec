"""Arithmetic on sound: samples are 16-bit mono at 22,050 a second, the way espeak-ng speaks.

Knows samples and WAV headers. Must not know words, files or devices.
Loudness is levelled by the mean square of the loud stretches (gated, as ITU-R BS.1770 gates its blocks), so that a soft
syllable and a loud one sound alike in a row; a peak that would stand out is rounded off, never cut.
"""

from __future__ import annotations

import math
import struct
import sys
from array import array
from dataclasses import dataclass
from operator import mul
from typing import Final

RATE: Final = 22_050
_FULL: Final = 32_767
_SPEECH_RMS: Final = 0.126 * _FULL  # -18 dBFS
_PEAK: Final = 0.89 * _FULL  # -1 dBFS
_KNEE: Final = 0.7 * _FULL  # -3 dBFS: peaks are rounded off from here
_GATE: Final = 0.1  # blocks 20 dB softer than the loudest are pauses and breath
_LOUDNESS_BLOCK: Final = RATE // 20  # 50 ms
_NEAR_ENOUGH: Final = 0.02  # of the level, 0.2 dB
_SILENT: Final = -96.0
_VOICED: Final = 200  # softer than this (-44 dBFS) is silence
_BLOCK: Final = RATE // 200  # 5 ms
_EDGE_S: Final = 0.02  # kept before the first and after the last voiced block, so that no consonant is cut
Samples = array  # of "h"


@dataclass(frozen=True, slots=True)
class WavShape:
    """What a WAV header says."""

    rate: int
    channels: int
    width: int  # bytes of one sample
    first: int  # where the samples begin
    size: int  # bytes of samples that are there

    @property
    def bytes_a_second(self) -> int:
        return self.rate * self.channels * self.width

    @property
    def duration_s(self) -> float:
        return self.size / self.bytes_a_second


def wav_shape(wav: bytes) -> WavShape:
    """What a PCM WAV's header says; ValueError for anything else. False sizes, as streams have them, do no harm."""
    if len(wav) < 12 or wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise ValueError("no WAV file")
    place, form = 12, None
    while place + 8 <= len(wav):
        name, size = wav[place : place + 4], struct.unpack_from("<I", wav, place + 4)[0]
        place += 8
        if name == b"fmt " and size >= 16 and place + 16 <= len(wav):
            form = struct.unpack_from("<HHIIHH", wav, place)
        elif name == b"data":
            if form is None or form[0] != 1 or form[5] not in (8, 16, 24, 32) or not form[1] or not form[2]:
                raise ValueError("the WAV file holds no plain PCM")
            width = form[5] // 8
            there = min(size, len(wav) - place)
            return WavShape(form[2], form[1], width, place, there - there % (width * form[1]))
        place += size + size % 2
    raise ValueError("the WAV file has no samples")


def samples_of(wav: bytes) -> Samples[int]:
    """The samples of a 22,050 Hz mono 16-bit WAV; ValueError for any other."""
    shape = wav_shape(wav)
    if (shape.rate, shape.channels, shape.width) != (RATE, 1, 2):
        raise ValueError(f"{shape.rate} Hz, {shape.channels} channels, {shape.width} bytes is not our kind of sound")
    samples = array("h", wav[shape.first : shape.first + shape.size])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def wav_of(data: bytes) -> bytes:
    """A WAV file of these samples (little-endian bytes)."""
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16)
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


def bytes_of(samples: Samples[int]) -> bytes:
    """Little-endian bytes, as a WAV file holds them."""
    if sys.byteorder == "big":
        samples = samples[:]
        samples.byteswap()
    return samples.tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE))


def trimmed(samples: Samples[int]) -> Samples[int]:
    """Without the silence before and after; empty when nothing is voiced."""
    loud = [start for start in range(0, len(samples), _BLOCK) if _peak(samples[start : start + _BLOCK]) > _VOICED]
    if not loud:
        return array("h")
    edge = round(_EDGE_S * RATE)
    missing = array("h", bytes(2 * max(0, edge - loud[0])))  # a voice that begins at once: room for the ramp
    return missing + samples[max(0, loud[0] - edge) : loud[-1] + _BLOCK + edge]


def loudness_db(samples: Samples[int]) -> float:
    """How loud the speech in it is, in dB below full scale (-18 is our level); -96 when there is none."""
    rms = _speech_rms(samples)
    return 20 * math.log10(rms / _FULL) if rms else _SILENT


def levelled(samples: Samples[int]) -> Samples[int]:
    """At the common loudness, never beyond the peak, with ends that do not click."""
    rms = _speech_rms(samples)
    if not rms:
        return samples
    gain, result = 1.0, samples
    for _ in range(5):  # rounding off peaks takes a little loudness away
        gain *= _SPEECH_RMS / rms
        result = array("h", [_rounded_off(value * gain) for value in samples])
        rms = _speech_rms(result)
        if abs(rms / _SPEECH_RMS - 1) < _NEAR_ENOUGH:
            break
    ramp = min(round(0.003 * RATE), len(result) // 2)
    for index in range(ramp):
        result[index] = result[index] * index // ramp
        result[-1 - index] = result[-1 - index] * index // ramp
    return result


def _speech_rms(samples: Samples[int]) -> float:
    """Of the blocks that hold speech; a clip shorter than a block is one block."""
    size = min(_LOUDNESS_BLOCK, len(samples))
    if not size:
        return 0.0
    blocks = (samples[start : start + size] for start in range(0, len(samples) - size + 1, size))
    squares = [sum(map(mul, block, block)) / size for block in blocks]
    gate = max(squares) * _GATE**2
    loud = [square for square in squares if square >= gate]
    return math.sqrt(sum(loud) / len(loud))


def _rounded_off(value: float) -> int:
    """A sample beyond the knee bends towards the peak and never reaches it."""
    size = abs(value)
    if size <= _KNEE:
        return round(value)
    room = _PEAK - _KNEE
    return round(math.copysign(_KNEE + room * math.tanh((size - _KNEE) / room), value))


def scaled(samples: Samples[int], gain: float) -> Samples[int]:
    return array("h", [max(-_FULL, min(_FULL, round(value * gain))) for value in samples])


def gain_of(volume: int) -> float:
    """A volume of 0 to 100 as the ear counts: half way is a quarter of the amplitude."""
    return (volume / 100) ** 2


_CHIME: Final = ((0.0, 659.26), (0.38, 523.25))  # when a tone begins, its pitch
_SHORT_CHIME: Final = ((0.0, 659.26), (0.15, 523.25))


def chime(*, short: bool = False) -> Samples[int]:
    """Two soft tones, the second one lower: listen, please. ``short`` where many calls wait."""
    total = round((0.5 if short else 1.15) * RATE)
    mixed = [0.0] * total
    for start_s, pitch in _SHORT_CHIME if short else _CHIME:
        start = round(start_s * RATE)
        for index in range(total - start):
            moment = index / RATE
            swell = min(1.0, moment / 0.012) * math.exp(-4.2 * moment)
            tone = math.sin(2 * math.pi * pitch * moment) + 0.18 * math.sin(4 * math.pi * pitch * moment)
            mixed[start + index] += swell * tone
    loudest = max(abs(value) for value in mixed)
    fade = round(0.08 * RATE)
    return array(
        "h",
        [round(value / loudest * 0.5 * _FULL * min(1.0, (total - at) / fade)) for at, value in enumerate(mixed)],
    )


def _peak(samples: Samples[int]) -> int:
    return max(max(samples), -min(samples)) if samples else 0
