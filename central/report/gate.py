"""Whether a unit's form of a period may still be added to: once it was checked it stays as it is, or is given back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from central.failures import NotFound, RefusedByRule
from central.report import store
from central.report.periods import is_name
from central.report.stages import State

_OPEN: Final = frozenset({State.COLLECTING, State.DRAFT, State.RETURNED})


def require_open(connection: Connection, unit: str, period: str) -> None:
    """Raises `NotFound` for a period that is none, `RefusedByRule` for a form that is checked, sent or locked."""
    if not is_name(period):
        raise NotFound("NO_SUCH_PERIOD")
    form = store.form_of(connection, unit, period)
    if form is not None and State(form["state"]) not in _OPEN:
        raise RefusedByRule("REPORT_LOCKED", "period")
