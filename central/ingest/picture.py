"""Folding stored events into the views, hall by hall and in order; writing what changed in the same transaction.

A hall's live view and the tickets of its day are kept in memory between transactions. When a transaction fails the
memory is forgotten and read again from the store.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from sqlalchemy import Connection

from central.aid import arrivals as aid_arrivals
from central.appointments import store as appointments
from central.ingest.envelope import Arrived
from central.live import rules as live_rules
from central.live import store as live_store
from central.live.rules import LiveView, Move
from central.ratings import taking as ratings
from central.report_counts import store as report_counts
from central.tickets import rules as ticket_rules
from central.tickets import store as ticket_store
from central.tickets.rules import TicketRow
from hall.appointments.words import AppointmentCheckedIn
from hall.queue.words import TicketIssued
from hall.record.words import ServiceRecorded

_DAYS_KEPT: Final = 3


class HallPicture:
    """The views of one hall."""

    def __init__(self, connection: Connection, hall: str) -> None:
        self.hall = hall
        self.live: LiveView = live_store.load_live(connection, hall)
        self.current = ""  # the epoch that the hall writes now
        self.changed: dict[int, TicketRow] = {}
        self._days: dict[str, dict[str, TicketRow]] = {}
        self._last: deque[Arrived] = deque(maxlen=live_rules.RECENT)  # to be remembered, when it is known who is last

    def fold(self, connection: Connection, stream: int, epoch: str, arrived: Arrived) -> None:
        """Bring the views up to one event."""
        event = arrived.event
        live = self.live
        present = self._of_the_present(epoch)
        if present:
            live.epoch, live.seq, live.ts = epoch, arrived.seq, arrived.ts
        if event is None:
            return
        if isinstance(event, AppointmentCheckedIn):
            appointments.checked_in(connection, self.hall, event.appointment, event.number, event.late)
        aid_arrivals.keep(connection, self.hall, event, arrived.ts)
        report_counts.take(connection, self.hall, event)
        if isinstance(event, ServiceRecorded):
            ticket = self._day(connection, event.day).get(event.number)
            of = ticket.epoch if ticket is not None else epoch
            report_counts.take_record(connection, self.hall, stream, of, event)
        ratings.keep(connection, self.hall, ratings.Source(stream, epoch, arrived.seq), event, arrived.ts)
        move = None
        if ticket_rules.about_ticket(event):
            move = self._fold_ticket(connection, stream, epoch, arrived, event)
        if present:  # what an older journal still had to say is part of the story, not of the present
            live_rules.apply(live, event, arrived.ts, move)
            self._last.append(arrived)

    def _of_the_present(self, epoch: str) -> bool:
        """The live view follows the current journal, and until that one speaks the one before."""
        live = self.live
        return epoch == self.current or (live.epoch != self.current and live.epoch in ("", epoch))

    def _fold_ticket(
        self, connection: Connection, stream: int, epoch: str, arrived: Arrived, event: Any
    ) -> Move | None:
        rows = self._day(connection, event.day)
        row = rows.get(event.number)
        before = row.state if row is not None else None
        if row is None or (isinstance(event, TicketIssued) and row.issued_ms is not None and row.epoch != epoch):
            if not ticket_rules.begins_or_moves(event):
                return None
            row = rows[event.number] = TicketRow(self.hall, event.day, event.number, epoch)
            before = None
        waited_s, grade = row.waited_s, row.grade
        ticket_rules.apply(row, event, arrived.ts)
        ticket_rules.point_to(row, stream, arrived.seq)
        self.changed[id(row)] = row
        waits, grades = (waited_s, row.waited_s), (grade, row.grade)
        return Move(row.number, before, row.state, row.service, row.since_ms, row.priority, row.window, waits, grades)

    def _day(self, connection: Connection, day: str) -> dict[str, TicketRow]:
        rows = self._days.get(day)
        if rows is None:
            rows = {row.number: row for row in ticket_store.rows_of_day(connection, self.hall, day)}
            self._days[day] = rows
        return rows

    def changes(self) -> list[TicketRow]:
        """The tickets that changed since this was asked last; whoever holds all halls stores them and the live view."""
        for arrived in self._last:
            if arrived.event is not None:
                live_rules.remember(self.live, arrived.seq, arrived.ts, arrived.type, arrived.event)
        self._last.clear()
        changed = list(self.changed.values())
        self.changed.clear()
        while len(self._days) > _DAYS_KEPT:
            oldest = min(day for day in self._days if day != self.live.day)
            del self._days[oldest]
        return changed
