"""The store's steps: they make what the code expects, on both engines, also out of a store that knew no steps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, create_engine, inspect, select

from central import schema
from central.database import Database
from central.every_table import EVERY_TABLE
from central.ingest.intake import Intake
from central.migrations.versions import v0001_first_tables as first
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
