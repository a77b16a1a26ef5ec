"""Backups: every table comes back on either engine; a wrong key, a damaged or a foreign archive changes nothing."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from central import schema
from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.audit import store as audit
from central.audit.chain import follow
from central.database import Database
from central.ingest.intake import Intake
from central.keeping import store
from central.keeping.key_file import make_key_file, read_key_file
from central.keeping.sealed_stream import SealedWriter
from central.line.authority import Authority
from hall_config.outcome import Exit
from hall_config.program import run
from tests.central.conftest import SECRET
from tests.central.event_log import HallLog, Morning
from tests.central.taking_in import take_each

SPOILT = "名字 'quoted'; \u2028 \U00020bb7 \x7f <b> \\ \"\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that nobody has touched, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'restored' / 'central.db'}"
    url: str = request.getfixturevalue("postgres_in_haste").new_database()
    return url


@pytest.fixture
def key(tmp_path: Path) -> Path:
    made = tmp_path / "keys" / "backup.key"
    made.parent.mkdir()
    make_key_file(made)
    return made


def filled(database: Database, data: Path) -> None:
    data.mkdir(exist_ok=True)
    Authority(data)
    (data / "more").mkdir()
    (data / "more" / "one.key").write_bytes(b"\x00\xffbytes")
    log = HallLog("epoch-1")
    Morning(log, 1).run(120)
    log.add_raw("made.up/9", {"text": SPOILT})
    take_each(database, Intake(), log.batches())
    AccountDesk(database).add("wang.li", [Role.VIEWER], 1, SECRET)
    with database.write() as connection:
        connection.execute(insert(schema.given_up).values(stream=1, from_seq=2**40, to_seq=2**62))


def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.read() as connection:
        return {
            table.name: sorted(map(repr, (row for page in store.pages_of(connection, table) for row in page)))
            for table in store.tables_of(connection)
        }


def back_up(database: Database, data: Path, key: Path, out: Path) -> int:
    url = database.url.render_as_string(hide_password=False)
    where = ["--out", str(out), "--key", str(key), "--data", str(data), "--database", url]
    return run(["backup", *where, "--json"])


def restore(archive: Path, key: Path, data: Path, url: str) -> int:
    return run(["restore", str(archive), "--key", str(key), "--data", str(data), "--database", url])


def test_everything_comes_back_on_either_engine(
    database: Database, tmp_path: Path, key: Path, target_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data, fresh, archive = tmp_path / "data", tmp_path / "restored", tmp_path / "central.backup"
    filled(database, data)
    assert back_up(database, data, key, archive) == 0
    told = json.loads(capsys.readouterr().out)
    before = content(database)
    assert told["rows"] == {name: len(rows) for name, rows in before.items()}
    assert set(told["files"]) == {"ca.crt", "ca.key", "more/one.key"}
    whole = archive.read_bytes()
    assert archive.stat().st_mode & 0o077 == 0
    assert not any(word in whole for word in (b"wang.li", b"PRIVATE", b"epoch-1", b"ticket"))
    assert run(["restore", str(archive), "--key", str(key), "--check"]) == 0
    assert restore(archive, key, fresh, target_url) == 0
    again = Database(target_url)
    after = content(again)
    assert [line for line in after.pop("audit") if "store.restore" in line] != []
    assert [line for line in before.pop("audit") if "store.backup" in line] != []
    assert after == before
    assert AccountDesk(again).sign_in("wang.li", SECRET, 2)
    with again.write() as connection:  # numbers go on behind those that came
        made = connection.execute(insert(schema.stream).values(_STREAM)).inserted_primary_key
        assert made is not None
        assert made[0] == 2
        assert connection.execute(select(schema.event.c.data).where(schema.event.c.type == "made.up/9")).scalar()
    again.close()
    assert (fresh / "more" / "one.key").read_bytes() == b"\x00\xffbytes"
    assert Authority(fresh).fingerprint == Authority(data).fingerprint
    assert (fresh / "ca.key").stat().st_mode & 0o077 == 0


_STREAM = {"hall": "another", "epoch": "e", "applied": 0, "conflicted": False, "first_ms": 1}


def test_a_backup_is_of_one_moment_while_central_writes(database: Database, tmp_path: Path, key: Path) -> None:
    """Events and the count beside them are stored together; a backup never holds one without the other."""
    stop = threading.Event()
    first = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with database.write() as connection:
                connection.execute(insert(schema.given_up).values(stream=number, from_seq=1, to_seq=1))
                connection.execute(insert(schema.poison).values(stream=number, seq=1, type="t", received_ms=1))
            first.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert first.wait(30)
        assert back_up(database, tmp_path / "data", key, tmp_path / "one") == 0
    finally:
        stop.set()
        writer.join()
    assert restore(tmp_path / "one", key, tmp_path / "r", f"sqlite:///{tmp_path / 'r.db'}") == 0
    restored = Database(f"sqlite:///{tmp_path / 'r.db'}")
    with restored.read() as connection:
        pairs = [
            set(connection.execute(select(table.c.stream)).scalars()) for table in (schema.given_up, schema.poison)
        ]
    restored.close()
    assert pairs[0] == pairs[1] != set()


@pytest.fixture
def archive(tmp_path: Path, key: Path) -> Path:
    database = Database(f"sqlite:///{tmp_path / 'data' / 'central.db'}")
    filled(database, tmp_path / "data")
    assert back_up(database, tmp_path / "data", key, tmp_path / "whole") == 0
    database.close()
    return tmp_path / "whole"


def refused(archive: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Restoring fails with words, and store and folder are as empty as they were."""
    capsys.readouterr()
    url = f"sqlite:///{tmp_path / 'r' / 'central.db'}"
    (tmp_path / "r").mkdir(exist_ok=True)
    assert restore(archive, key, tmp_path / "r", url) in (Exit.FAILED, Exit.WRONG_USE, Exit.MISSING)
    words = capsys.readouterr().err
    assert "Traceback" not in words
    assert {file.name.partition("-")[0] for file in (tmp_path / "r").iterdir()} <= {"central.db"}
    opened = Database(url, lambda connection: None)
    with opened.read() as connection:
        assert store.is_empty(connection)
    opened.close()
    return words


