"""What ran over a line lately, both ways and with times: for the page's blinking lamps and for whoever measures."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Final, Literal

Way = Literal["heard", "said"]  # from the device's side: heard from the host, said to the host

_BURSTS: Final = 64
_BURST_BYTES: Final = 256  # the tail of one burst that is kept; a slip's raster would drown all else
_SAME_BURST_NS: Final = 20_000_000


@dataclass(slots=True)
class Burst:
    """Bytes of one way without a longer gap. Times are CLOCK_MONOTONIC, the same for every program of the machine."""

    way: Way
    started_ns: int
    ended_ns: int
    length: int
    tail: bytes

    def as_json(self) -> dict[str, Any]:
        return {
            "way": self.way,
            "started_ns": self.started_ns,
            "ended_ns": self.ended_ns,
            "length": self.length,
            "tail_hex": self.tail.hex(" ").upper(),
        }


class Activity:
    """Byte counters and the last bursts of one device or one line. Called under the line's lock."""

    def __init__(self) -> None:
        self.heard = 0
        self.said = 0
        self.lost = 0  # said into a line on which nobody listened
        self._bursts: deque[Burst] = deque(maxlen=_BURSTS)

    def note(self, way: Way, data: bytes, at_ns: int) -> None:
        """These bytes have passed; ``at_ns`` is when the last of them did."""
        if not data:
            return
        if way == "heard":
            self.heard += len(data)
        else:
            self.said += len(data)
        last = self._bursts[-1] if self._bursts else None
        if last is not None and last.way == way and at_ns - last.ended_ns <= _SAME_BURST_NS:
            last.ended_ns = at_ns
            last.length += len(data)
            last.tail = (last.tail + data)[-_BURST_BYTES:]
        else:
            self._bursts.append(Burst(way, at_ns, at_ns, len(data), data[-_BURST_BYTES:]))

    def counters(self) -> dict[str, int]:
        return {"heard": self.heard, "said": self.said, "lost": self.lost}

    def recent(self, limit: int = 12) -> list[dict[str, Any]]:
        """The newest bursts, oldest of them first."""
        return [burst.as_json() for burst in list(self._bursts)[-limit:]]
