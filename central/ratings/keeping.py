"""How long ratings are kept: their rows by the day of the service, a case with its steps by the day it was closed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select

from central.ratings.tables import rating, rating_case, rating_review, rating_step, rating_version, served_count

_AT_ONCE: Final = 500


class AgedRatings:
    """Ratings, their versions and the counts of services beside them; what has a case stays as long as that."""

    def count(self, connection: Connection, before: str) -> int:
        return int(connection.execute(select(func.count()).select_from(rating).where(self._old(before))).scalar_one())

    def delete(self, connection: Connection, before: str) -> int:
        gone = connection.execute(delete(rating).where(self._old(before))).rowcount
        for table in (rating_version, rating_review):
            left = exists().where(
                rating.c.hall == table.c.hall, rating.c.day == table.c.day, rating.c.number == table.c.number
            )
            connection.execute(delete(table).where(table.c.day < before, ~left))
        connection.execute(delete(served_count).where(served_count.c.day < before))
        return gone

    def _old(self, before: str) -> ColumnElement[bool]:
        case, of = rating_case.c, rating.c
        has_case = exists().where(case.hall == of.hall, case.day == of.day, case.number == of.number)
        return and_(of.day < before, ~has_case)


class AgedCases:
    """Closed cases; one that is open has no age. The case goes before its steps: the database lets none go else."""

    def count(self, connection: Connection, before: int) -> int:
        found = select(func.count()).select_from(rating_case).where(rating_case.c.closed_ms < before)
        return int(connection.execute(found).scalar_one())

    def delete(self, connection: Connection, before: int) -> int:
        old = list(connection.execute(select(rating_case.c.id).where(rating_case.c.closed_ms < before)).scalars())
        for start in range(0, len(old), _AT_ONCE):
            these = old[start : start + _AT_ONCE]
            connection.execute(delete(rating_case).where(rating_case.c.id.in_(these)))
            connection.execute(delete(rating_step).where(rating_step.c.case.in_(these)))
        return len(old)
