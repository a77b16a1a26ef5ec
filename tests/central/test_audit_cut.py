"""The audit is cut at its old end, whole and at an anchor; in no other way does a line change or go."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from central import schema
from central.accounts.permissions import Role
from central.audit import cutting, store
from central.audit.tables import audit_anchor
from central.clock import now_ms
from central.database import Database
from central.keeping import retention
from central.keeping.tables import purge_log
from hall_config.program import run
from hall_config.retention import rules_on
from tests.central.conftest import Web

DAY_MS = 86_400_000
DAYS = rules_on(datetime.now(UTC).date())["audit"].days
UNFIT, GROWS = "no anchor of the audit", "the audit only grows"


def note(database: Database, *ages_days: float) -> None:
    """A line for each age, counted from now."""
    with database.write() as connection:
        for age in ages_days:
            at_ms = now_ms() - int(age * DAY_MS)
            store.note(connection, at_ms=at_ms, actor="wang.li", path="city/", act="unit.add", object=f"{age} days")


def purge(database: Database, *, dry_run: bool = False) -> int:
    return {one.topic: one.rows for one in retention.purge(database, now_ms(), dry_run=dry_run)}["audit"]


def ids(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.execute(select(schema.audit.c.id).order_by(schema.audit.c.id)).scalars())


def standing(database: Database) -> tuple[int, int | None]:
    with database.read() as connection:
        found = cutting.stands(connection)
    return found.lines, found.broken_at


OLD = DAYS + 62  # so old that its month is over, whatever day this is


def test_old_lines_go_and_the_chain_of_the_rest_holds(database: Database) -> None:
    note(database, OLD + 2, OLD + 1, OLD, 400, 1)
    assert purge(database, dry_run=True) == 3
    assert ids(database) == [1, 2, 3, 4, 5]
    assert purge(database) == 3
    assert ids(database) == [4, 5, 6]
    assert standing(database) == (3, None)
    with database.read() as connection:
        line = connection.execute(select(schema.audit).where(schema.audit.c.id == 6)).mappings().one()
        (anchor,) = cutting.anchors(connection)
        noted = connection.execute(select(purge_log).where(purge_log.c.topic == "audit")).mappings().one()
    told = json.loads(line["detail"])
    assert (line["act"], line["actor"]) == ("audit.cut", "(central)")
    assert (told["first"], told["upto"], told["lines"], told["days"]) == (1, 3, 3, DAYS)
    assert told["hash"] == anchor["hash"]
    assert (noted["rows"], anchor["line"]) == (3, 6)
    assert purge(database) == 0  # nothing more is old
    note(database, 0)
    assert standing(database) == (4, None)


def test_a_later_cut_stands_on_the_one_before(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "_AT_ONCE", 2)
    note(database, OLD + 4, OLD + 3, OLD + 2, OLD + 1, OLD, 1)
    assert purge(database) == 5
    with database.read() as connection:
        assert [(one["first"], one["upto"]) for one in cutting.anchors(connection)] == [(1, 2), (3, 4), (5, 5)]
    assert standing(database) == (4, None)


def test_a_line_of_a_wrong_time_lets_no_younger_one_go(database: Database) -> None:
    note(database, OLD, 10, 9_000, 1)
    assert purge(database) == 1
    assert ids(database)[0] == 2
    note(database, 20_000)
    assert purge(database) == 0


def test_where_everything_is_old_nothing_goes(database: Database) -> None:
    """Nobody has written for years, or the clock is wrong: the newest line is never cut."""
    note(database, OLD + 1, OLD)
    with database.read() as connection:
        assert cutting.old_lines(connection, now_ms() - DAYS * DAY_MS) == []


def test_after_a_cut_as_before_no_line_is_changed_or_taken_out(database: Database) -> None:
    note(database, OLD, 2, 1)
    purge(database)
    table = schema.audit
    with database.read() as connection:
        anchor = dict(cutting.anchors(connection)[0])
    wrong: list[Any] = [
        update(table).values(object="elsewhere"), update(table).where(table.c.id == 2).values(actor="nobody"),
        delete(table), delete(table).where(table.c.id == 2), delete(table).where(table.c.act == cutting.ACT),
        update(audit_anchor).values(upto=3), delete(audit_anchor),
        text("INSERT INTO audit_anchor SELECT * FROM audit_anchor"),
    ]  # fmt: skip
    if database.url.get_backend_name() == "sqlite":
        wrong += [
            text("INSERT OR REPLACE INTO audit SELECT id, at_ms, 'nobody', path, act, object, result, source, detail,"
                 " before, hash FROM audit WHERE id = 2"),
            text("INSERT OR REPLACE INTO audit_anchor SELECT 3, hash, first, 3, from_ms, until_ms, days, cut_ms, line"
                 " FROM audit_anchor"),
            text("INSERT OR REPLACE INTO audit_anchor SELECT * FROM audit_anchor"),
        ]  # fmt: skip
    else:
        wrong += [
            text("TRUNCATE audit"), text("TRUNCATE audit_anchor"),
            text("INSERT INTO audit SELECT * FROM audit WHERE id = 2 ON CONFLICT (id) DO UPDATE SET actor = 'nobody'"),
        ]  # fmt: skip
    for statement in wrong:
        with pytest.raises(DatabaseError, match=f"{GROWS}|{UNFIT}|duplicate key"), database.write() as connection:
            connection.execute(statement)
    assert ids(database) == [2, 3, 4]
    assert standing(database) == (3, None)
    with database.read() as connection:
        assert [dict(one) for one in cutting.anchors(connection)] == [anchor]


LIES: list[dict[str, Any]] = [
    {"upto": 3}, {"upto": 2}, {"upto": 7}, {"hash": "0" * 64}, {"first": 2}, {"lines": 2}, {"days": 183},
    {"days": 30_000}, {"line": 3}, {"line": 99}, {"until_ms": 0}, {"from_ms": 0}, {"cut_ms": 2**50},
]  # fmt: skip


def test_an_anchor_that_does_not_fit_takes_nothing_out(database: Database) -> None:
    """Line 1 is old; an anchor of it is let in, and not with one thing changed."""
    note(database, OLD, 400, 10)
    with database.read() as connection:
        before = [dict(row) for row in connection.execute(select(schema.audit)).mappings()]
    for lie in LIES:
        with pytest.raises(DatabaseError, match=UNFIT), database.write() as connection:
            cutting_with(connection, lie)
    with database.read() as connection:
        assert [dict(row) for row in connection.execute(select(schema.audit)).mappings()] == before
        assert cutting.anchors(connection) == []
    with database.write() as connection:
        cutting_with(connection, {})
    assert ids(database) == [2, 3, 4]


def cutting_with(connection: Any, lie: dict[str, Any]) -> None:
    """What `cutting.cut` writes for line 1, but for the lie."""
    now = now_ms()
    old = connection.execute(select(schema.audit).where(schema.audit.c.id == 1)).mappings().one()
    line = store.note(connection, at_ms=now, actor="x", path="city/", act=cutting.ACT, object="audit")
    row = {"upto": 1, "hash": old["hash"], "first": 1, "lines": 1, "from_ms": old["at_ms"], "until_ms": old["at_ms"]}
    connection.execute(insert(audit_anchor).values({**row, "days": DAYS, "cut_ms": now, "line": line, **lie}))


def test_a_line_that_only_names_itself_a_cut_lets_nothing_go(database: Database) -> None:
    note(database, OLD, 400)
    with database.write() as connection:
        store.note(connection, at_ms=now_ms(), actor="x", path="city/", act=cutting.ACT, object="audit",
                   detail={"upto": 1, "lines": 1})  # fmt: skip
    with pytest.raises(DatabaseError, match=GROWS), database.write() as connection:
        connection.execute(delete(schema.audit).where(schema.audit.c.id == 1))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_table_of_the_same_name_does_not_stand_in_for_the_anchors(database: Database) -> None:
    note(database, OLD, 2)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE audit_anchor (upto bigint) ON COMMIT DROP")
        connection.exec_driver_sql("INSERT INTO pg_temp.audit_anchor VALUES (1000)")
        with pytest.raises(DatabaseError, match=GROWS), connection.begin_nested():
            connection.execute(delete(schema.audit))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("meddling", "broken_at"),
    [
        ("DELETE FROM audit_anchor", 1),
        ("UPDATE audit_anchor SET upto = 3, lines = 3", 4),
        ("UPDATE audit_anchor SET lines = 1, first = 2", 1),
        ("UPDATE audit_anchor SET days = 9", 3),
        ("UPDATE audit SET act = 'unit.add' WHERE act = 'audit.cut'", 3),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("UPDATE audit SET object = 'x' WHERE id = 3", 3),
    ],
)
def test_who_drops_the_triggers_is_found_by_the_chain(database: Database, meddling: str, broken_at: int) -> None:
    note(database, OLD + 1, OLD, 2, 1)
    purge(database)
    with database.write() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(meddling)
    assert standing(database)[1] == broken_at


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_verify_tells_what_was_cut_also_after_a_backup(
    database: Database, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note(database, OLD + 1, OLD, 2, 1)
    purge(database)
    key, data, copy = tmp_path / "backup.key", tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    assert run(["keys", "new", str(key)]) == 0
    at = ["--key", str(key), "--data"]
    assert run(["backup", "--out", str(tmp_path / "b"), *at, str(data), "--database", database_url]) == 0
    assert run(["restore", str(tmp_path / "b"), *at, str(copy)]) == 0
    again = Database(f"sqlite:///{copy / 'central.db'}")
    with pytest.raises((DatabaseError, IntegrityError), match=GROWS), again.write() as connection:
        connection.execute(delete(schema.audit))
    with again.read() as connection:
        assert connection.execute(select(func.count()).select_from(audit_anchor)).scalar_one() == 1
    again.close()
    capsys.readouterr()
    assert run(["audit", "verify", "--database", f"sqlite:///{copy / 'central.db'}", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (cut,) = told["cuts"]
    assert (told["lines"], told["broken_at"]) == (5, None)  # two young ones, the cut, the backup, the restore
    assert (cut["first"], cut["upto"], cut["days"]) == (1, 2, DAYS)
    assert run(["audit", "verify", "--database", database_url, "--newest", cut["hash"]]) == 0
    shown = capsys.readouterr().out
    assert "第 1 至 2 行（2 行" in shown
    assert "Lines 1 to 2 (2, of" in shown


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_is_told_where_the_chain_begins(web: Web) -> None:
    note(web.database, OLD + 1, OLD, 2)
    reader = web.as_role(Role.AUDIT_ADMIN)
    told = reader.get("/api/v1/audit/chain").json()
    assert (told["cut_upto"], told["upto"], told["broken_at"], told["more"]) == (0, 4, None, False)
    purge(web.database)
    told = reader.get("/api/v1/audit/chain").json()
    assert (told["cut_upto"], told["upto"], told["broken_at"], told["more"]) == (2, 5, None, False)
    part = reader.get("/api/v1/audit/chain", params={"after": 1, "before": "f" * 64}).json()
    assert part == told  # from a line that is gone by now
    items = reader.get("/api/v1/audit", params={"act": "audit.cut"}).json()["items"]
    assert [(one["object"], one["detail"]["upto"]) for one in items] == [("audit", 2)]
