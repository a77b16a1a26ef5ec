"""When which journal is told how far central is: at most each 200 ms or 200 events (contract section 3).

A gap that stays open is asked for again every few seconds, because the first question may have been lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from central.ingest.streams import Stream

INTERVAL_S: Final = 0.2
EVENTS: Final = 200
ASK_AGAIN_S: Final = 5.0
GAPS_NAMED: Final = 32


@dataclass(slots=True)
class _Due:
    stream: Stream
    last_s: float
    events: int = 0
    wanted: bool = True


class Acks:
    """Which acknowledgements are due; sends nothing itself."""

    def __init__(self) -> None:
        self._due: dict[int, _Due] = {}

    def forget(self) -> None:
        self._due.clear()

    def want(self, stream: Stream, events: int) -> None:
        """Something of this journal was committed, or somebody asked."""
        due = self._due.get(stream.id)
        if due is None:
            due = self._due[stream.id] = _Due(stream, float("-inf"))
        due.stream, due.wanted = stream, True
        due.events += events

    def ready(self, now_s: float) -> list[Stream]:
        """The journals to acknowledge now; asking marks them as told."""
        told = []
        for key, due in list(self._due.items()):
            if not due.wanted and due.stream.spans.whole and now_s - due.last_s >= INTERVAL_S:
                del self._due[key]  # nothing to say and nothing to wait for
                continue
            if not due.stream.spans.whole and now_s - due.last_s >= ASK_AGAIN_S:
                due.wanted = True
            if due.wanted and (now_s - due.last_s >= INTERVAL_S or due.events >= EVENTS):
                due.wanted, due.events, due.last_s = False, 0, now_s
                told.append(due.stream)
        return told

    def wait_s(self, now_s: float, longest_s: float) -> float:
        """How long nothing will be due."""
        times = [due.last_s + INTERVAL_S - now_s for due in self._due.values() if due.wanted]
        return max(0.0, min([longest_s, *times]))
