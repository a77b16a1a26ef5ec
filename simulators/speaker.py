"""A network speaker from the speaker's side: plays the WAV files that come one after another on its line.

The language, written from README and the RIFF/WAVE definition (Microsoft, 1991), with no WAV library:

    "RIFF" size "WAVE"   then chunks: name, size (little-endian, 4 bytes), content, padded to an even length
    "fmt " 16+           form 1 (PCM), channels, samples a second, bytes a second, bytes a block, bits of a sample
    "data" n             the samples; the sound begins with the first of them, not when all are there

A file that breaks off (the next "RIFF" comes before its end) was cut. Bytes that begin no file are stepped over.
Whether anybody hears it depends on the amplifier's zones: ``zone_open`` is asked when a sound begins and kept with it.
"""

from __future__ import annotations

import struct
from array import array
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulators.device import Send
from simulators.device_actions import unknown_action
from simulators.speaker_picture import draw_speaker

_KEPT: Final = 8
_HEADER_LIMIT: Final = 4096
_SOUND_LIMIT: Final = 8 * 1024 * 1024
_MAGIC: Final = 12  # "RIFF", size, "WAVE"


@dataclass(slots=True)
class Played:
    """One sound as it came out."""

    began_s: float
    zone_open: bool
    channels: int
    rate: int
    bits: int
    size: int
    data: bytearray = field(default_factory=bytearray)
    cut: bool = False
    _measured: tuple[int, float] = (0, 0.0)  # bytes measured, and the peak in them

    @property
    def duration_s(self) -> float:
        return len(self.data) / (self.rate * self.channels * self.bits // 8)

    @property
    def complete(self) -> bool:
        return len(self.data) >= self.size

    @property
    def samples(self) -> array[int]:
        """Only 16-bit sound has samples that can be drawn and measured."""
        return array("h", bytes(self.data[: len(self.data) // 2 * 2])) if self.bits == 16 else array("h")

    @property
    def peak(self) -> float:
        if self._measured[0] != len(self.data):
            samples = self.samples
            self._measured = len(self.data), max(max(samples), -min(samples)) / 32_768 if samples else 0.0
        return self._measured[1]

    def wav(self) -> bytes:
        block = self.channels * self.bits // 8
        form = struct.pack("<HHIIHH", 1, self.channels, self.rate, self.rate * block, block, self.bits)
        body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(self.data))
        return b"RIFF" + struct.pack("<I", len(body) + len(self.data)) + body + bytes(self.data)


class SimulatedSpeaker:
    """A speaker on the network. Action: ``reset`` (as after a power cut)."""

    kind = "speaker"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
        zone_open: Callable[[], bool] = lambda: True,
    ) -> None:
        self.id = device_id
        self.window = window
        self.zone_open = zone_open
        self.played: deque[Played] = deque(maxlen=_KEPT)
        self._count = self._heard_count = 0
        self._dropped = 0
        self._waiting = bytearray()
        self._now: Played | None = None
        self._clock_s = 0.0

    # --- the door ---------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        """A speaker has nothing to say; a new line begins with a new file."""
        self._break_off()
        self._waiting.clear()

    def hear(self, data: bytes) -> None:
        self._waiting += data
        while self._waiting and self._step():
            pass

    def tick(self, steady_s: float) -> None:
        self._clock_s = steady_s

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if action != "reset":
            raise unknown_action("a speaker", self.kind, action)
        self._break_off()
        self._waiting.clear()
        return self.show()

    def show(self) -> dict[str, Any]:
        last = self.played[-1] if self.played else None
        return {
            "count": self._count,
            "heard_by_people": self._heard_count,  # sounds that began while a zone was open
            "playing": self._sounding(),
            "last_duration_s": round(last.duration_s, 3) if last else None,
            "last_peak": round(last.peak, 3) if last else None,
            "last_zone_open": last.zone_open if last else None,
            "last_cut": last.cut if last else None,
            "dropped_bytes": self._dropped,
        }

    def picture(self) -> bytes | None:
        last = self.played[-1] if self.played else None
        samples = last.samples if last else array("h")
        return draw_speaker(samples, last.rate if last else 1, sounding=self._sounding())

    def audio(self) -> bytes | None:
        return self.played[-1].wav() if self.played else None

    def _sounding(self) -> bool:
        last = self.played[-1] if self.played else None
        return last is not None and not last.cut and self._clock_s < last.began_s + last.duration_s

    # --- the language -----------------------------------------------------------------------------------------

    def _step(self) -> bool:
        """Take one thing from what waits; False when more must come first."""
        if self._now is not None:
            return self._take_samples(self._now)
        start = self._waiting.find(b"RIFF")
        if start < 0:
            self._drop(len(self._waiting) - 3)  # the last three may be the beginning of the next file
            return False
        self._drop(start)
        return self._begin()

    def _begin(self) -> bool:
        found = _header(self._waiting)
        if found is None:
            if len(self._waiting) <= _HEADER_LIMIT:
                return False
            found = 0
        if found == 0:
            self._drop(4)  # it only looked like a beginning
            return True
        assert not isinstance(found, int)
        size, sound = found
        del self._waiting[:size]
        sound.began_s = self._clock_s
        sound.zone_open = self.zone_open()
        self._now = sound
        self.played.append(sound)
        self._count += 1
        self._heard_count += sound.zone_open
        return True

    def _take_samples(self, sound: Played) -> bool:
        wanted = sound.size - len(sound.data)
        if wanted <= 0:  # a file without a single sample
            self._now = None
            return True
        again = _next_file(self._waiting[:wanted])
        if again is not None:
            sound.data += self._waiting[:again]
            del self._waiting[:again]
            self._break_off()
            return True
        # what may be the first part of the next file's beginning stays until it is known
        sure = min(wanted, len(self._waiting) - (_MAGIC - 1) if len(self._waiting) < wanted else wanted)
        if sure <= 0:
            return False
        sound.data += self._waiting[:sure]
        del self._waiting[:sure]
        if sound.complete:
            self._now = None
            return True
        return False

    def _break_off(self) -> None:
        if self._now is not None:
            self._now.cut = True
            self._now = None

    def _drop(self, count: int) -> None:
        if count > 0:
            self._dropped += count
            del self._waiting[:count]


def _header(data: bytearray) -> tuple[int, Played] | int | None:
    """(size of the header, the sound that begins); 0: no such file; None: more must come."""
    if len(data) < _MAGIC:
        return None
    if data[8:12] != b"WAVE":
        return 0
    place, form = _MAGIC, None
    while place + 8 <= len(data):
        name, size = bytes(data[place : place + 4]), int(struct.unpack_from("<I", data, place + 4)[0])
        place += 8
        if name == b"data":
            if form is None or size > _SOUND_LIMIT:
                return 0
            return place, Played(0.0, False, *form, size=size)
        if name == b"fmt ":
            if len(data) < place + 16:
                return None
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, place)
            if kind != 1 or not 1 <= channels <= 2 or not 4000 <= rate <= 192_000 or bits not in (8, 16):
                return 0
            form = (channels, rate, bits)
        place += size + size % 2
    return None


def _next_file(data: bytearray) -> int | None:
    """Where another file begins inside what should be samples."""
    start = data.find(b"RIFF")
    while start >= 0:
        if data[start + 8 : start + 12] == b"WAVE":
            return start
        start = data.find(b"RIFF", start + 1)
    return None
