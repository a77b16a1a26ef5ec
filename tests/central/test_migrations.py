"""The store's steps: they make what the code expects, on both engines, also out of a store that knew no steps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, create_engine, insert, inspect, select, text
from sqlalchemy.schema import DropTable

from central import schema
from central.database import Database
from central.every_table import EVERY_TABLE
from central.ingest.intake import Intake
from central.migrations.versions import v0001_first_tables as first
from central.migrations.versions import v0030_report_doubts_and_names as v0030
from central.report_counts.tables import service_record
from hall_config.outcome import Stop
from tests.central.event_log import HallLog, Morning
from tests.central.taking_in import take_each, views


def differences(connection: Connection) -> list[object]:
    def of_the_program(thing: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and re.fullmatch(r"alembic_version|event_(other|\d{6})", name or ""))

    context = MigrationContext.configure(connection, opts={"include_object": of_the_program, "compare_type": True})
    return list(compare_metadata(context, EVERY_TABLE))


def keys(table: Table) -> set[str]:
    return {column.name for column in table.primary_key}


def test_the_steps_make_the_tables_of_the_schema(database: Database) -> None:
    with database.read() as connection:
        assert differences(connection) == []
        made = inspect(connection)
        for table in EVERY_TABLE.sorted_tables:
            assert set(made.get_pk_constraint(table.name)["constrained_columns"]) == keys(table), table.name


def test_a_store_from_before_the_steps_keeps_its_rows_and_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'central.db'}"
    old = create_engine(url)
    with old.begin() as connection:
        first.tables.create_all(connection)
        connection.execute(first.version.insert().values(version=1))
    old.dispose()
    log = HallLog("epoch-1")
    Morning(log, 1).run(20)
    database = Database(url)
    take_each(database, Intake(), log.batches())
    before = views(database)
    database.close()
    again = Database(url)
    with again.read() as connection:
        assert differences(connection) == []
        # what an older program asks before it touches anything
        assert connection.execute(select(schema.schema_version.c.version)).scalars().all() == [first.NEWER_THAN_ANY]
    assert views(again) == before
    again.close()


def test_what_was_noted_of_a_number_becomes_noted_of_each_of_its_tickets(database: Database) -> None:
    facts = {"state": "DONE", "service_issued": "A", "service": "A", "channel": "KIOSK", "persons": 1, "since_ms": 1,
             "calls": 1, "transferred": False, "grade_version": 0, "events": "[]"}  # fmt: skip
    key = {"hall": "one", "day": "2026-11-03"}
    with database.write() as connection:
        connection.execute(DropTable(service_record))
        connection.execute(
            text(
                "CREATE TABLE service_record (hall VARCHAR(40) NOT NULL, day VARCHAR(10) NOT NULL, number VARCHAR(12)"
                " NOT NULL, version INTEGER NOT NULL, field VARCHAR(16) NOT NULL, answered_by VARCHAR(12) NOT NULL,"
                ' "groups" VARCHAR(80) NOT NULL, CONSTRAINT service_record_pkey PRIMARY KEY (hall, day, number))'
            )
        )
        connection.execute(text("CREATE INDEX service_record_by_day ON service_record (day)"))
        for number, epoch in (("A001", "a"), ("A001", "b"), ("A002", "a")):
            connection.execute(insert(schema.ticket).values(**key, **facts, number=number, epoch=epoch))
        for number in ("A001", "A002"):
            said = f"('one', '2026-11-03', '{number}', 2, 'LABOUR', 'LAWYER', ' ELDER ')"
            connection.execute(text(f"INSERT INTO service_record VALUES {said}"))
        with Operations.context(MigrationContext.configure(connection)):
            v0030._records_by_ticket()
        of = service_record.c
        wanted = select(of.number, of.epoch, of.stream, of.version, of.groups).order_by(of.number, of.epoch)
        assert [tuple(row) for row in connection.execute(wanted)] == [
            ("A001", "a", 0, 2, " ELDER "), ("A001", "b", 0, 2, " ELDER "), ("A002", "a", 0, 2, " ELDER "),
        ]  # fmt: skip
        assert differences(connection) == []


def test_a_store_with_a_step_of_a_newer_program_is_not_touched(database: Database, database_url: str) -> None:
    with database.write() as connection:
        ours = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(Stop) as stopped:
            Database(database_url)
        assert "9999" in str(stopped.value)
    finally:
        with database.write() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{ours}'")
