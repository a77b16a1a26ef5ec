"""The line of the audit that every change of a signed-in person makes, whatever room it is made in."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.audit import store
from central.web_doors import source_of


def note_change(
    connection: Connection, person: Person, request: Request, act: str, object: str, now: int, **detail: Any
) -> None:
    """Who, when, what and from where, in the transaction of the change itself."""
    store.note(
        connection, at_ms=now, actor=person.name, path=person.path, act=act, object=object,
        source=source_of(request), detail=detail,
    )  # fmt: skip
