"""Statements over small places and the states kept of them."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, RowMapping, exists, insert, or_, select, update

from central import schema
from central.database import replace_row
from central.failures import NotFound
from central.places.tables import place, place_state, place_tablet
from central.units.store import below

_NAMES: Final = ("name_zh", "name_en")


def is_place(connection: Connection, hall: str) -> bool:
    """Whether central keeps this hall's journal itself, so that nobody else may write it."""
    return connection.execute(select(place.c.id).where(place.c.id == hall)).first() is not None


def add_place(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(place).values(**facts))


def change_place(connection: Connection, place_id: str, **facts: Any) -> None:
    connection.execute(update(place).where(place.c.id == place_id).values(**facts))


def read_place(connection: Connection, place_id: str) -> RowMapping | None:
    """The place with the names of its hall."""
    statement = select(place, schema.hall.c.name_zh, schema.hall.c.name_en, schema.hall.c.unit).join(
        schema.hall, schema.hall.c.id == place.c.id
    )
    return connection.execute(statement.where(place.c.id == place_id)).mappings().one_or_none()


def require_place(connection: Connection, place_id: str, path: str) -> None:
    """Raises `NotFound` for a place that is not there, or stands elsewhere than at or below a unit's path."""
    statement = select(place.c.id).join(schema.hall, schema.hall.c.id == place.c.id)
    if connection.execute(statement.where(place.c.id == place_id, below(path))).first() is None:
        raise NotFound("NO_SUCH_PLACE")


def places(connection: Connection, path: str, after: str, limit: int, find: str = "") -> list[RowMapping]:
    """Places at or below a unit's path, by id, with names, unit and the text of the live view; ``find`` is a part of
    the id or of a name."""
    statement = (
        select(place, schema.hall.c.name_zh, schema.hall.c.name_en, schema.hall.c.unit, schema.live.c.view)
        .join(schema.hall, schema.hall.c.id == place.c.id)
        .outerjoin(schema.live, schema.live.c.hall == place.c.id)
        .where(place.c.id > after, below(path))
        .order_by(place.c.id)
        .limit(limit)
    )
    if find:
        named = (place.c.id, schema.hall.c.name_zh, schema.hall.c.name_en)
        statement = statement.where(or_(*(column.icontains(find, autoescape=True) for column in named)))
    return list(connection.execute(statement).mappings())


def call_as_units(connection: Connection) -> bool:
    """Let each place be called as the unit that it stands for; whether any was called otherwise."""
    hall, unit = schema.hall, schema.unit
    other = or_(unit.c.name_zh != hall.c.name_zh, unit.c.name_en != hall.c.name_en)
    theirs = {name: select(unit.c[name]).where(unit.c.id == hall.c.id).scalar_subquery() for name in _NAMES}
    statement = update(hall).where(hall.c.kept_here, exists().where(unit.c.id == hall.c.id, other)).values(theirs)
    return connection.execute(statement).rowcount > 0


def awake(connection: Connection) -> list[str]:
    """Where somebody waits or works, whoever was asked longest ago first."""
    statement = select(place.c.id).where(place.c.awake, place.c.closed_ms.is_(None))
    return list(connection.execute(statement.order_by(place.c.steady_ms, place.c.id)).scalars())


def day_to_close(connection: Connection, today: str, limit: int) -> list[str]:
    """Places on whose last day something happened, and that day is over."""
    statement = select(place.c.id).where(place.c.day < today, place.c.day != "")
    return list(connection.execute(statement.order_by(place.c.day, place.c.id).limit(limit)).scalars())


def hall_taken(connection: Connection, hall: str) -> bool:
    """Whether a hall, or an order to enrol one, has this id already."""
    known = select(schema.hall.c.id).where(schema.hall.c.id == hall)
    code = select(schema.enrolment_code.c.hall).where(schema.enrolment_code.c.hall == hall)
    return any(connection.execute(one).first() is not None for one in (known, code))


def stands_for(connection: Connection, hall: str, unit: str) -> None:
    """Put a fresh hall where it belongs, and say that its journal is kept here."""
    table = schema.hall
    connection.execute(update(table).where(table.c.id == hall).values(unit=unit, kept_here=True))


def stream_of(connection: Connection, hall: str, epoch: str) -> int | None:
    """The number of the place's journal; None before its first event."""
    table = schema.stream
    return connection.execute(select(table.c.id).where(table.c.hall == hall, table.c.epoch == epoch)).scalar()


def keep_state(connection: Connection, place_id: str, seq: int, text: str) -> None:
    connection.execute(replace_row(connection, place_state), {"place": place_id, "seq": seq, "state": text})


def kept_state(connection: Connection, place_id: str) -> RowMapping | None:
    return connection.execute(select(place_state).where(place_state.c.place == place_id)).mappings().one_or_none()


def add_tablet(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(place_tablet).values(**facts))


def tablets(connection: Connection, place_id: str) -> list[RowMapping]:
    """All tablets that the place ever had, those in use first, the newest first."""
    table = place_tablet
    wanted = select(table).where(table.c.place == place_id)
    order = (table.c.withdrawn_ms.is_not(None), table.c.made_ms.desc(), table.c.id.desc())
    return list(connection.execute(wanted.order_by(*order)).mappings())


def tablet(connection: Connection, place_id: str, mark: str) -> RowMapping | None:
    """The tablet with this key, unless it was withdrawn."""
    table = place_tablet
    wanted = select(table).where(table.c.place == place_id, table.c.mark == mark, table.c.withdrawn_ms.is_(None))
    return connection.execute(wanted).mappings().one_or_none()


def change_tablet(connection: Connection, place_id: str, tablet_id: str, **facts: Any) -> bool:
    """Of a tablet in use; False where there is none."""
    table = place_tablet
    mine = (table.c.place == place_id, table.c.id == tablet_id, table.c.withdrawn_ms.is_(None))
    return connection.execute(update(table).where(*mine).values(**facts)).rowcount > 0
