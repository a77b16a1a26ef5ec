"""What halls say of their queues, as it comes: the newest word of each, in memory, with the time at which it came.

A measurement may be lost and is worth nothing when it is old, so it is neither stored nor acknowledged. Taken off the
line before ingest, which is for what must not be lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from central.clock import now_ms
from central.ingest.message import CENTRAL, HALL_ID, LinkUp, Message
from hall.queue.now import ClassNow, QueueNow
from hall.shape import ShapeError, load

TOPIC: Final = "lh/1/+/tlm/queue"
FRESH_MS: Final = 180_000  # older than that, nothing is known
_MOST_BYTES: Final = 32_000
_MOST_HALLS: Final = 20_000
_MOST_CLASSES: Final = 40
_OURS: Final = re.compile(r"lh/1/([^/]+)/tlm/queue")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Heard:
    """A hall's word and when it came, on central's clock."""

    queue: QueueNow
    came_ms: int

    def of(self, letter: str) -> ClassNow | None:
        return next((one for one in self.queue.services if one.letter == letter), None)


class QueueWords:
    """The newest word of each hall; written by the line's thread, read by any."""

    def __init__(self, clock: Callable[[], int] = now_ms) -> None:
        self._clock = clock
        self._heard: dict[str, Heard] = {}

    def before(self, deliver: Callable[[Message | LinkUp], None]) -> Callable[[Message | LinkUp], None]:
        """``deliver`` for all that is not a measurement of a queue."""

        def take(item: Message | LinkUp) -> None:
            if not (isinstance(item, Message) and self.take(item)):
                deliver(item)

        return take

    def take(self, message: Message) -> bool:
        """Whether this was a measurement of a queue; what cannot be read is logged and forgotten."""
        found = _OURS.fullmatch(message.topic)
        if found is None:
            return False
        hall = found[1]
        if not HALL_ID.fullmatch(hall) or hall == CENTRAL or len(message.payload) > _MOST_BYTES:
            log.warning("queue_word.refused", topic=message.topic[:80], size=len(message.payload))
            return True
        try:
            word = load(QueueNow, json.loads(message.payload))
        except (ShapeError, ValueError, RecursionError) as problem:
            log.warning("queue_word.refused", hall=hall, problem=str(problem)[:120])
            return True
        if len(word.services) <= _MOST_CLASSES and (hall in self._heard or len(self._heard) < _MOST_HALLS):
            self._heard[hall] = Heard(word, self._clock())
        return True

    def of(self, hall: str, now_ms: int) -> Heard | None:
        """What the hall said lately; None when that is too long ago."""
        heard = self._heard.get(hall)
        return heard if heard is not None and now_ms - heard.came_ms <= FRESH_MS else None
