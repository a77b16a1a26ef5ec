"""The hall's memory: every event in order, committed and synced before anything shows it (contract LH-1).

SQLite, WAL, synchronous FULL, one writing connection, owned by the loop thread. An event's row holds its whole envelope
as it will be sent, and a hash over the row before it and itself, so that a gap or a change is seen. Rows leave only
after central's own acknowledgement, and stay readable for seven days after it (LH-2). Beside the events stand the
answers to repeated requests, the state at some event (so that a start need not fold a whole year), and a few values
for good. The uplink reads through a connection of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from edge.identifiers import uuid7
from hall.moment import Moment
from hall.shape import dump_text, load
from hall.state import HallState
from hall.wire import Event, event_data, read_event, type_name

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, steady INTEGER NOT NULL, body TEXT NOT NULL,
                                  hash BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshot (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_FORMAT: Final = 1
_ANSWERS_KEPT_MS: Final = 24 * 3_600_000
_EVENTS_KEPT_MS: Final = 7 * 24 * 3_600_000
_CHECKPOINT_AFTER_BYTES: Final = 4 * 1024 * 1024
_BYTES_OF_A_COMMIT: Final = 2 * 4096  # about two pages besides the events themselves
GENESIS: Final = b"\x00" * 32


class JournalHeld(RuntimeError):
    """Another program writes this journal; the words name it."""


class JournalDamaged(RuntimeError):
    """The journal's rows contradict each other; the words say where."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the envelope says about time, for one group of events."""

    moment: Moment
    mono_ms: int
    clock: str


