"""What one hall has to say, by number, in memory until central itself says that it has it (contract LH-2, LH-3).

Beside each event stands a digest of its whole text, for the comparison at the end: that stays when the text has gone.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

_BATCH_EVENTS: Final = 100
_BATCH_BYTES: Final = 60_000  # of 64 KiB, the envelope's head included
DIGEST_BYTES: Final = 8


def canonical(envelope: Mapping[str, Any]) -> bytes:
    """One text for the same event, whoever wrote it down."""
    return json.dumps(envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(envelope_text: bytes) -> bytes:
    return hashlib.blake2b(envelope_text, digest_size=DIGEST_BYTES).digest()


class FleetJournal:
    """One journal of one hall: numbers from 1 on, without a gap."""

    def __init__(self, epoch: str, boot: str) -> None:
        self.epoch = epoch
        self.boot = boot
        self.first = 1
        self._bodies: deque[bytes] = deque()
        self._digests = bytearray()

    @property
    def last(self) -> int:
        """The number of the newest event; 0 for none."""
        return self.first + len(self._bodies) - 1

    def append(self, identity: str, at_ms: int, mono_ms: int, kind: str, data: Mapping[str, Any]) -> None:
        body = canonical(
            {
                "id": identity, "seq": self.last + 1, "ts": at_ms, "boot": self.boot, "mono": mono_ms, "clock": "ntp",
                "type": kind, "late": False, "data": data,
            }
        )  # fmt: skip
        self._bodies.append(body)
        self._digests += digest(body)

    def batch(self, after: int, upto: int) -> tuple[bytes, int]:
        """One message of the events behind ``after``, not beyond ``upto``, and the number of its last one."""
        taken: list[bytes] = []
        size, seq = 0, max(after, self.first - 1)
        last = min(upto, self.last, seq + _BATCH_EVENTS)
        for place in range(seq + 1 - self.first, last + 1 - self.first):
            body = self._bodies[place]
            size += len(body) + 1
            if taken and size > _BATCH_BYTES:
                break
            taken.append(body)
        head = json.dumps({"v": 1, "epoch": self.epoch, "first": self.first})[:-1].encode()
        return head + b',"events":[' + b",".join(taken) + b"]}", seq + len(taken)

    def release(self, upto: int) -> None:
        """Central has everything up to that number."""
        while self._bodies and self.first <= upto:
            self._bodies.popleft()
            self.first += 1

    def digest_of(self, seq: int) -> bytes:
        place = (seq - 1) * DIGEST_BYTES
        return bytes(self._digests[place : place + DIGEST_BYTES])
