"""Files of cases as they are kept: cleaned, sealed for the case's unit, opened again for whoever may see the case."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from central.aid_files import store
from central.aid_files.clean import CleanFile, clean
from central.aid_files.rules import MOST_FILES, FileKind, Source
from central.failures import NotFound, RefusedByRule
from central.keeping.sealed_columns import Vault

LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file as it is handed out."""

    id: str
    case: str
    kind: str
    title: str
    type: str
    content: bytes


def keep(
    connection: Connection, vault: Vault, case: str, unit: str, raw: bytes, kind: FileKind, title: str, by: str,
    source: Source, now_ms: int,
) -> str:  # fmt: skip
    """Clean a file and put it into a case; its id. Raises `TooLarge`, `WrongField` and `RefusedByRule`.

    Cleaning takes a while: who can, calls `clean` before the transaction and `put` in it.
    """
    return put(connection, vault, case, unit, clean(raw, kind), kind, title, by, source, now_ms)


def put(
    connection: Connection, vault: Vault, case: str, unit: str, file: CleanFile, kind: FileKind, title: str, by: str,
    source: Source, now_ms: int,
) -> str:  # fmt: skip
    """Put a clean file into a case; its id. The same content for the same purpose from the same side is one file."""
    store.lock_case(connection, case)
    known = store.same(connection, case, file.sha256, kind.value, source.value)
    if known is not None:
        return known
    if store.count(connection, case) >= MOST_FILES:
        raise RefusedByRule("FILES_FULL", "file")
    identifier = secrets.token_hex(8)
    text = b64encode(file.content).decode("ascii")
    store.add(
        connection,
        {
            "id": identifier, "case": case, "kind": kind.value, "type": file.type.value, "size": len(file.content),
            "title": vault.seal(connection, unit, title[:LONGEST_TITLE], _about("title", identifier), now_ms),
            "pages": file.pages, "sha256": file.sha256, "made_ms": now_ms, "by": by, "source": source.value,
            "content": vault.seal(connection, unit, text, _about("content", identifier), now_ms),
        },
    )  # fmt: skip
    return identifier


def files_of(connection: Connection, case: str) -> Sequence[RowMapping]:
    """What was handed in, without content and in the order in which it came."""
    return store.facts(connection, case)


def title_of(connection: Connection, vault: Vault, row: RowMapping) -> str:
    """What a file is called."""
    return "" if row["title"] is None else vault.open(connection, row["title"], _about("title", row["id"]))


def rename(connection: Connection, vault: Vault, unit: str, file: str, title: str, now_ms: int) -> None:
    """Call a file something else."""
    store.change(connection, file, title=vault.seal(connection, unit, title, _about("title", file), now_ms))


def open_file(connection: Connection, vault: Vault, file: str, case: str | None = None) -> OpenFile:
    """A file with its content; raises `NotFound` for none, and for one of another case than ``case``."""
    row = store.one(connection, file)
    if row is None or (case is not None and row["case"] != case):
        raise NotFound("NO_SUCH_FILE")
    content = b64decode(vault.open(connection, row["content"], _about("content", file)))
    return OpenFile(file, row["case"], row["kind"], title_of(connection, vault, row), row["type"], content)


def _about(column: str, file: str) -> str:
    return f"aid_file/{column}/{file}"
