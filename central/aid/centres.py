"""Which centre takes a case, and what an applicant is given: the receipt and the code to their own page."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from sqlalchemy import Connection

from central.accounts.person import Person
from central.aid import limits, store
from central.aid_papers.centres import nearest_centre
from central.appointments.secrets import VisitorKey
from central.failures import NotFound
from central.units import store as units
from hall_config.wording import rfc3339

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS: Final = 16


def centre_for(connection: Connection, person: Person, wanted: str | None) -> str:
    """The unit whose case it becomes: the one asked for, else the nearest centre above; raises `NotFound`.

    A street's station takes applications for the centre above it; nobody takes them for another district.
    """
    found = nearest_centre(connection, person.unit)
    if wanted is None or wanted == found:
        return found or person.unit
    units.require_unit(connection, wanted, person.path)
    return wanted


def receipt_of(connection: Connection, case_id: str) -> dict[str, Any]:
    row = store.case(connection, case_id)
    if row is None:
        raise NotFound("NO_SUCH_CASE")
    told = {name: row[name] for name in ("id", "number", "receipt", "state", "version")}
    told["due_sure"] = limits.is_sure(connection, case_id)
    due = row["due_ms"]
    return {**told, "received_at": rfc3339(row["received_ms"]), "due_at": rfc3339(due) if due is not None else None}


def code_of(key: VisitorKey, of: str) -> str:
    """The applicant's code: made of the case's id by a key that is not in the store, so that it can be told again."""
    number = int.from_bytes(key.digest("aid code", of)[:10], "big")
    letters = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_CHARACTERS))
    return "-".join(letters[place : place + 4] for place in range(0, _CHARACTERS, 4))


def give_code(connection: Connection, key: VisitorKey, case_id: str, of: str | None = None) -> str:
    """Let the case be found by its code, that of its id or another; the code."""
    code = code_of(key, of or case_id)
    store.change_case(connection, case_id, code_hash=code_hash(code))
    return code


def code_hash(code: str) -> str:
    """As the store keeps it; strokes, spaces and small letters are as good as none."""
    return hashlib.sha256(written(code).encode()).hexdigest()


def written(code: str) -> str:
    """The one way to write a code: I and L are read as 1, O as 0."""
    plain = "".join(code.split()).replace("-", "").upper()
    return plain.translate(str.maketrans("ILO", "110"))
