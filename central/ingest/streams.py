"""What central remembers of each journal between transactions: which numbers it has, how far the views are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from central.ingest import store
from central.ingest.envelope import Arrived, BadMessage
from central.ingest.spans import Spans

_MAX_STREAMS: Final = 200  # journals of one hall; a sound one begins a new one once in years


@dataclass(slots=True)
class Stream:
    """One journal of one hall. ``applied`` trails ``spans.upto`` only while a long gap is being folded."""

    id: int
    hall: str
    epoch: str
    spans: Spans
    applied: int
    conflicted: bool = False
    first_ms: int = 0  # when it was first heard of

    @property
    def row(self) -> tuple[int, str, str, int, bool, int]:
        """As the store keeps it."""
        return self.id, self.hall, self.epoch, self.applied, self.conflicted, self.first_ms

    def sort_in(self, events: Sequence[Arrived], new: dict[int, Arrived]) -> list[Arrived]:
        """Note these events, which are in order, and add to ``new`` what was not here yet; the rest is given back."""
        by_number = {arrived.seq: arrived for arrived in events}
        in_one_piece = events and len(by_number) == len(events) == events[-1].seq - events[0].seq + 1
        if in_one_piece and events[0].seq > self.spans.top:  # behind all others, as nearly always
            self.spans.add(events[0].seq, events[-1].seq)
            new.update(by_number)
            return []
        again = []
        for arrived in events:
            if arrived.seq in self.spans:
                again.append(arrived)
            else:
                self.spans.add(arrived.seq)
                new[arrived.seq] = arrived
        return again


class Streams:
    """All journals in use, read from the store at first need."""

    def __init__(self) -> None:
        self._halls: dict[str, dict[str, Stream]] = {}

    def forget(self) -> None:
        """What is in memory may not be in the store: read it again."""
        self._halls.clear()

    def of_hall(self, connection: Connection, hall: str) -> dict[str, Stream]:
        """The hall's journals by epoch, the one begun last at the end."""
        known = self._halls.get(hall)
        if known is None:
            known = {row.epoch: read_stream(connection, row) for row in store.streams_of(connection, hall)}
            self._halls[hall] = known
        return known

    def get(self, connection: Connection, hall: str, epoch: str, now_ms: int) -> Stream:
        """The journal, begun if nobody heard of it; raises `BadMessage` when a hall makes up too many."""
        known = self.of_hall(connection, hall)
        found = known.get(epoch)
        if found is None:
            if len(known) >= _MAX_STREAMS:
                raise BadMessage(f"more than {_MAX_STREAMS} epochs of one hall")
            found = Stream(store.add_stream(connection, hall, epoch, now_ms), hall, epoch, Spans(), 0, first_ms=now_ms)
            known[epoch] = found
        return found


def read_stream(connection: Connection, row: Any) -> Stream:
    """A journal as the store has it."""
    kept = row._mapping
    spans = Spans(kept["applied"])
    for from_seq, to_seq in store.given_up(connection, kept["id"]):
        spans.add(from_seq, to_seq)
    for seq in store.numbers_above(connection, kept["id"], kept["applied"]):
        spans.add(seq)
    return Stream(kept["id"], kept["hall"], kept["epoch"], spans, kept["applied"], kept["conflicted"], kept["first_ms"])
