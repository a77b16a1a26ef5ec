"""The ingest thread: takes messages, commits, acknowledges, tells who watches; goes on whatever comes.

Commit first, then everything else: our acknowledgement to the hall, the confirmation to the broker, the pages. A store
that fails (full disk, locked file) is tried again with the same messages until it works; nothing is acknowledged
meanwhile. A message that our own code cannot bear is found by taking the messages one by one, set aside where people
can see it, and stops nothing behind it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as StoreTimeout

from central.clock import now_ms, steady_s
from central.database import Database, HeldElsewhere
from central.ingest import store
from central.ingest.acks import GAPS_NAMED, Acks
from central.ingest.broker import BrokerLink
from central.ingest.credit import Credits
from central.ingest.inbox import Inbox
from central.ingest.intake import Intake, Outcome, Parcel, unpack
from central.ingest.message import LinkUp
from central.ingest.streams import Stream
from central.live.hub import Hub
from central.metrics import Metrics
from central.strict_json import write_json
from hall.shape import dump
from hall.wire import Ack

LINGER_S: Final = 0.01
_IDLE_S: Final = 1.0
_RETRY_S: Final = 0.5
_OF_THE_STORE: Final = frozenset({"42P01", "42501"})  # of PostgreSQL: undefined_table, insufficient_privilege
log = structlog.get_logger()


def _is_of_the_store(problem: Exception) -> bool:
    """Whether the store is away, full, held elsewhere, or misses a table or a right: no message brings that about."""
    if isinstance(problem, ProgrammingError):
        return getattr(problem.orig, "sqlstate", None) in _OF_THE_STORE
    return isinstance(problem, OperationalError | StoreTimeout | HeldElsewhere)


class IngestThread:
    """Owns the intake and everything it remembers."""

    def __init__(self, database: Database, link: BrokerLink, inbox: Inbox, hub: Hub, metrics: Metrics) -> None:
        self._database = database
        self._link = link
        self._inbox = inbox
        self._hub = hub
        self._metrics = metrics
        self._intake = Intake()
        self._acks = Acks()
        self._credits = Credits()
        self._unfinished: list[Stream] = []
        self._greet = False
        self._failing = False
        self._watched_s = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Finish the transaction at hand and end."""
        self._stopping.set()
        self._inbox.wake()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception:
                log.exception("ingest.turn_failed")
                self._forget()
                self._stopping.wait(_RETRY_S)

    def _turn(self) -> None:
        wait_s = 0.0 if self._unfinished or self._greet else self._acks.wait_s(steady_s(), _IDLE_S)
        notes, messages = self._inbox.take(wait_s, LINGER_S)
        began_s = steady_s()
        if messages:
            self._commit([unpack(message) for message in messages], began_s)
        if any(isinstance(note, LinkUp) for note in notes):
            self._greet = True
        if self._greet:
            self._greet = not self._greet_halls()
        if self._unfinished:
            self._continue()
        self._acknowledge()
        if began_s - self._watched_s >= _IDLE_S:
            self._watched_s = began_s
            self._link.watch()
            self._metrics.broker_up.set(1 if self._link.up_since_ms else 0)

    def _commit(self, parcels: Sequence[Parcel], began_s: float) -> None:
        """One transaction for all; when our own code fails, one for each, so that only the culprit steps aside."""
        while not self._stopping.is_set():
            try:
                self._take(parcels, began_s)
            except Exception as problem:
                if _is_of_the_store(problem):
                    self._store_failed(problem)
                    self._stopping.wait(_RETRY_S)
                    continue
                self._forget()
                if len(parcels) == 1:
                    log.exception("ingest.message_failed", topic=parcels[0].message.topic)
                    self._set_aside(parcels[0])
                    return
                for parcel in parcels:
                    self._commit([parcel], began_s)
                return
            else:
                self._store_works()
                return

    def _store_failed(self, problem: Exception) -> None:
        """Say it once, not at every attempt."""
        self._metrics.failed.inc()
        self._forget()
        if not self._failing:
            self._failing = True
            log.error("ingest.store_failed", reason=str(getattr(problem, "orig", None) or problem))

    def _store_works(self) -> None:
        if self._failing:
            self._failing = False
            log.info("ingest.store_works_again")

    def _take(self, parcels: Sequence[Parcel], began_s: float) -> None:
        received_ms = now_ms()
        with self._database.write() as connection:
            outcome = self._intake.take_in(connection, parcels, received_ms)
        self._after_commit(outcome, parcels, began_s, received_ms)
        for parcel in parcels:
            self._link.confirm(parcel.message)

    def _after_commit(self, outcome: Outcome, parcels: Sequence[Parcel], began_s: float, received_ms: int) -> None:
        for key, stream in outcome.streams.items():
            self._acks.want(stream, outcome.events[key])
            self._credits.heard(stream.hall, outcome.events[key], began_s)
        self._note_unfinished(outcome)
        self._acknowledge()
        metrics = self._metrics
        self._credits.took(outcome.stored, steady_s() - began_s)
        metrics.events.inc(outcome.stored)
        metrics.duplicates.inc(outcome.duplicates)
        metrics.conflicts.inc(outcome.conflicts)
        metrics.poison.inc(outcome.poison)
        metrics.unknown.inc(outcome.unknown)
        metrics.rejected.inc(outcome.rejected)
        if outcome.stored:
            metrics.batch.observe(outcome.stored)
            metrics.commit_s.observe(steady_s() - began_s)
            newest = max((p.batch.events[-1].ts for p in parcels if p.batch and p.batch.events), default=received_ms)
            metrics.lag_s.set(max(0.0, (received_ms - newest) / 1000))
        if outcome.conflicts:
            log.error("ingest.conflict", halls=sorted(outcome.halls), events=outcome.conflicts)
        if outcome.rejected:
            log.warning("ingest.rejected", messages=outcome.rejected, halls=sorted(outcome.halls))
        if outcome.poison:
            log.warning("ingest.poison", events=outcome.poison, halls=sorted(outcome.halls))
        self._hub.tell(outcome.halls)

    def _set_aside(self, parcel: Parcel) -> None:
        message = parcel.message
        hall = parcel.address.hall if parcel.address else ""
        with self._database.write() as connection:
            store.reject(connection, hall, message.topic, "central's own fault: see its log", message.payload, now_ms())
        self._metrics.rejected.inc()
        self._link.confirm(message)

    def _greet_halls(self) -> bool:
        """Say that central is there and tell every hall how far it is, so that all of them go on."""
        self._link.announce()
        with self._database.write() as connection:
            for hall, epoch in store.all_halls(connection):
                streams = self._intake.streams.of_hall(connection, hall)
                current = streams.get(epoch) or next(reversed(streams.values()), None)
                if current is not None:
                    self._acks.want(current, 0)
                    if current.applied < current.spans.upto:
                        self._unfinished.append(current)
        return True

    def _continue(self) -> None:
        going_on, self._unfinished = self._unfinished, []
        with self._database.write() as connection:
            outcome = self._intake.continue_folding(connection, going_on)
        self._note_unfinished(outcome)
        self._hub.tell(outcome.halls)

    def _note_unfinished(self, outcome: Outcome) -> None:
        if outcome.unfinished:
            self._unfinished = [s for s in outcome.streams.values() if s.applied < s.spans.upto]

    def _acknowledge(self) -> None:
        for stream in self._acks.ready(steady_s()):
            missing = stream.spans.missing(GAPS_NAMED)
            credit = self._credits.share(stream.hall, self._inbox.waiting(stream.hall), steady_s())
            ack = Ack(stream.epoch, stream.spans.upto, credit, now_ms(), missing, stream.conflicted)
            if self._link.publish(f"lh/1/{stream.hall}/ack", write_json(dump(ack))):
                self._metrics.acks.inc()
                self._metrics.gaps.inc(len(missing))

    def _forget(self) -> None:
        self._intake.forget()
        self._acks.forget()
        self._unfinished.clear()
        self._greet = True
