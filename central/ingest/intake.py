"""One transaction of ingest: messages in, everything they say stored and in the views, or nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from central.ingest import store
from central.ingest.envelope import (
    POISON,
    REPEAT,
    UNKNOWN,
    Arrived,
    ArrivedBatch,
    BadMessage,
    as_it_came,
    read_batch,
)
from central.ingest.message import Address, Message, read_topic
from central.ingest.nodes import take_node
from central.ingest.picture import HallPicture
from central.ingest.streams import Stream, Streams
from central.live import store as live_store
from central.places.store import is_place
from central.tickets import store as ticket_store
from hall.devices.words import JournalDropped

_FOLD_AT_ONCE: Final = 5000  # stored events folded in one transaction after a gap was filled
_READ_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message read outside of the transaction: a batch of events, or what is wrong with it."""

    message: Message
    address: Address | None
    batch: ArrivedBatch | None = None
    problem: str = ""


@dataclass(slots=True)
class Outcome:
    """What one transaction did: for metrics, acknowledgements and whoever watches."""

    events: Counter[int] = field(default_factory=Counter)  # by stream
    streams: dict[int, Stream] = field(default_factory=dict)
    halls: set[str] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)  # journals of halls that just came online: they wait for an answer
    stored: int = 0
    duplicates: int = 0
    conflicts: int = 0
    poison: int = 0
    unknown: int = 0
    rejected: int = 0
    unfinished: bool = False


def unpack(message: Message) -> Parcel:
    """Read what can be read without the store."""
    address = read_topic(message.topic)
    if address is None:
        return Parcel(message, None, problem="not a topic of a hall")
    if address.kind != "evt":
        return Parcel(message, address)
    try:
        return Parcel(message, address, read_batch(message.payload))
    except BadMessage as problem:
        return Parcel(message, address, problem=str(problem))