def test_a_damaged_archive_is_refused_whole(
    archive: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = archive.read_bytes()
    middle = len(whole) // 2
    spoilt = {
        "cut": whole[:-1], "cut far": whole[:middle], "head only": whole[:49], "longer": whole + b"\x00" * 40,
        "bit": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "doubled": whole + whole[49:], "length": whole[:49] + b"\xff\xff\xff\xff" + whole[53:],
    }  # fmt: skip
    for name, content_of in spoilt.items():
        file = tmp_path / "spoilt"
        file.write_bytes(content_of)
        assert "damaged" in refused(file, key, tmp_path, capsys), name
    for content_of in (b"", b"hello", b"SQLite format 3\x00" * 40):
        file.write_bytes(content_of)
        assert "no backup" in refused(file, key, tmp_path, capsys)
    other = tmp_path / "other.key"
    make_key_file(other)
    assert "another key" in refused(archive, other, tmp_path, capsys)
    assert "cannot be read" in refused(tmp_path / "nowhere", key, tmp_path, capsys)


HEAD = {"legal_hall_backup": 1, "version": "0", "revision": "0003", "made_ms": 1, "engine": "sqlite"}
END = {"tables": 0, "rows": 0, "files": 0}
EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    "lines",
    [
        [], [b"{"], [b"[]"], [END], [HEAD], [HEAD, END, END], [{**HEAD, "made_ms": "now"}, END],
        [{**HEAD, "revision": "9999"}, END], [{**HEAD, "revision": "../x"}, END],
        [{**HEAD, "legal_hall_backup": 2}, END],
        [HEAD, {"table": "event; DROP TABLE unit", "columns": ["id"]}, END],
        [HEAD, {"table": "unit", "columns": ["id"]}, {"rows": [["x", "y"]]}, END],
        [HEAD, {"table": "unit", "columns": ["id"]}, {"rows": [["x"]]}, {"end": "unit", "rows": 2, "sha256": ""}, END],
        [HEAD, {"table": "nowhere", "columns": ["id"]}, {"rows": [["x"]]}, END],
        [HEAD, {"table": "unit", "columns": ["id"]}, {"rows": [[{"base64": "!"}]]}, END],
        [HEAD, {"table": "unit", "columns": ["id"]}, {"rows": [[{"x": 1}]]}, END],
        [HEAD, {"table": "unit", "columns": ["id"]}, {"rows": [[["x"]]]}, END],
        [HEAD, {"rows": [["x"]]}, END], [HEAD, {"table": "unit", "columns": []}, END],
        [HEAD, {"file": "../ca.key", "content": "", "sha256": EMPTY_HASH}, {**END, "files": 1}],
        [HEAD, {"file": "/etc/x", "content": "", "sha256": EMPTY_HASH}, {**END, "files": 1}],
        [HEAD, {"file": "a/../../x", "content": "", "sha256": EMPTY_HASH}, {**END, "files": 1}],
        [HEAD, {"file": "x", "content": "!", "sha256": EMPTY_HASH}, {**END, "files": 1}],
        [HEAD, {"file": "x", "content": "", "sha256": ""}, {**END, "files": 1}],
    ],
)  # fmt: skip
def test_an_archive_made_by_a_stranger_with_our_key_is_refused(
    lines: list[Any], key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "made-up"
    with file.open("wb") as out:
        writer = SealedWriter(out, read_key_file(key))
        for line in lines:
            writer.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")
        writer.finish()
    refused(file, key, tmp_path, capsys)
    assert not (tmp_path / "ca.key").exists()


def test_an_older_backup_is_brought_up_to_date(key: Path, tmp_path: Path) -> None:
    file = tmp_path / "old"
    columns = ["id", "parent", "level", "path", "name_zh", "name_en", "made_ms", "closed_ms"]
    row = ["town", "", "city", "town/", "镇", "Town", 1, None]
    rows = json.dumps({"rows": [row]}).encode() + b"\n"
    end = {"end": "unit", "rows": 1, "sha256": hashlib.sha256(rows).hexdigest()}
    with file.open("wb") as out:
        writer = SealedWriter(out, read_key_file(key))
        for line in (HEAD, {"table": "unit", "columns": columns}):
            writer.write(json.dumps(line).encode() + b"\n")
        writer.write(rows)
        writer.write(json.dumps(end).encode() + b"\n")
        writer.write(json.dumps({"tables": 1, "rows": 1, "files": 0}).encode() + b"\n")
        writer.finish()
    url = f"sqlite:///{tmp_path / 'r.db'}"
    assert restore(file, key, tmp_path / "r", url) == 0
    opened = Database(url)
    with opened.read() as connection:
        assert connection.execute(select(schema.unit.c.id)).scalars().all() == ["town"]
    opened.close()


def test_nothing_is_written_over(archive: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'central.db'}"
    assert run(["backup", "--out", str(archive), "--key", str(key), "--data", str(data)]) == Exit.WRONG_USE
    assert restore(archive, key, tmp_path / "r", url) == Exit.WRONG_USE
    assert "not empty" in capsys.readouterr().err
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "ca.key").write_text("mine")
    assert restore(archive, key, tmp_path / "r", f"sqlite:///{tmp_path / 'r.db'}") == Exit.WRONG_USE
    assert (tmp_path / "r" / "ca.key").read_text() == "mine"
    assert run(["keys", "new", str(key)]) == Exit.WRONG_USE
    assert not (tmp_path / "missing.db").exists()
    missing = ["--database", f"sqlite:///{tmp_path / 'missing.db'}"]
    assert run(["backup", "--out", str(tmp_path / "b"), "--key", str(key), *missing]) == Exit.MISSING
    assert not (tmp_path / "missing.db").exists()


