"""Whether an organ has been told who defends (法律援助法 36, 程序规定 24): three days to assign **and** to tell.

The limit of a notice ends when the letter to the organ (F13) has reached it, as its delivery is noted (F22), and not
with the assignment. A letter tells of the lawyer whom it names: one that came when that lawyer was at work no more
counts for nothing, one of whom the work was given back counts from then on. Whatever is taken back later (the step, the
letter, the delivery), the limit follows: it is settled anew by what stands.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from central.aid import store as cases
from central.aid.stages import State
from central.aid_limits import clocks
from central.aid_limits import store as limits
from central.aid_limits.rules import Outcome
from central.aid_papers import store
from central.aid_papers.rules import reached

LETTER: Final = "F13"
LIMIT: Final = "LA_NOTICE"
_OPEN: Final = (State.NOTICE_IN, State.ASSIGNED, State.ENGAGED, State.CHANGING, State.CLOSED)


def settle(connection: Connection, case: str, now_ms: int) -> None:
    """End the limit when the organ was told, or let it run on where that does not hold any more."""
    running = limits.running_clock(connection, case, LIMIT)
    ended = limits.last_ended(connection, case, LIMIT)
    if running is None and ended is None:
        return  # nobody gave notice
    row = cases.case(connection, case, to_change=True)
    if row is None:
        return
    told, once_told = _told(connection, case)
    if running is not None:
        if told is not None:
            clocks.end(connection, case, LIMIT, told)
    elif ended is not None and ended["outcome"] != Outcome.CANCELLED:
        undone = ended["ended_ms"] in once_told and ended["ended_ms"] != told
        if told is None and undone and row["state"] in _OPEN:
            clocks.reopen(connection, case, LIMIT, now_ms)
        if told is not None and (undone or told < ended["ended_ms"]):
            clocks.reopen(connection, case, LIMIT, now_ms)
            clocks.end(connection, case, LIMIT, told)


def _told(connection: Connection, case: str) -> tuple[int | None, set[int]]:
    """When the organ was told as things stand; and every moment at which that was once believed."""
    works = cases.assignments(connection, case)
    letters = {row["id"]: row for row in store.documents(connection, case) if row["form"] == LETTER}
    stand, once_stood = set(), set()
    for note in store.deliveries(connection, list(letters)):
        letter = letters[note["document"]]
        at_ms = reached(letter["made_ms"], note["at_ms"], works)
        if at_ms is None:
            continue
        once_stood.add(at_ms)
        if letter["voided_ms"] is None and note["voided_ms"] is None:
            stand.add(at_ms)
    return min(stand, default=None), once_stood
