"""What the report's steps make of a store whose older days are deleted: what would stand there had they been there."""

from __future__ import annotations

import random
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.schema import DropTable

from central.database import Database
from central.keeping.aged import tickets_to_counts
from central.keeping.tables import ticket_count
from central.matters.store import NewStep
from central.matters.words import Kind
from central.migrations.versions import v0025_report_counts as v0025
from central.migrations.versions import v0027_ratings as v0027
from central.migrations.versions import v0030_report_doubts_and_names as v0030
from central.ratings.tables import rating, rating_version
from central.report_counts.tables import DOUBTFUL, day_tally, service_record
from hall.moment import local_ms
from tests.central.steps_at_random import Records
from tests.central.test_report_recount import DAY, Place, a_day, logged

_RECORDED = NewStep(local_ms(DAY, 600), "x", "RECORD", "NEW", "RECORDED", {"channel": "VISIT"}, None)
_STRUCK = NewStep(local_ms(DAY, 700), "x", "STRIKE", "RECORDED", "STRUCK", {}, None)
_OF_TIME = ("A23", DOUBTFUL)  # of deleted tickets nobody knows any more who waited long, and by which clock


def again(connection: Connection) -> None:
    """The steps' own fillings, over a store that has neither their rows nor tickets."""
    for table in (rating, rating_version, day_tally):
        connection.execute(delete(table))
    connection.execute(DropTable(service_record))
    names = ("hall", "day", "number", "version", "field", "answered_by", '"groups"')
    columns = ", ".join(f"{name} {'INTEGER' if name == 'version' else 'VARCHAR(80)'} NOT NULL" for name in names)
    key = "CONSTRAINT service_record_pkey PRIMARY KEY (hall, day, number)"
    connection.execute(text(f"CREATE TABLE service_record ({columns}, {key})"))
    connection.execute(text("CREATE INDEX service_record_by_day ON service_record (day)"))
    with Operations.context(MigrationContext.configure(connection)):
        v0025._fill_records()
        v0025._fill_tallies()
        v0025._fill_deleted()
        v0027._fill()
        v0030._records_by_ticket()


def stands(connection: Connection) -> tuple[dict[tuple[str, str], int], list[Any], list[Any]]:
    """Tallies by hall and cell, which rating counts, and what was noted of tickets that are here."""
    of = day_tally.c
    tallies = connection.execute(select(of.hall, of.code, of.n).where(of.code.not_in(_OF_TIME), of.n != 0))
    counts = select(rating.c.hall, rating.c.number, rating.c.grade, rating.c.done)
    noted = select(*(one for one in service_record.c if one.name != "stream"))
    return (
        {(hall, code): n for hall, code, n in tallies},
        sorted(map(tuple, connection.execute(counts))),
        sorted(map(tuple, connection.execute(noted))),
    )


def kept_apart(connection: Connection, place: Place, chance: random.Random, numbers: list[str]) -> None:
    """Records of advice of some of these tickets: some stand, one was struck."""
    made = Records(connection, place.unit, place.hall, chance)
    for n, number in enumerate(numbers):
        made.matters = n
        made.keep(f"{n:016x}", Kind.ADVICE, (DAY, number), [_RECORDED, _STRUCK] if n == 1 else [_RECORDED])


def test_the_steps_fill_in_what_would_stand_there_had_they_been_taken_before(database: Database) -> None:
    """Over a day whose tickets are here, and over the same day once they are deleted."""
    chance, place = random.Random(9), Place(database)
    place.takes(logged(a_day(chance, 200), "epoch-9").batches(90))
    with database.write() as connection:
        kept_apart(connection, place, chance, ["A001", "A002", "A003", "A004"])
        here = stands(connection)
        again(connection)
        assert stands(connection) == here
        tickets_to_counts(connection, DAY, 0)
        left = stands(connection)
        again(connection)
        assert stands(connection) == left
        of = ticket_count.c
        everybody = select(func.sum(of.persons)).where(of.service == "A", of.state == "DONE")
        persons = connection.execute(everybody).scalar_one()
    tallies, ratings, noted = left
    assert [done for *_, done in ratings] == [True, True, True]
    fields = {code: n for (_, code), n in tallies.items() if "B11" <= code <= "B22"}
    assert persons > tallies[place.hall, "B02"] == sum(fields.values()) > fields["B22"] > 0
    assert len(here[2]) == 4
    assert noted == []
