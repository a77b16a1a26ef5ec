"""Whether a unit's form of a period may still be added to: once it was checked it stays as it is, or is given back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from central.failures import NotFound, RefusedByRule
from central.report import store, store_of_unsent
from central.report.periods import is_name
from central.report.stages import State

_OPEN: Final = frozenset({State.COLLECTING, State.DRAFT, State.RETURNED})


def require_open(connection: Connection, unit: str, period: str, *, figures: bool = True) -> None:
    """Raises `NotFound` for a period that is none, `RefusedByRule` for a form that is checked, sent or locked.

    So is one that a form above did without and was locked, where it is about ``figures``: none that is added to it
    would reach anybody.
    """
    if not is_name(period):
        raise NotFound("NO_SUCH_PERIOD")
    form = store.form_of(connection, unit, period)
    if form is not None and State(form["state"]) not in _OPEN:
        raise RefusedByRule("REPORT_LOCKED", "period")
    if figures and store_of_unsent.locked(connection, unit, period) is not None:
        raise RefusedByRule("REPORT_WENT_WITHOUT", "period")
