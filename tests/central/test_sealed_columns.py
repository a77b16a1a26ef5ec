"""Encrypted columns: only the master key opens them, in their own place; keys change and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update

from central.database import Database
from central.keeping.key_file import make_key_file, read_key_file
from central.keeping.sealed_columns import Algorithm, CannotOpen, SealedColumn, SealedText, Vault
from central.keeping.tables import data_key
from hall_config.program import run

MASTER, OTHER = b"m" * 32, b"o" * 32
TEXT = "991001199001011234 张䶮𠮷"
ABOUT = "person/name/1"


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_value_opens_only_in_its_place_and_with_its_key(database: Database, algorithm: Algorithm) -> None:
    vault = Vault(MASTER, algorithm)
    with database.write() as connection:
        sealed = vault.seal(connection, "hall-a", TEXT, ABOUT, 1)
        again = vault.seal(connection, "hall-a", TEXT, ABOUT, 1)
        assert sealed.record[1] == algorithm
        assert sealed != again, "the same text must not look the same"
        assert TEXT.encode() not in sealed.record
        assert TEXT not in repr(sealed)
        assert Vault(MASTER).open(connection, sealed, ABOUT) == TEXT
        for place in ("person/name/2", "person/phone/1", ""):
            with pytest.raises(CannotOpen):
                vault.open(connection, sealed, place)
        with pytest.raises(CannotOpen, match="master"):
            Vault(OTHER).open(connection, sealed, ABOUT)
        record = sealed.record
        spoilt = [record[:cut] for cut in range(0, len(record), 5)] + [b"", record + b"x", b"\x02" + record[1:]]
        spoilt += [record[:at] + bytes([record[at] ^ 1]) + record[at + 1 :] for at in range(len(record))]
        for one in spoilt:
            with pytest.raises(CannotOpen):
                vault.open(connection, SealedText(one), ABOUT)


def test_owners_have_keys_of_their_own_and_their_rows_cannot_be_exchanged(database: Database) -> None:
    vault = Vault(MASTER)
    with database.write() as connection:
        first, second = (vault.seal(connection, owner, TEXT, ABOUT, 1) for owner in ("hall-a", "hall-b"))
        assert first.record[2:6] != second.record[2:6]
        keys = {row.owner: row for row in connection.execute(select(data_key))}
        assert set(keys) == {"hall-a", "hall-b"}
        stolen = keys["hall-b"]
        connection.execute(update(data_key).where(data_key.c.owner == "hall-a").values(wrapped=stolen.wrapped))
        with pytest.raises(CannotOpen):
            Vault(MASTER).open(connection, first, ABOUT)


def test_a_key_of_a_transaction_that_failed_is_not_used_again(database: Database) -> None:
    vault = Vault(MASTER)

    def fail() -> None:
        with database.write() as connection:
            vault.seal(connection, "hall-a", TEXT, ABOUT, 1)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        fail()
    with database.write() as connection:
        sealed = vault.seal(connection, "hall-a", TEXT, ABOUT, 2)
    with database.read() as connection:
        assert Vault(MASTER).open(connection, sealed, ABOUT) == TEXT


def test_new_keys_read_what_old_ones_sealed(
    database: Database, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, fresh = tmp_path / "old.key", tmp_path / "new.key"
    make_key_file(old)
    make_key_file(fresh)
    vault = Vault(read_key_file(old))
    with database.write() as connection:
        before = vault.seal(connection, "hall-a", TEXT, ABOUT, 1)
        found = vault.index(connection, "id-number", "99X", 1)
        vault.renew(connection, "hall-a", 2)
        after = vault.seal(connection, "hall-a", TEXT, ABOUT, 3)
        assert before.record[2:6] != after.record[2:6]
    command = ["keys", "rotate", "--database", database_url]
    assert run([*command, "--master-key", str(fresh), "--new-master-key", str(old)]) == 2
    assert run([*command, "--master-key", str(old), "--new-master-key", str(fresh)]) == 0
    assert "3" in capsys.readouterr().out
    with database.write() as connection:
        renewed = Vault(read_key_file(fresh))
        assert [renewed.open(connection, one, ABOUT) for one in (before, after)] == [TEXT, TEXT]
        assert renewed.index(connection, "id-number", "99X", 4) == found
        with pytest.raises(CannotOpen):
            Vault(read_key_file(old)).open(connection, before, ABOUT)
        with pytest.raises(ValueError, match="index"):
            renewed.renew(connection, "", 5)


def test_the_index_finds_the_same_and_tells_kinds_and_stores_apart(database: Database) -> None:
    with database.write() as connection:
        vault = Vault(MASTER)
        one = vault.index(connection, "id-number", "991001199001011234", 1)
        assert one == Vault(MASTER).index(connection, "id-number", "991001199001011234", 2)
        assert one != vault.index(connection, "phone", "991001199001011234", 1)
        assert one != vault.index(connection, "id-number", "991001199001011235", 1)


def test_no_clear_text_gets_into_a_sealed_column(database: Database) -> None:
    table = Table("made_up", MetaData(), Column("id", Integer, primary_key=True), Column("name", SealedColumn))
    vault = Vault(MASTER)
    try:
        with database.write() as connection:
            table.create(connection)
            sealed = vault.seal(connection, "hall-a", TEXT, "made_up/name/1", 1)
            connection.execute(insert(table), [{"id": 1, "name": sealed}, {"id": 2, "name": None}])
            found = connection.execute(select(table.c.name).order_by(table.c.id)).scalars().all()
            assert found == [sealed, None]
        with pytest.raises(Exception, match="sealed values only"), database.write() as connection:
            connection.execute(insert(table).values(id=3, name=TEXT))
    finally:
        with database.write() as connection:
            table.drop(connection)
