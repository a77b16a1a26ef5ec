"""Reading a backup: into an empty store on either engine, or only to see that it is whole.

The store is first brought to the step that the backup was made at, filled, and then brought up to this program's step,
all in one transaction: a backup that turns out damaged leaves the store as empty as it was. Files are written last,
before the commit, and never over others.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table

from central.keeping import store
from central.keeping.backup import FILE_BYTES, FORMAT, Content
from central.keeping.key_file import write_secret
from central.keeping.sealed_stream import BadArchive, lines_of, read_sealed
from central.migrations import bring_up_to_date, knows
from hall_config.outcome import Exit, Stop

_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}")
_TABLE: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_ALL_FILES_BYTES: Final = 128 * 1024 * 1024


def check(archive: Path, key: bytes) -> Content:
    """Read all of a backup and say what is in it; raises `Stop` unless every byte is as it was written."""
    return _Reading(archive, key).run(None)


def restore(connection: Connection, archive: Path, key: bytes, data: Path) -> Content:
    """Fill an empty store and data folder; the caller commits. Raises `Stop`, and then nothing has happened."""
    if not store.is_empty(connection):
        raise Stop(Exit.WRONG_USE, "central.keeping.STORE_NOT_EMPTY")
    reading = _Reading(archive, key)
    content = reading.run(_Filling(connection))
    bring_up_to_date(connection)
    for name, whole in reading.files.items():
        file = data / name
        if file.exists() and file.read_bytes() != whole:
            raise Stop(Exit.WRONG_USE, "central.keeping.FILE_THERE", file=file)
    for name, whole in reading.files.items():
        file = data / name
        file.parent.mkdir(parents=True, exist_ok=True)
        write_secret(file, whole)
    return content


class _Filling:
    """Puts rows into the store that the backup's step makes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables: dict[str, Table] = {}

    def begin(self, revision: str) -> None:
        if not knows(revision):
            raise Stop(Exit.WRONG_USE, "central.keeping.ARCHIVE_NEWER", found=revision)
        bring_up_to_date(self._connection, revision)
        self._tables = {table.name: table for table in store.tables_of(self._connection)}
        store.clear(self._connection, self._tables.values())

    def add(self, name: str, columns: list[str], rows: list[list[Any]]) -> None:
        table = self._tables.get(name)
        if table is None or not set(columns) <= {column.name for column in table.columns}:
            raise BadArchive("DAMAGED")
        errors = self._connection.dialect.loaded_dbapi
        try:
            store.add_rows(self._connection, table, columns, [_stored(row) for row in rows])
        except errors.OperationalError as problem:
            raise Stop(Exit.FAILED, "central.keeping.STORE_WRITE", reason=str(problem).splitlines()[0]) from None
        except errors.Error as problem:
            raise BadArchive("DAMAGED") from problem

    def end(self) -> None:
        store.go_on_counting(self._connection, self._tables.values())


@dataclass(slots=True)
class _Open:
    """The table whose rows are being read."""

    name: str = ""
    columns: list[str] = field(default_factory=list)
    digest: Any = None
    count: int = 0


