"""What a ticket's row says after each of its events. The states are those of the hall's own table.

Central does not judge: the hall decided, so an event counts even where the table would not expect it (a hall's disk
was lost, an older journal came late). Where events of a ticket's beginning are missing the row says so by None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from hall.queue import words
from hall.queue.state import TicketState
from hall.queue.ticket import LIFE
from hall.rating.words import RatingGiven
from hall.wire import TYPES, Event

_LONGEST_STAFF: Final = 80
MAX_STORY: Final = 500  # events a ticket's row points to; a sound ticket has about ten

# Where each event leads, read off the hall's table: an event has one target whatever state it comes from.
AFTER: Final[Mapping[type, str]] = {kind: target.value for moves in LIFE.values() for kind, target in moves.items()}
_ABOUT_TICKETS: Final = frozenset(
    kind for kind in TYPES.values() if {"day", "number"} <= {part.name for part in fields(kind)}
)


@dataclass(slots=True)
class TicketRow:
    """One ticket as central knows it; the fields are the columns of ``ticket``."""

    hall: str
    day: str
    number: str
    epoch: str
    state: str = TicketState.WAITING.value
    service_issued: str = ""
    service: str = ""
    channel: str = ""
    priority: str | None = None
    persons: int = 1
    window: int | None = None
    issued_ms: int | None = None
    since_ms: int = 0
    waited_s: int | None = None
    served_s: int | None = None
    calls: int = 0
    transferred: bool = False
    grade: int | None = None
    grade_version: int = 0
    staff: str | None = None
    events: list[list[int]] = field(default_factory=list)


def about_ticket(event: Event) -> bool:
    """Whether the event belongs into a ticket's story."""
    return type(event) in _ABOUT_TICKETS


def begins_or_moves(event: Event) -> bool:
    """Whether the event is of a ticket's life, so that a ticket nobody heard of before must exist."""
    return type(event) in AFTER


def apply(row: TicketRow, event: Any, ts: int) -> None:
    """Bring the row up to ``event``."""
    kind = type(event)
    target = AFTER.get(kind)
    if target is not None:
        row.state = target
        row.since_ms = ts
    change = _CHANGES.get(kind)
    if change is not None:
        change(row, event, ts)
    if target is not None and kind is not words.TicketTransferred:
        row.service = getattr(event, "service", row.service)
        row.service_issued = row.service_issued or row.service  # a ticket whose beginning is missing began here


def point_to(row: TicketRow, stream: int, seq: int) -> None:
    """Add one event to the story, once and within bounds."""
    if len(row.events) < MAX_STORY:
        row.events.append([stream, seq])


def _issued(row: TicketRow, event: words.TicketIssued, ts: int) -> None:
    row.service_issued = row.service = event.service
    row.channel = event.channel.value
    row.priority = event.priority.value if event.priority else None
    row.persons = event.persons
    row.issued_ms = ts


def _called(row: TicketRow, event: words.TicketCalled, ts: int) -> None:
    row.window, row.calls = event.window, 1
    row.waited_s = event.waited_s if row.waited_s is None else row.waited_s


def _called_again(row: TicketRow, event: words.TicketRecalled, ts: int) -> None:
    row.window, row.calls = event.window, max(row.calls, event.call)


def _at_window(row: TicketRow, event: Any, ts: int) -> None:
    row.window = event.window


def _finished(row: TicketRow, event: words.TicketFinished, ts: int) -> None:
    row.window, row.served_s = event.window, event.served_s
    row.staff = event.staff[:_LONGEST_STAFF] if event.staff.isprintable() else None


def _waits_again(row: TicketRow, event: Any, ts: int) -> None:
    row.window, row.calls = None, 0
    if isinstance(event, words.TicketReturned) and event.first:
        row.waited_s = None


def _as_it_was(row: TicketRow, event: Any, ts: int) -> None:
    """Before a step at its window that was a mistake."""
    row.window, row.served_s = event.window, None


def _prioritised(row: TicketRow, event: words.TicketPrioritised, ts: int) -> None:
    row.priority = event.priority.value if event.priority else None


def _transferred(row: TicketRow, event: words.TicketTransferred, ts: int) -> None:
    row.window, row.transferred, row.calls = event.to_window, True, 0
    row.since_ms = ts - 1000 * (row.waited_s or 0)  # the clock of waiting goes on
    row.service_issued = row.service_issued or event.from_service
    row.service = event.to_service


def _rated(row: TicketRow, event: RatingGiven, ts: int) -> None:
    if event.version >= row.grade_version:
        row.grade, row.grade_version = event.grade, event.version


# What an event changes besides the state.
_CHANGES: Final[Mapping[type, Callable[[TicketRow, Any, int], None]]] = {
    words.TicketIssued: _issued,
    words.TicketCalled: _called,
    words.TicketRecalled: _called_again,
    words.TicketServedStarted: _at_window,
    words.TicketNoShow: _at_window,
    words.TicketHeld: _at_window,
    words.TicketResumed: _at_window,
    words.TicketFinished: _finished,
    words.TicketRestored: _waits_again,
    words.TicketReturned: _waits_again,
    words.TicketReopened: _as_it_was,
    words.TicketKeptCalled: _as_it_was,
    words.TicketPrioritised: _prioritised,
    words.TicketTransferred: _transferred,
    RatingGiven: _rated,
}
