"""Ratings and steps of their cases as the monthly report counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from central import schema
from central.ratings.rules import WORST_GOOD
from central.ratings.store import counts
from central.ratings.tables import rating, rating_case, rating_review, rating_step
from central.ratings.words import Decision, Move, Result

_of: Final = rating.c
_it: Final = rating_case.c
_step: Final = rating_step.c
_same: Final = and_(_it.hall == _of.hall, _it.day == _of.day, _it.number == _of.number)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of services; the time in which something was done; and what was known."""

    days: tuple[str, str]
    from_ms: int
    to_ms: int  # no longer in it
    known_ms: int


def grades(
    connection: Connection, units: Select[str], days: tuple[str, str], known_ms: int
) -> Iterator[tuple[str, int, int]]:
    """Hall, grade, how many."""
    those = and_(_of.day.between(*days), _in(_of.hall, units), counts(), ~_left_out(known_ms))
    statement = select(_of.hall, _of.grade, func.count()).where(those).group_by(_of.hall, _of.grade)
    for row in connection.execute(statement):
        yield row[0], row[1], int(row[2])


def done(connection: Connection, units: Select[str], window: Window) -> Iterator[tuple[str, str, int]]:
    """Hall, cell, how many: found invalid, contacted in time, closed with something put right, open at the start."""
    whole = rating_case.join(rating, _same)
    counted = and_(_in(_it.hall, units), _counts_on(window))
    steps = whole.join(rating_step, _step.case == _it.id)
    when = and_(_step.at_ms >= window.from_ms, _step.at_ms < window.to_ms)
    late = _step.facts.contains('"late"')
    ways: dict[str, ColumnElement[bool]] = {
        "P11": _step.move == Move.CONFIRM_INVALID.value,
        "P12": and_(_step.move == Move.CONTACT.value, ~late),
        "P13": and_(_step.move == Move.CLOSE.value, _it.result == Result.RECTIFIED.value),
    }
    for code, made in ways.items():
        yield from _by_hall(
            connection, code, select(_it.hall, func.count()).select_from(steps).where(counted, when, made)
        )
    open_then = and_(
        _it.day < window.days[0], _it.opened_ms < window.to_ms,
        or_(_it.closed_ms.is_(None), _it.closed_ms >= window.from_ms),
    )  # fmt: skip
    yield from _by_hall(connection, "P10O", select(_it.hall, func.count()).select_from(whole).where(counted, open_then))


def _by_hall(connection: Connection, code: str, statement: Select[Any]) -> Iterator[tuple[str, str, int]]:
    for row in connection.execute(statement.group_by(_it.hall)):
        yield row[0], code, int(row[1])


def _counts_on(window: Window) -> ColumnElement[bool]:
    """Of earlier days every case; of these days those whose rating is a bad one still."""
    still = and_(_of.day.between(*window.days), _of.grade < WORST_GOOD, counts())
    return and_(or_(_of.day < window.days[0], still), ~_left_out(window.known_ms))


def _left_out(known_ms: int) -> ColumnElement[bool]:
    """Whether the newest decision of that time left it out."""
    review, newer = rating_review.c, rating_review.alias("newer")
    same = and_(review.hall == _of.hall, review.day == _of.day, review.number == _of.number)
    again = and_(
        newer.c.hall == review.hall, newer.c.day == review.day, newer.c.number == review.number,
        newer.c.n > review.n, newer.c.at_ms < known_ms,
    )  # fmt: skip
    there = exists().where(newer.c.n > 0, again)
    return exists().where(same, review.at_ms < known_ms, review.decision == Decision.EXCLUDE.value, ~there)


def _in(column: ColumnElement[str], units: Select[str]) -> ColumnElement[bool]:
    return column.in_(select(schema.hall.c.id).where(schema.hall.c.unit.in_(units)))


def marks() -> dict[str, Select[Any]]:
    """What grows whenever one of these cells may have changed by hand: unit, amounts."""
    hall = schema.hall
    cases = select(hall.c.unit, func.count(), func.sum(_it.version)).join(rating_case, _it.hall == hall.c.id)
    looks = select(hall.c.unit, func.count()).join(rating_review, rating_review.c.hall == hall.c.id)
    return {"ratings": cases.group_by(hall.c.unit), "rating looks": looks.group_by(hall.c.unit)}
