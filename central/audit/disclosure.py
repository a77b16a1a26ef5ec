"""Seeing a person's full data: it asks for a reason, and is a line of the audit before anything is shown.

Whoever shows a name, a number or a telephone in full calls `disclose` in the transaction that reads it. The reason is
kept; what was seen is not, nor whose it was (`reasons.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from central.accounts.person import Person
from central.audit import store
from central.audit.reasons import audited

ACT: Final = "person.disclose"


def disclose(
    connection: Connection, person: Person, what: str, reason: str, now_ms: int, source: str, *,
    fields: tuple[str, ...], people: Iterable[str],
) -> None:  # fmt: skip
    """Write down who sees which fields of what, and why; raises `WrongField` for a reason that `audited` refuses.

    ``what`` names the record by its id, never by what stands in it; ``fields`` are names of fields, never their values.
    ``people``: the names and numbers of whoever the record is about, which no reason may tell.
    """
    said = audited(reason, people)
    store.note(
        connection, at_ms=now_ms, actor=person.name, path=person.path, act=ACT, object=what, source=source,
        detail={"fields": sorted(fields), "reason": said},
    )  # fmt: skip


def disclose_to_program(
    connection: Connection, actor: str, path: str, what: str, reason: str, now_ms: int, *, fields: tuple[str, ...]
) -> None:
    """The same where central itself opens them to pass them on: ``path`` is the unit's whose person it is."""
    store.note(
        connection, at_ms=now_ms, actor=actor, path=path, act=ACT, object=what,
        detail={"fields": sorted(fields), "reason": audited(reason, ())},
    )  # fmt: skip
