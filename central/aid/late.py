"""Cases that came from halls before anybody had set up their centre: what they could not be given then, they get now.

Such a case is kept, received when the hall took it; it has its hall's receipt, but no number and no F05, and it waits.
"""

from __future__ import annotations

from sqlalchemy import RowMapping

from central.aid import papers, store
from central.aid.people import Work
from central.aid.rules import Actor
from central.aid_limits import store as limits
from central.aid_papers.centres import nearest_centre
from hall.intake.codes import Channel

_AT_ONCE = 200
_ACTOR = "central"


def waiting(work: Work) -> list[tuple[str, str]]:
    """Cases without a number, each with the centre that there is for it now."""
    found = [(row["id"], nearest_centre(work.connection, row["unit"])) for row in _rows(work)]
    return [(case, centre) for case, centre in found if centre is not None]


def catch_up(work: Work, case_id: str, centre: str) -> None:
    """The case's number, its receipt (F05) and its centre, in one transaction; a second time does nothing."""
    case = store.case(work.connection, case_id, to_change=True)
    if case is None or case["number"] is not None:
        return
    if case["unit"] != centre:
        limits.change_unit(work.connection, case_id, centre)
    store.change_case(work.connection, case_id, unit=centre, number=papers.case_number(work, centre))
    if case["channel"] != Channel.ORGAN:
        fresh = store.case(work.connection, case_id)
        assert fresh is not None
        actor = Actor(_ACTOR, frozenset(), centre, store.path_of(work.connection, centre), _ACTOR)
        papers.make(work, fresh, ("F05",), actor, {})


def _rows(work: Work) -> list[RowMapping]:
    return store.without_number(work.connection, _AT_ONCE)
