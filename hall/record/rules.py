"""Only the window that finished a service may say what was done, on the same day."""

from __future__ import annotations

from hall.ledger import Ledger, put
from hall.queue.state import QueueState, TicketState
from hall.queue.words import DayOpened
from hall.record import words
from hall.record.state import RecordState
from hall.refusal import Code, Refusal


def decide(state: RecordState, queue: QueueState, command: words.Command) -> list[words.Event]:
    """The event that answers ``command``; raises `Refusal`."""
    ticket = queue.tickets.get(command.number)
    if ticket is None:
        raise Refusal(Code.UNKNOWN_TICKET, "number", number=command.number)
    if ticket.state is not TicketState.DONE or ticket.window != command.window:
        raise Refusal(Code.NOT_FINISHED_HERE, "number", number=command.number, window=command.window)
    return [
        words.ServiceRecorded(
            day=queue.day or "",
            number=ticket.number,
            service=ticket.service,
            window=command.window,
            staff=command.staff,
            version=state.versions.get(ticket.number, 0) + 1,
            field=command.field,
            answered_by=command.answered_by,
            groups=tuple(dict.fromkeys(command.groups)),
            papers=tuple(dict.fromkeys(command.papers)),
        )
    ]


def apply(state: RecordState, event: object) -> RecordState:
    """The next state; events of other rooms change nothing here."""
    match event:
        case words.ServiceRecorded(number=number, version=version):
            return RecordState(put(state.versions, number, version))
        case DayOpened():
            return RecordState(Ledger())
        case _:
            return state
