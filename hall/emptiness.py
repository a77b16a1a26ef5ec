"""Whether a hall is empty, so that rules, hours, classes or windows may change under nobody."""

from __future__ import annotations

from typing import Final

from hall.queue.state import TicketState, WindowState
from hall.state import HallState

_OPEN: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)


def is_empty(hall: HallState) -> bool:
    """Nobody waits or is served, nobody works, nothing has happened that people must be led through."""
    queue = hall.queue
    return (
        not any(queue.tally.get(state, 0) for state in _OPEN)
        and all(window.state is WindowState.CLOSED for window in queue.windows.values())
        and not hall.safety.evacuating
    )
