"""What becomes of those who are there when a place is closed: said before, then done in the same transaction.

Nobody is sent away from a window: whoever is called, served or set aside with their papers is finished with first. Who
waits loses the number, by the command that gives a ticket up at a window, and the windows close; the phones say so.
"""

from __future__ import annotations

from typing import Any, Final

from central.failures import RefusedByRule
from central.places.journal import Place
from central.places.keeper import Acting
from hall.queue.state import TicketState, WindowState
from hall.queue.words import Cancel, CloseWindow

_AT_WORK: Final = (TicketState.CALLED, TicketState.SERVING, TicketState.HELD)


def who_is_there(at: Place) -> dict[str, Any]:
    """How many wait, how many are at a window or set aside, and which windows are open."""
    queue = at.state.queue
    return {
        "waiting": queue.tally.get(TicketState.WAITING, 0),
        "at_work": sum(queue.tally.get(state, 0) for state in _AT_WORK),
        "windows_open": sorted(number for number, one in queue.windows.items() if one.state is not WindowState.CLOSED),
    }


def settle(at: Place, acting: Acting, staff: str, give_up_waiting: bool) -> int:
    """Leave nobody there; how many tickets were given up. Raises `RefusedByRule`."""
    there = who_is_there(at)
    if there["at_work"]:
        raise RefusedByRule("PLACE_SERVING", "closed")
    if (there["waiting"] or there["windows_open"]) and not give_up_waiting:
        raise RefusedByRule("PLACE_IN_USE", "closed")
    waiting = [one.number for one in at.state.queue.tickets.values() if one.state is TicketState.WAITING]
    for number in waiting:
        acting(Cancel(number=number, by=staff))
    for window in there["windows_open"]:
        acting(CloseWindow(window, staff))
    return len(waiting)
