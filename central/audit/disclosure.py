"""Seeing a person's full data: it asks for a reason, and is a line of the audit before anything is shown.

Whoever shows a name, a number or a telephone in full calls `disclose` in the transaction that reads it. The reason is
kept; what was seen is not.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final

from pydantic import Field
from sqlalchemy import Connection

from central.accounts.person import Person
from central.audit import store
from central.failures import WrongField

REASON_MIN: Final = 4
REASON_MAX: Final = 200
ACT: Final = "person.disclose"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # breaks lines, turns the writing round, or shows nothing

# for a request's body; what is only blanks is found by `disclose`
Reason = Annotated[str, Field(min_length=REASON_MIN, max_length=REASON_MAX, description="why the full data is needed")]


def stated(reason: str) -> str:
    """A reason as it is kept; raises `WrongField` for none worth the name."""
    said = reason.strip()
    if not REASON_MIN <= len(said) <= REASON_MAX or any(unicodedata.category(one) in _UNSEEN for one in said):
        raise WrongField("REASON_MISSING", "reason")
    return said


def disclose(
    connection: Connection, person: Person, what: str, reason: str, now_ms: int, source: str, *, fields: tuple[str, ...]
) -> None:
    """Write down who sees which fields of what, and why; raises `WrongField` for no reason worth the name.

    ``what`` names the record by its id, never by what stands in it; ``fields`` are names of fields, never their values.
    """
    said = stated(reason)
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
        detail={"fields": sorted(fields), "reason": stated(reason)},
    )  # fmt: skip
