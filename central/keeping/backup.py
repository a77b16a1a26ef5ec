"""What a backup holds, and how it is made: every table as of one moment, and the keys of the data folder.

Inside of the sealed stream stand lines of JSON: the head, then for each table its name and columns, its rows some at a
time and its count and hash, then each file, then the count of all. It holds what was stored, not how one engine stores
it: a backup of SQLite is restored into PostgreSQL and the other way round. The moment is the engine's own: one
transaction that reads (SQLite: WAL, PostgreSQL: REPEATABLE READ); central goes on writing meanwhile.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from central.keeping import store
from central.keeping.key_file import sync_folder
from central.keeping.sealed_stream import SealedWriter
from hall_config.outcome import Exit, Stop

FORMAT: Final = 1
FILE_BYTES: Final = 16 * 1024 * 1024
_NOT_KEPT: Final = (".db", ".db-wal", ".db-shm", ".db-journal", ".lock", ".new")


@dataclass(slots=True)
class Content:
    """What is in a backup."""

    version: str = ""
    revision: str = ""
    made_ms: int = 0
    engine: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)


def write_backup(connection: Connection, data: Path, out: Path, key: bytes, now_ms: int) -> Content:
    """One file with everything, there whole or not at all; raises `Stop`."""
    if out.exists():
        raise Stop(Exit.WRONG_USE, "central.keeping.BACKUP_THERE", file=out)
    fresh = out.with_name(out.name + ".new")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            sealed = SealedWriter(opened, key)
            content = _write(connection, data, out.parent, now_ms, sealed.write)
            sealed.finish()
            opened.flush()
            os.fsync(opened.fileno())
        fresh.rename(out)
        sync_folder(out.parent)
    except FileExistsError:
        raise Stop(Exit.FAILED, "central.keeping.BACKUP_AT_WORK", file=fresh) from None
    except OSError as problem:
        fresh.unlink(missing_ok=True)
        raise Stop(Exit.FAILED, "central.keeping.BACKUP_WRITE", file=out, reason=problem.strerror) from None
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return content


def _write(connection: Connection, data: Path, out: Path, now_ms: int, put: Callable[[bytes], None]) -> Content:
    content = Content(version("legal-hall"), store.revision(connection), now_ms, connection.dialect.name)
    head = {"version": content.version, "revision": content.revision, "made_ms": now_ms, "engine": content.engine}
    put(_json({"legal_hall_backup": FORMAT, **head}))
    for table in store.tables_of(connection):
        columns = [column.name for column in table.columns]
        put(_json({"table": table.name, "columns": columns}))
        digest, count = hashlib.sha256(), 0
        for page in store.pages_of(connection, table):
            line = _json({"rows": [[_plain(value) for value in row] for row in page]})
            digest.update(line)
            count += len(page)
            put(line)
        put(_json({"end": table.name, "rows": count, "sha256": digest.hexdigest()}))
        content.rows[table.name] = count
    for name, whole in _files(data, out):
        text, digest_of_file = base64.b64encode(whole).decode(), hashlib.sha256(whole).hexdigest()
        put(_json({"file": name, "sha256": digest_of_file, "content": text}))
        content.files[name] = len(whole)
    put(_json({"tables": len(content.rows), "rows": sum(content.rows.values()), "files": len(content.files)}))
    return content


def _files(data: Path, out: Path) -> Iterator[tuple[str, bytes]]:
    """Keys, certificates and whatever else lies in the data folder, but for the store itself and backups."""
    for file in sorted(data.rglob("*")) if data.is_dir() else ():
        unwanted = file.name.endswith(_NOT_KEPT) or file.is_symlink() or not file.is_file()
        if unwanted or (file.parent == out and out != data):
            continue
        if file.stat().st_size > FILE_BYTES or _is_backup(file):
            continue
        yield file.relative_to(data).as_posix(), file.read_bytes()


def _is_backup(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(8) == b"LHBACKUP"


def _plain(value: Any) -> Any:
    """A stored value as JSON has it; bytes in a shape that no other value has."""
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    return value


def _json(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
