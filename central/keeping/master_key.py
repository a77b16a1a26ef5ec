"""The master key of the sealed columns: a file outside of the store and of the data folder, so in no backup of them.

Central makes it with its first start. A store that has data keys is never opened with another one, nor with a fresh one
in place of one that is lost: values sealed for two keys would be nobody's.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from central.database import Database
from central.keeping import data_keys
from central.keeping.key_file import KEY_BYTES, read_key_file, require_outside, write_secret
from central.keeping.sealed_columns import Vault
from hall_config.outcome import Exit, Stop

_NAME: Final = "master.key"
log = structlog.get_logger()


def default_file(data: Path) -> Path:
    """Beside the data folder: ``/var/lib/legal-hall-keys/master.key`` for ``/var/lib/legal-hall``."""
    whole = data.absolute()
    return whole.with_name(f"{whole.name}-keys") / _NAME


def open_vault(database: Database, file: Path | None, data: Path, now_ms: int, *, make: bool = False) -> Vault:
    """The vault of this store; raises `Stop`. ``make``: a store that has nothing sealed yet gets its key."""
    place = file or default_file(data)
    require_outside(place, data)
    if not _is_there(place):
        with database.read() as connection:
            sealed = bool(data_keys.masters(connection))
        if sealed:
            raise Stop(Exit.MISSING, "central.keeping.MASTER_MISSING", file=place)
        if not make:
            raise Stop(Exit.MISSING, "central.keeping.MASTER_NONE", file=place)
        _make(place)
    vault = Vault(read_key_file(place, data))
    with database.write() as connection:
        if not vault.fits(connection):
            raise Stop(Exit.WRONG_USE, "central.keeping.MASTER_OTHER", file=place)
        vault.make_index_key(connection, now_ms)
    return vault


def works(database: Database, vault: Vault) -> bool:
    """Whether what is sealed in the store can be opened now: not once its keys were wrapped for another master key."""
    try:
        with database.read() as connection:
            return vault.fits(connection)
    except SQLAlchemyError:
        return False


def _is_there(file: Path) -> bool:
    """A file that is there and cannot be read is there."""
    try:
        file.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _make(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_secret(file, f"{secrets.token_hex(KEY_BYTES)}\n".encode())
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.keeping.MASTER_MAKE", file=file, reason=problem.strerror) from None
    log.warning("central.master_key_made", file=str(file), keep="a copy of it elsewhere: no backup holds it")