def test_a_key_that_is_no_secret_is_refused(archive: Path, key: Path, tmp_path: Path) -> None:
    def check(file: Path) -> int:
        return run(["restore", str(archive), "--key", str(file), "--check"])

    key.chmod(0o640)
    assert check(key) == Exit.WRONG_USE
    key.chmod(0o600)
    assert check(key) == 0
    inside = tmp_path / "data" / "k"
    make_key_file(inside)
    out = str(tmp_path / "b")
    assert run(["backup", "--out", out, "--key", str(inside), "--data", str(tmp_path / "data")]) == Exit.WRONG_USE
    for text in (b"", b"\xff\xfe", b"ab" * 31, b"zz" * 32, b"a" * 9000):
        inside.write_bytes(text)
        assert check(inside) == Exit.WRONG_USE
    assert check(tmp_path / "nowhere") == Exit.MISSING


def test_a_command_beside_central_does_not_break_the_audit(database: Database, database_url: str) -> None:
    """Two programs write lines at once: each waits for the other, and the chain holds."""
    problems: list[IntegrityError] = []
    beside = Database(database_url)

    def write(opened: Database, actor: str) -> None:
        try:
            for number in range(40):
                with opened.write() as connection:
                    audit.note(connection, at_ms=number, actor=actor, path="city/", act="try", object="x")
        except IntegrityError as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write, args=pair) for pair in ((database, "one"), (beside, "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    beside.close()
    assert problems == []
    with database.read() as connection:
        standing = follow(audit.lines(connection))
    assert (standing.lines, standing.broken_at) == (80, None)
