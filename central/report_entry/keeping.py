"""How long is kept who an adviser was. The visit and its hours stay as long as the form."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from central.report_entry.tables import adviser_visit

_of: Final = adviser_visit.c


class AgedNames:
    """Visits that still say whose they were: the visit stays, and nobody is named in it any more."""

    def count(self, connection: Connection, before: str) -> int:
        return int(connection.execute(select(func.count()).where(*self._old(before))).scalar_one())

    def delete(self, connection: Connection, before: str) -> int:
        statement = update(adviser_visit).where(*self._old(before)).values(lawyer=None, adviser=None)
        return connection.execute(statement).rowcount

    def _old(self, before: str) -> tuple[ColumnElement[bool], ...]:
        return _of.day < before, or_(_of.lawyer.is_not(None), _of.adviser.is_not(None))
