"""The database itself keeps the audit as it was; who sees a person's full data says why first."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from central import schema
from central.accounts.desk import Person
from central.accounts.permissions import Role
from central.audit import store
from central.audit.chain import follow
from central.audit.disclosure import disclose
from central.clock import now_ms
from central.database import Database
from central.failures import WrongField
from tests.postgres import READY, PostgreSQL

PERSON = Person("wang.li", frozenset({Role.REVIEWER}), "city", "city/", "x")


def note(database: Database, object: str) -> None:
    with database.write() as connection:
        store.note(connection, at_ms=now_ms(), actor="a", path="city/", act="unit.add", object=object)


@pytest.mark.parametrize(
    "statement",
    [
        update(schema.audit).values(object="elsewhere"),
        update(schema.audit).where(schema.audit.c.id == 1).values(actor="nobody"),
        delete(schema.audit),
        delete(schema.audit).where(schema.audit.c.id == 2),
    ],
    ids=["change all", "change one", "empty", "take one out"],
)
def test_a_line_can_neither_be_changed_nor_taken_out(database: Database, statement: Any) -> None:
    note(database, "north")
    note(database, "south")
    with pytest.raises(DatabaseError, match="the audit only grows"), database.write() as connection:
        connection.execute(statement)
    note(database, "east")
    with database.read() as connection:
        standing = follow(store.lines(connection))
    assert (standing.lines, standing.broken_at) == (3, None)


def test_postgresql_lets_nobody_empty_it_either(postgres_in_haste: PostgreSQL) -> None:
    database = Database(postgres_in_haste.emptied(READY))
    note(database, "north")
    with pytest.raises(DatabaseError, match="the audit only grows"), database.write() as connection:
        connection.exec_driver_sql("TRUNCATE audit")
    database.close()


def test_who_sees_full_data_says_why_and_what_was_seen_is_not_kept(database: Database) -> None:
    with database.write() as connection:
        disclose(
            connection, PERSON, "case:17", "  核对申请人身份  ", now_ms(), "10.0.0.7", fields=("phone", "id_number"),
            people=("王小明",),
        )  # fmt: skip
    with database.read() as connection:
        line = connection.execute(select(schema.audit)).mappings().one()
    assert (line["actor"], line["act"], line["object"], line["source"]) == (
        "wang.li", "person.disclose", "case:17", "10.0.0.7",
    )  # fmt: skip
    assert json.loads(line["detail"]) == {"fields": ["id_number", "phone"], "reason": "核对申请人身份"}


@pytest.mark.parametrize("reason", ["", "   ", " 看 ", "abc", "x" * 201, "a\x00bcd", "line\nbreak"])
def test_no_reason_worth_the_name_shows_nothing(database: Database, reason: str) -> None:
    with pytest.raises(WrongField) as refused, database.write() as connection:
        disclose(connection, PERSON, "case:17", reason, now_ms(), "", fields=("phone",), people=())
    assert (refused.value.code, refused.value.field) == ("REASON_MISSING", "reason")
    with database.read() as connection:
        assert connection.execute(select(schema.audit)).all() == []
