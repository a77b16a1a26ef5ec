"""Statements over wrapped data keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from central.keeping.tables import data_key

_TURN: Final = 0x1E6A17  # one at a time makes keys or wraps them anew, also where a command runs beside central


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is bound to a wrapped key, so that it unwraps as nothing else."""

    owner: str
    algorithm: int
    made_ms: int


def take_turn(connection: Connection) -> None:
    """Until the transaction ends; on SQLite every writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))


def masters(connection: Connection) -> set[str]:
    """Marks of the master keys that wrap what is in the store: one, or none."""
    return set(connection.execute(select(data_key.c.master).distinct()).scalars())


def newest_of(connection: Connection, owner: str) -> Row[Any] | None:
    """The key that an owner's values are sealed with now."""
    wanted = select(data_key).where(data_key.c.owner == owner).order_by(data_key.c.id.desc()).limit(1)
    return connection.execute(wanted).one_or_none()


def key(connection: Connection, number: int) -> Row[Any] | None:
    return connection.execute(select(data_key).where(data_key.c.id == number)).one_or_none()


def every_key(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(data_key).order_by(data_key.c.id)).all()


def add(connection: Connection, facts: KeyFacts, wrapped: bytes, mark: str) -> int:
    made: Any = connection.execute(
        insert(data_key).values(**asdict(facts), wrapped=wrapped, master=mark)
    ).inserted_primary_key
    return int(made.id)


def change_wrapping(connection: Connection, number: int, wrapped: bytes, mark: str) -> None:
    connection.execute(update(data_key).where(data_key.c.id == number).values(wrapped=wrapped, master=mark))