class _Reading:
    """One walk through an archive, in the order in which it was written."""

    def __init__(self, archive: Path, key: bytes) -> None:
        self.archive = archive
        self.files: dict[str, bytes] = {}
        self._key = key
        self._content = Content()
        self._table = _Open()

    def run(self, filling: _Filling | None) -> Content:
        try:
            with self.archive.open("rb") as opened:
                lines = lines_of(read_sealed(opened, self._key))
                self._head(next(lines, b""), filling)
                self._body(lines, filling)
        except OSError as problem:
            reason = problem.strerror
            raise Stop(Exit.MISSING, "central.keeping.ARCHIVE_READ", file=self.archive, reason=reason) from None
        except BadArchive as problem:
            raise Stop(Exit.FAILED, f"central.keeping.ARCHIVE_{problem.code}", file=self.archive) from None
        if filling is not None:
            filling.end()
        return self._content

    def _head(self, line: bytes, filling: _Filling | None) -> None:
        facts = _fact(line)
        if facts.get("legal_hall_backup") != FORMAT:
            raise BadArchive("NOT_ONE")
        self._content.version = _text(facts, "version")
        self._content.revision = _text(facts, "revision")
        self._content.engine = _text(facts, "engine")
        self._content.made_ms = _count(facts, "made_ms")
        if filling is not None:
            filling.begin(self._content.revision)

    def _body(self, lines: Iterator[bytes], filling: _Filling | None) -> None:
        done = False
        for line in lines:
            if done:
                raise BadArchive("DAMAGED")
            facts = _fact(line)
            if "table" in facts:
                self._open(facts)
            elif "end" in facts:
                self._close(facts)
            elif "file" in facts:
                self._file(facts)
            elif "tables" in facts:
                done = self._whole(facts)
            else:
                self._rows(line, facts, filling)
        if not done:
            raise BadArchive("DAMAGED")

    def _open(self, facts: dict[str, Any]) -> None:
        name, columns = _text(facts, "table"), facts.get("columns")
        right = isinstance(columns, list) and columns and all(isinstance(one, str) for one in columns)
        if self._table.name or not _TABLE.fullmatch(name) or name in self._content.rows or not right:
            raise BadArchive("DAMAGED")
        self._table = _Open(name, list(columns or ()), hashlib.sha256())

    def _rows(self, line: bytes, facts: dict[str, Any], filling: _Filling | None) -> None:
        rows = facts.get("rows")
        if not self._table.name or not isinstance(rows, list):
            raise BadArchive("DAMAGED")
        if any(not isinstance(row, list) or len(row) != len(self._table.columns) for row in rows):
            raise BadArchive("DAMAGED")
        self._table.digest.update(line + b"\n")
        self._table.count += len(rows)
        if filling is not None:
            filling.add(self._table.name, self._table.columns, rows)

    def _close(self, facts: dict[str, Any]) -> None:
        table = self._table
        told = (facts.get("end"), facts.get("rows"), facts.get("sha256"))
        if not table.name or told != (table.name, table.count, table.digest.hexdigest()):
            raise BadArchive("DAMAGED")
        self._content.rows[table.name] = table.count
        self._table = _Open()

    def _file(self, facts: dict[str, Any]) -> None:
        name = _text(facts, "file")
        if self._table.name or name in self.files or not all(_PART.fullmatch(part) for part in name.split("/")):
            raise BadArchive("DAMAGED")
        try:
            whole = base64.b64decode(_text(facts, "content"), validate=True)
        except binascii.Error:
            raise BadArchive("DAMAGED") from None
        self.files[name] = whole
        too_much = len(whole) > FILE_BYTES or sum(map(len, self.files.values())) > _ALL_FILES_BYTES
        if too_much or hashlib.sha256(whole).hexdigest() != facts.get("sha256"):
            raise BadArchive("DAMAGED")
        self._content.files[name] = len(whole)

    def _whole(self, facts: dict[str, Any]) -> bool:
        content = self._content
        told = (facts.get("tables"), facts.get("rows"), facts.get("files"))
        if self._table.name or told != (len(content.rows), sum(content.rows.values()), len(content.files)):
            raise BadArchive("DAMAGED")
        return True


def _fact(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError:
        raise BadArchive("DAMAGED") from None
    if not isinstance(found, dict):
        raise BadArchive("DAMAGED")
    return found


def _text(facts: dict[str, Any], name: str) -> str:
    found = facts.get(name)
    if not isinstance(found, str):
        raise BadArchive("DAMAGED")
    return found


def _count(facts: dict[str, Any], name: str) -> int:
    found = facts.get(name)
    if type(found) is not int:
        raise BadArchive("DAMAGED")
    return found


def _stored(row: list[Any]) -> list[Any]:
    """The row with its bytes as bytes; raises `BadArchive` for what no column holds."""
    kinds = set(map(type, row))
    if list in kinds:
        raise BadArchive("DAMAGED")
    if dict not in kinds:
        return row
    try:
        return [base64.b64decode(_text(one, "base64"), validate=True) if type(one) is dict else one for one in row]
    except binascii.Error:
        raise BadArchive("DAMAGED") from None