class Intake:
    """Takes parcels in. Owned by one thread; what it remembers is always what the store holds.

    Nobody on the line may speak for a place whose journal central keeps: only its keeper's own intake takes that in.
    """

    def __init__(self, keeps_places: bool = False) -> None:
        self.streams = Streams()
        self._keeps_places = keeps_places
        self._known: set[str] = set()  # halls that have their row and may speak here; none can become a place
        self._pictures: dict[str, HallPicture] = {}
        self._purge = 0

    def forget(self) -> None:
        """A transaction failed: what was in memory may never have been stored."""
        self.streams.forget()
        self._pictures.clear()
        self._known.clear()

    def take_in(self, connection: Connection, parcels: Iterable[Parcel], now_ms: int) -> Outcome:
        """Store and fold everything; the caller commits."""
        self._notice_purge(connection)
        outcome = Outcome()
        heard: dict[str, bool] = {}
        fresh: dict[int, dict[int, Arrived]] = {}
        seen_again: dict[int, list[Arrived]] = {}
        for parcel in parcels:
            if parcel.address is None:
                self._reject(connection, "", parcel.message, parcel.problem, now_ms, outcome)
                continue
            hall = parcel.address.hall
            if not self._may_speak(connection, hall, now_ms):
                self._reject(connection, hall, parcel.message, "central keeps this place itself", now_ms, outcome)
                continue
            heard.setdefault(hall, False)
            try:
                alive = self._take(connection, parcel, now_ms, outcome, fresh, seen_again)
                heard[hall] |= alive and not parcel.message.retained
            except BadMessage as problem:
                self._reject(connection, hall, parcel.message, str(problem), now_ms, outcome)
        self._store(connection, fresh, now_ms, outcome)
        self._compare(connection, seen_again, now_ms, outcome)
        self._fold(connection, fresh, outcome)
        live_store.heard(connection, [hall for hall, itself in heard.items() if itself], now_ms)
        outcome.halls.update(heard)
        return outcome

    def _may_speak(self, connection: Connection, hall: str, now_ms: int) -> bool:
        """Whether its word counts here; then it has a row."""
        if hall not in self._known:
            if not self._keeps_places and is_place(connection, hall):
                return False
            live_store.know(connection, hall, now_ms)
            self._known.add(hall)
        return True

    def _notice_purge(self, connection: Connection) -> None:
        """Retention took rows out: a ticket from memory must not bring one back."""
        newest = store.newest_purge(connection)
        if newest != self._purge:
            self._pictures.clear()
            self._purge = newest

    def continue_folding(self, connection: Connection, streams: Iterable[Stream]) -> Outcome:
        """Go on where a long gap was filled."""
        self._notice_purge(connection)
        outcome = Outcome(streams={stream.id: stream for stream in streams})
        self._fold(connection, {}, outcome)
        outcome.halls.update(stream.hall for stream in outcome.streams.values())
        return outcome

    def _take(
        self,
        connection: Connection,
        parcel: Parcel,
        now_ms: int,
        outcome: Outcome,
        fresh: dict[int, dict[int, Arrived]],
        seen_again: dict[int, list[Arrived]],
    ) -> bool:
        """Sort one parcel in; whether the hall itself spoke."""
        address, batch = parcel.address, parcel.batch
        assert address is not None
        if address.kind != "evt":
            news = take_node(connection, address, parcel.message, now_ms)
            if news.epoch:
                stream = self.streams.get(connection, address.hall, news.epoch, now_ms)
                outcome.streams[stream.id] = stream
                outcome.asked.add(stream.id)
            return news.alive
        if batch is None:
            raise BadMessage(parcel.problem)
        stream = self.streams.get(connection, address.hall, batch.epoch, now_ms)
        outcome.streams[stream.id] = stream
        outcome.events[stream.id] += len(batch.events)
        for reason, text in batch.rejects:
            self._reject(connection, address.hall, parcel.message, reason, now_ms, outcome, text.encode())
        if batch.first > stream.spans.upto + 1:
            _give_up(connection, stream, 1, batch.first - 1)
        again = stream.sort_in(batch.events, fresh.setdefault(stream.id, {}))
        if again:
            seen_again.setdefault(stream.id, []).extend(again)
        return True

    def _reject(
        self,
        connection: Connection,
        hall: str,
        message: Message,
        reason: str,
        now_ms: int,
        outcome: Outcome,
        text: bytes | None = None,
    ) -> None:
        store.reject(connection, hall, message.topic, reason, message.payload if text is None else text, now_ms)
        outcome.rejected += 1

    def _store(
        self, connection: Connection, fresh: Mapping[int, Mapping[int, Arrived]], now_ms: int, outcome: Outcome
    ) -> None:
        rows: list[dict[str, Any]] = []
        for key, new in fresh.items():
            self._mark_repeats(connection, outcome.streams[key], new)
            rows.extend(store.event_row(key, arrived, now_ms) for arrived in new.values())
            lanes = Counter(arrived.lane for arrived in new.values())
            outcome.poison += lanes[POISON]
            outcome.unknown += lanes[UNKNOWN]
            if lanes[POISON]:
                store.add_poison(connection, key, [one for one in new.values() if one.lane == POISON], now_ms)
            for seq, lost in [(one.seq, one.event) for one in new.values() if isinstance(one.event, JournalDropped)]:
                if lost.to_seq < seq:
                    _give_up(connection, outcome.streams[key], lost.from_seq, lost.to_seq)
        outcome.stored += store.add_events(connection, rows)

    def _mark_repeats(self, connection: Connection, stream: Stream, new: Mapping[int, Arrived]) -> None:
        """A hall that began a new epoch sends again what it knew no answer to; the views must count it once."""
        others = [other for other in self.streams.of_hall(connection, stream.hall).values() if other is not stream]
        for other in others:
            shared = [seq for seq in new if seq <= other.spans.top and seq in other.spans]
            for seq, identity in store.ids_of(connection, other.id, shared).items() if shared else ():
                if new[seq].id == identity:
                    new[seq].lane, new[seq].event = REPEAT, None

    def _compare(
        self, connection: Connection, seen_again: Mapping[int, list[Arrived]], now_ms: int, outcome: Outcome
    ) -> None:
        """The same number must be the same event; otherwise somebody cloned or rolled back a disk.

        A number that was given up and comes after all is stored; the views have gone past it.
        """
        for key, again in seen_again.items():
            known = store.ids_of(connection, key, {arrived.seq for arrived in again})
            lost_and_found = {arrived.seq: arrived for arrived in again if arrived.seq not in known}
            rows = [store.event_row(key, one, now_ms) for one in lost_and_found.values()]
            found = store.add_events(connection, rows)
            outcome.stored += found
            others = [(one.seq, known[one.seq], one.id) for one in again if known.get(one.seq, one.id) != one.id]
            outcome.duplicates += len(again) - len(others) - found
            if others:
                outcome.conflicts += len(others)
                outcome.streams[key].conflicted = True
                store.add_conflicts(connection, key, others, now_ms)

    def _fold(self, connection: Connection, fresh: Mapping[int, Mapping[int, Arrived]], outcome: Outcome) -> None:
        behind = [stream for stream in outcome.streams.values() if stream.applied < stream.spans.upto]
        touched = self._touch(connection, {stream.hall for stream in behind})
        for stream in behind:
            self._fold_stream(connection, touched[stream.hall], stream, fresh.get(stream.id, {}))
            outcome.unfinished |= stream.applied < stream.spans.upto
        store.keep_streams(connection, [one.row for one in outcome.streams.values()])
        ticket_store.keep(connection, [row for picture in touched.values() for row in picture.changes()])
        live_store.keep_live(connection, {hall: picture.live for hall, picture in touched.items()})

    def _fold_stream(
        self, connection: Connection, picture: HallPicture, stream: Stream, fresh: Mapping[int, Arrived]
    ) -> None:
        last = min(stream.spans.upto, stream.applied + _FOLD_AT_ONCE)
        while stream.applied < last:
            arrived = fresh.get(stream.applied + 1)
            if arrived is not None:
                picture.fold(connection, stream.id, stream.epoch, arrived)
                stream.applied += 1
                continue
            self._fold_stored(connection, picture, stream, last)

    def _fold_stored(self, connection: Connection, picture: HallPicture, stream: Stream, last: int) -> None:
        """Events that waited in the store for a gap to be filled; numbers that were given up are not there."""
        rows = store.stored_from(connection, stream.id, stream.applied + 1, _READ_AT_ONCE)
        if not rows or rows[0]["seq"] > last:
            stream.applied = rows[0]["seq"] - 1 if rows else stream.spans.upto
        for row in rows:
            if row["seq"] > last:
                return
            picture.fold(connection, stream.id, stream.epoch, as_it_came(row))
            stream.applied = row["seq"]

    def _touch(self, connection: Connection, halls: Iterable[str]) -> dict[str, HallPicture]:
        """The pictures of these halls, with the journals that they write now."""
        epochs = live_store.current_epochs(connection, sorted(halls))
        for hall, epoch in epochs.items():
            if hall not in self._pictures:
                self._pictures[hall] = HallPicture(connection, hall)
            self._pictures[hall].current = epoch
        return {hall: self._pictures[hall] for hall in epochs}


def _give_up(connection: Connection, stream: Stream, from_seq: int, to_seq: int) -> None:
    if 1 <= from_seq <= to_seq:
        store.give_up(connection, stream.id, from_seq, to_seq)
        stream.spans.add(from_seq, to_seq)
