"""The master key: made once, outside of what it protects; a store is never opened with another one, nor with none."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from central.aid.stages import State
from central.aid.tables import aid_step
from central.audit.store import newest
from central.database import Database
from central.imports.register import Register
from central.imports.store import put_lawyers
from central.imports.tables import lawyer_entry
from central.keeping.key_file import make_key_file
from central.keeping.master_key import default_file, open_vault, works
from central.keeping.sealed_columns import CannotOpen, Vault
from hall_config.outcome import Stop
from hall_config.program import run
from tests.central.aid_house import House

LAWYER = {
    "licence": "199920101234",
    "lawyer": "示例乙",
    "firm": "f",
    "firm_code": "",
    "state": "ACTIVE",
    "unit": "city",
}


def refused(database: Database, file: Path | None, data: Path, *, make: bool = True) -> str:
    with pytest.raises(Stop) as stopped:
        open_vault(database, file, data, 1, make=make)
    return str(stopped.value.args[0]).rpartition(".")[2]


def test_the_first_start_makes_it_and_no_other_one_opens_the_store(database: Database, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    place = default_file(data)
    assert refused(database, None, data, make=False) == "MASTER_NONE"
    assert refused(database, data / "sub" / "master.key", data) == "KEY_IN_DATA"
    assert refused(database, data / "file" / "x" / "master.key", tmp_path / "none") == "MASTER_MAKE"
    vault = open_vault(database, None, data, 1, make=True)
    assert place == tmp_path / "data-keys" / "master.key"
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert works(database, vault)
    with database.write() as connection:
        sealed = vault.seal(connection, "hall-a", "13800990001", "here", 2)
    with database.read() as connection:
        assert open_vault(database, None, data, 3).open(connection, sealed, "here") == "13800990001"
    away = place.rename(tmp_path / "away.key")
    assert refused(database, None, data) == "MASTER_MISSING"
    assert not place.exists()
    make_key_file(place)
    assert refused(database, None, data) == "MASTER_OTHER"
    place.write_text("")
    assert refused(database, None, data) == "KEY_SHAPE"
    away.chmod(0o640)
    assert refused(database, away, data) == "KEY_OPEN_TO_OTHERS"
    away.chmod(0o600)
    assert works(database, open_vault(database, away, data, 4))
    assert not works(database, Vault(b"o" * 32))


def test_a_program_with_the_key_from_before_seals_nothing_more(database: Database) -> None:
    """Between the rotation and its restart, so that no store holds keys of two masters."""
    before, after = Vault(b"m" * 32), Vault(b"m" * 32)
    with database.write() as connection:
        before.seal(connection, "hall-a", "x", "here", 1)
        after.rewrap(connection, b"n" * 32)
    for owner in ("hall-a", "hall-b"):
        with pytest.raises(CannotOpen), database.write() as connection:
            before.seal(connection, owner, "x", "here", 2)
    with pytest.raises(CannotOpen), database.write() as connection:
        before.renew(connection, "hall-a", 2)
    assert works(database, after)


def test_when_every_copy_is_lost_what_it_sealed_goes_and_central_starts(
    database: Database, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    vault = open_vault(database, None, data, 1, make=True)
    with database.write() as connection:
        register = Register(vault, connection, 1)
        put_lawyers(connection, register, [{**LAWYER, "mark": register.mark(LAWYER["licence"])}], 1)
        House(connection, vault).furnish().to(State.SUBMITTED)
    default_file(data).unlink()
    assert run(["keys", "abandon", "--database", database_url]) == 0
    assert refused(database, None, data) == "MASTER_MISSING"
    assert run(["keys", "abandon", "--database", database_url, "--yes"]) == 0
    assert "lawyer_entry：已删除 3 行" in capsys.readouterr().out
    open_vault(database, None, data, 2, make=True)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(lawyer_entry)).scalar_one() == 0
        line = newest(connection, "city/", None, 1)[0]
        assert connection.execute(select(func.count()).select_from(aid_step)).scalar_one() == 0
    assert (line["act"], line["actor"]) == ("keys.abandon", "(command line)")
    fresh = open_vault(database, None, data, 3)
    with database.write() as connection:
        House(connection, fresh).take()  # the centre is still there
    with pytest.raises(DBAPIError, match="only grow"), database.write() as connection:  # guarded as before
        connection.execute(delete(aid_step))
