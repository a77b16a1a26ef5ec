"""Statements over which halls have a controller on the line: known halls, and those whose code nobody has used yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from central import schema
from central.units.store import below


@dataclass(frozen=True, slots=True)
class Controller:
    """A hall's place on the line. ``hall`` is None for one that has a code and never enrolled."""

    id: str
    hall: RowMapping | None
    certificate: RowMapping | None  # the newest
    code: RowMapping | None


def controllers(connection: Connection, own_path: str, after: str, limit: int) -> list[Controller]:
    """Of halls at or below a path, by id."""
    ids = _ids(connection, own_path, after, limit)
    hall, code = schema.hall, schema.enrolment_code
    halls = _by_id(connection.execute(select(hall).where(hall.c.id.in_(ids))).mappings().all(), "id")
    codes = _by_id(connection.execute(select(code).where(code.c.hall.in_(ids))).mappings().all(), "hall")
    newest = _newest_certificates(connection, ids)
    return [Controller(one, halls.get(one), newest.get(one), codes.get(one)) for one in ids]


def _ids(connection: Connection, own_path: str, after: str, limit: int) -> list[str]:
    hall, code, unit = schema.hall, schema.enrolment_code, schema.unit
    known = select(hall.c.id).where(below(own_path), hall.c.id > after, hall.c.kept_here.is_(False))
    everywhere = select(hall.c.id)  # a code for a hall that stands elsewhere is told there
    coded = (
        select(code.c.hall)
        .join(unit, unit.c.id == code.c.unit)
        .where(unit.c.path.startswith(own_path), code.c.hall > after, code.c.hall.not_in(everywhere))
    )
    both = known.union(coded).subquery()
    return list(connection.execute(select(both.c.id).order_by(both.c.id).limit(limit)).scalars())


def _newest_certificates(connection: Connection, ids: list[str]) -> Mapping[str, RowMapping]:
    table = schema.certificate
    found: dict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.hall.in_(ids))).mappings():
        found[row["hall"]].append(row)
    return {hall: max(rows, key=lambda row: (row["issued_ms"], row["serial"])) for hall, rows in found.items()}


def _by_id(rows: Sequence[RowMapping], name: str) -> dict[str, RowMapping]:
    return {row[name]: row for row in rows}