class Journal:
    """The writing side. One per file; a second one, in this or another process, is a `JournalHeld`."""

    def __init__(self, path: Path, boot: str, wall_ms: int = 0, new_id: Callable[[int], str] = uuid7) -> None:
        """``wall_ms`` dates a new journal's epoch."""
        self.path = path
        self.boot = boot
        self._new_id = new_id
        self._lock = _hold(path)
        self._db = _connect(path)
        self._pending = False
        self._log_bytes = 0  # about how much stands in the write-ahead log alone
        self._db.executescript(_SCHEMA)
        self._check_format()
        last = self._db.execute("SELECT seq, hash, steady FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        pruned = self.read_meta("pruned") or {"seq": 0, "hash": GENESIS.hex(), "steady": 0}
        self.last_seq: int = last[0] if last else pruned["seq"]
        self._last_hash: bytes = last[1] if last else bytes.fromhex(pruned["hash"])
        self.last_steady_ms: int = last[2] if last else pruned["steady"]
        self.epoch: str = self._db_meta("epoch", lambda: new_id(wall_ms))

    def append(self, events: Sequence[Event], stamp: Stamp) -> int:
        """Add events to the open group; nothing is durable before `commit`. Returns the last number."""
        if not events:
            return self.last_seq
        self._begin()
        rows = []
        for event in events:
            self.last_seq += 1
            body = self._envelope(event, stamp)
            self._last_hash = chain(self._last_hash, self.last_seq, body)
            rows.append((self.last_seq, stamp.moment.steady_ms, body, self._last_hash))
            self._log_bytes += len(body)
        self._db.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", rows)
        self.last_steady_ms = stamp.moment.steady_ms
        return self.last_seq

    def remember_answer(self, key: str, at_ms: int, answer: Any) -> None:
        """Keep the answer to ``key`` in the same group as its events."""
        self._begin()
        body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        self._db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (key, at_ms, body))

    def answer(self, key: str) -> Any | None:
        """The answer once given to ``key``, or None."""
        row = self._db.execute("SELECT body FROM answer WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def write_meta(self, name: str, value: Any) -> None:
        self._begin()
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def read_meta(self, name: str) -> Any | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def commit(self) -> None:
        """Make the open group durable: it is on the disk when this returns, or this raises and the group is gone."""
        if self._pending:
            self._db.execute("COMMIT")
            self._pending = False
            self._log_bytes += _BYTES_OF_A_COMMIT

    def tidy(self) -> None:
        """Move what the write-ahead log holds into the file when it has grown: the slow part of many commits, done
        when nobody waits for an answer. What cannot be moved now stays in the log, where it is as safe."""
        if self._log_bytes >= _CHECKPOINT_AFTER_BYTES:
            self._log_bytes = 0
            with suppress(sqlite3.OperationalError):  # a full or failing disk speaks up at the next commit
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def save_state(self, seq: int, text: str) -> None:
        """Keep the state at ``seq`` (as `state_text` wrote it) so that the next start folds from there."""
        self._begin()
        self._db.execute("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)", (seq, self.hash_at(seq), text))
        self._db.execute("DELETE FROM snapshot WHERE seq < ?", (seq,))
        self.commit()

    def saved_state(self) -> tuple[HallState, int]:
        """The newest kept state that fits the journal, and its number; the empty hall at 0 when there is none."""
        for seq, row_hash, text in self._db.execute("SELECT seq, hash, state FROM snapshot ORDER BY seq DESC"):
            if seq <= self.last_seq and row_hash == self.hash_at(seq):
                return load(HallState, json.loads(text)), seq
        return HallState(), 0

    def hash_at(self, seq: int) -> bytes:
        row = self._db.execute("SELECT hash FROM event WHERE seq = ?", (seq,)).fetchone()
        if row is None:
            pruned = self.read_meta("pruned") or {"seq": 0, "hash": GENESIS.hex()}
            return bytes.fromhex(pruned["hash"]) if pruned["seq"] == seq else b""
        return bytes(row[0])

    def events(self, after: int = 0) -> Iterator[tuple[int, Event | None, Moment]]:
        """Events after a number, oldest first; None for a type that this version does not know."""
        yield from read_events(self._db, after)

    def begin_new_epoch(self, wall_ms: int) -> None:
        """This disk was cloned or rolled back: what central has not acknowledged goes under another name."""
        self.epoch = self._new_id(wall_ms)
        self.write_meta("epoch", self.epoch)
        self.write_meta("epoch_first", int(self.read_meta("acked") or 0) + 1)
        self.commit()

    def prune(self, acked: int, now: Moment) -> int:
        """Forget what central has had for seven days and nobody needs; returns how many rows went."""
        oldest_ms = now.steady_ms - _EVENTS_KEPT_MS
        self._begin()
        self._db.execute("DELETE FROM answer WHERE at < ?", (now.steady_ms - _ANSWERS_KEPT_MS,))
        _, folded = self.saved_state()
        row = self._db.execute(
            "SELECT seq, hash, steady FROM event WHERE seq <= ? AND steady < ? ORDER BY seq DESC LIMIT 1",
            (min(acked, folded), oldest_ms),
        ).fetchone()
        count = 0
        if row is not None:
            self.write_meta("pruned", {"seq": row[0], "hash": bytes(row[1]).hex(), "steady": row[2]})
            count = self._db.execute("DELETE FROM event WHERE seq <= ?", (row[0],)).rowcount
        self.commit()
        return count

    def close(self) -> None:
        with suppress(sqlite3.ProgrammingError):
            if self._pending:
                self._db.execute("ROLLBACK")
                self._pending = False
        self._db.close()
        os.close(self._lock)

    def _begin(self) -> None:
        if not self._pending:
            self._db.execute("BEGIN IMMEDIATE")
            self._pending = True

    def _envelope(self, event: Event, stamp: Stamp) -> str:
        wall_ms = stamp.moment.wall_ms
        return json.dumps(
            {
                "id": self._new_id(wall_ms),
                "seq": self.last_seq,
                "ts": wall_ms,
                "boot": self.boot,
                "mono": stamp.mono_ms,
                "clock": stamp.clock,
                "type": type_name(event),
                "late": False,
                "data": event_data(event),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def _check_format(self) -> None:
        found = self.read_meta("format")
        if found is None:
            self.write_meta("format", _FORMAT)
            self.commit()
        elif found > _FORMAT:
            raise JournalDamaged(f"{self.path} was written by a newer version (format {found}); install that version")

    def _db_meta(self, name: str, make: Callable[[], str]) -> str:
        value = self.read_meta(name)
        if value is None:
            value = make()
            self.write_meta(name, value)
            self.commit()
        return str(value)


def state_text(state: HallState) -> str:
    """The state as the journal keeps it."""
    return dump_text(state)


def read_events(db: sqlite3.Connection, after: int) -> Iterator[tuple[int, Event | None, Moment]]:
    """Events of an open journal with the moments at which they happened."""
    for seq, steady_ms, body in db.execute("SELECT seq, steady, body FROM event WHERE seq > ? ORDER BY seq", (after,)):
        envelope = json.loads(body)
        yield seq, read_event(envelope["type"], envelope["data"]), Moment(steady_ms, envelope["ts"])


def chain(previous: bytes, seq: int, body: str) -> bytes:
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + body.encode()).digest()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA busy_timeout=5000")
    db.execute("PRAGMA wal_autocheckpoint=4000")  # should nobody call `Journal.tidy`
    return db


def _hold(path: Path) -> int:
    """An advisory lock that dies with its holder, so that a power cut leaves none behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(number, 32, 0).decode(errors="replace").strip() or "?"
        os.close(number)
        raise JournalHeld(f"{path} is in use by process {holder}") from None
    os.ftruncate(number, 0)
    os.pwrite(number, str(os.getpid()).encode(), 0)
    return number
