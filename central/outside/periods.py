"""Whether a unit may still tell something of a day: its form of that period must be open."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from central.failures import RefusedByRule
from central.report import gate
from central.report import store as report
from central.report.periods import period_of


class OpenPeriods:
    """Asks each unit's period once, however many rows are about it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rules = report.rules(connection)
        self._found: dict[tuple[str, str], str | None] = {}

    def refusal(self, unit: str, day: str) -> str | None:
        """The code of the rule that refuses it, None when nothing does."""
        period = period_of(date.fromisoformat(day), self._rules).name
        if (unit, period) not in self._found:
            try:
                gate.require_open(self._connection, unit, period)
                self._found[unit, period] = None
            except RefusedByRule as refused:
                self._found[unit, period] = refused.code
        return self._found[unit, period]
