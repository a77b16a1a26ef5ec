"""What a ticket's row says after each of its events. The states are those of the hall's own table.

Central does not judge: the hall decided, so an event counts even where the table would not expect it (a hall's disk
was lost, an older journal came late). Where events of a ticket's beginning are missing the row says so by None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from hall.queue import words
from hall.queue.state import TicketState
from hall.queue.ticket import LIFE
from hall.rating.words import RatingGiven
from hall.wire import TYPES, Event

MAX_STORY: Final = 500  # events a ticket's row points to; a sound ticket has about ten

# Where each event leads, read off the hall's table: an event has one target whatever state it comes from.
AFTER: Final[Mapping[type, TicketState]] = {kind: target for moves in LIFE.values() for kind, target in moves.items()}
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
    events: list[list[int]] = field(default_factory=list)


def about_ticket(event: Event) -> bool:
    """Whether the event belongs into a ticket's story."""
    return type(event) in _ABOUT_TICKETS


def begins_or_moves(event: Event) -> bool:
    """Whether the event is of a ticket's life, so that a ticket nobody heard of before must exist."""
    return type(event) in AFTER


def apply(row: TicketRow, event: Any, ts: int) -> None:
    """Bring the row up to ``event``."""
    target = AFTER.get(type(event))
    if target is not None:
        row.state = target.value
        row.since_ms = ts
    match event:
        case words.TicketIssued():
            _issued(row, event, ts)
        case words.TicketCalled():
            row.window, row.calls = event.window, 1
            row.waited_s = event.waited_s if row.waited_s is None else row.waited_s
        case words.TicketRecalled():
            row.window, row.calls = event.window, max(row.calls, event.call)
        case words.TicketServedStarted() | words.TicketNoShow() | words.TicketHeld() | words.TicketResumed():
            row.window = event.window
        case words.TicketFinished():
            row.window, row.served_s = event.window, event.served_s
        case words.TicketRestored() | words.TicketReturned() | words.TicketReopened() | words.TicketKeptCalled():
            _back(row, event)
        case words.TicketPrioritised():
            row.priority = event.priority.value if event.priority else None
        case words.TicketTransferred():
            row.window, row.transferred, row.calls = event.to_window, True, 0
            row.since_ms = ts - 1000 * (row.waited_s or 0)  # the clock of waiting goes on
        case RatingGiven() if event.version >= row.grade_version:
            row.grade, row.grade_version = event.grade, event.version
    if target is not None:
        _in_class(row, event)


def point_to(row: TicketRow, stream: int, seq: int) -> None:
    """Add one event to the story, once and within bounds."""
    if len(row.events) < MAX_STORY:
        row.events.append([stream, seq])


def _back(row: TicketRow, event: Any) -> None:
    """Waiting again, or as it was before a step at its window that was a mistake."""
    if isinstance(event, words.TicketReopened | words.TicketKeptCalled):
        row.window, row.served_s = event.window, None
        return
    row.window, row.calls = None, 0
    if isinstance(event, words.TicketReturned) and event.first:
        row.waited_s = None


def _issued(row: TicketRow, event: words.TicketIssued, ts: int) -> None:
    row.service_issued = row.service = event.service
    row.channel = event.channel.value
    row.priority = event.priority.value if event.priority else None
    row.persons = event.persons
    row.issued_ms = ts


def _in_class(row: TicketRow, event: Any) -> None:
    """Follow the class the event names; it is also where a ticket began whose beginning is missing."""
    if isinstance(event, words.TicketTransferred):
        row.service_issued = row.service_issued or event.from_service
        row.service = event.to_service
    else:
        row.service = getattr(event, "service", row.service)
        row.service_issued = row.service_issued or row.service
