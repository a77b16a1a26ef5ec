"""What the uplink makes of journal rows: batches as the contract has them, and the numbers of its connections."""

from __future__ import annotations

import json
from typing import Final

from edge.journal import Journal

BATCH_EVENTS: Final = 100
_BATCH_BYTES: Final = 60_000  # of 64 KiB, the envelope's head included


def fitting(rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The rows that one message holds, the first in any case."""
    size, taken = 0, list[tuple[int, str]]()
    for row in rows:
        size += len(row[1].encode()) + 1
        if taken and size > _BATCH_BYTES:
            break
        taken.append(row)
    return taken


def payload_of(epoch: str, first: int, batch: list[tuple[int, str]]) -> str:
    """Topic ``evt``. ``first`` is the lowest number that this hall can still send."""
    head = {"v": 1, "epoch": epoch, "first": first}
    events = ",".join(body for _, body in batch)
    return f'{json.dumps(head)[:-1]},"events":[{events}]}}'


def next_bdseq(journal: Journal) -> int:
    """The number of the next connection to the broker."""
    number = int(journal.read_meta("bdseq") or 0) + 1
    journal.write_meta("bdseq", number)
    journal.commit()
    return number


def new_epoch(journal: Journal, wall_ms: int) -> str:
    """The name under which this journal goes on."""
    journal.begin_new_epoch(wall_ms)
    return journal.epoch
