"""The journal's reading side: for the uplink, for dumps and for checks; a connection of its own, never in the way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edge.journal import GENESIS, JournalDamaged, chain, read_events
from hall.moment import Moment
from hall.shape import load
from hall.state import HallState
from hall.wire import Event


class JournalReader:
    """The reading side, for the uplink, dumps and checks: a connection of its own, never blocks the writer."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such journal")
        self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA busy_timeout=5000")

    def bodies(self, after: int, limit: int) -> list[tuple[int, str]]:
        """Envelopes as JSON text after a number, oldest first."""
        return list(self._db.execute("SELECT seq, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)))

    def first_seq(self) -> int:
        """The lowest number that can still be sent in this epoch; the next one to come when there is none."""
        row = self._db.execute("SELECT min(seq) FROM event").fetchone()
        oldest = int(row[0]) if row[0] is not None else int((self.meta("pruned") or {"seq": 0})["seq"]) + 1
        return max(oldest, int(self.meta("epoch_first") or 1))

    def last_seq(self) -> int:
        """The newest number; also when every row was forgotten."""
        newest = self._db.execute("SELECT max(seq) FROM event").fetchone()[0]
        return int(newest if newest is not None else (self.meta("pruned") or {"seq": 0})["seq"])

    def meta(self, name: str) -> Any | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def events(self, after: int = 0) -> Iterator[tuple[int, Event | None, Moment]]:
        yield from read_events(self._db, after)

    def rows(self) -> Iterator[tuple[int, str, bytes]]:
        return self._db.execute("SELECT seq, body, hash FROM event ORDER BY seq")

    def snapshot(self) -> tuple[int, HallState] | None:
        row = self._db.execute("SELECT seq, state FROM snapshot ORDER BY seq DESC LIMIT 1").fetchone()
        return (row[0], load(HallState, json.loads(row[1]))) if row else None

    def close(self) -> None:
        self._db.close()


def check_chain(rows: Iterator[tuple[int, str, bytes]], pruned: Any | None) -> int:
    """Order, gaps and hashes of all rows; returns how many there are; raises `JournalDamaged` at the first bad one."""
    expected = pruned["seq"] if pruned else 0
    previous = bytes.fromhex(pruned["hash"]) if pruned else GENESIS
    count = 0
    for seq, body, row_hash in rows:
        expected += 1
        if seq != expected:
            raise JournalDamaged(f"event {expected} is missing; the next one is {seq}")
        previous = chain(previous, seq, body)
        if previous != row_hash:
            raise JournalDamaged(f"event {seq} was changed after it was written")
        count += 1
    return count
