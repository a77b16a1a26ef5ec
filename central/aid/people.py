"""Who is in a case: the application sealed and opened, its people's marks, and how they are shown.

A mark is the vault's keyed hash of an ID number or of a name as `name_key` writes it: the same person is found again,
and whoever copies the database learns nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Connection

from central.aid.field_faults import code_of
from central.failures import WrongField
from central.imports.register import Who as LawyerWho
from central.imports.register import masked as masked_lawyer
from central.keeping.sealed_columns import SealedText, Vault
from central.lawyers.name_key import name_key
from central.strict_json import write_json
from hall_config.aid_application import Application, Person

APPLICANT: Final = "APPLICANT"
AGENT: Final = "AGENT"
OPPOSING: Final = "OPPOSING"


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction of casework: everything in it happens, or nothing."""

    connection: Connection
    vault: Vault
    now_ms: int

    def seal(self, unit: str, text: str, about: str) -> SealedText:
        return self.vault.seal(self.connection, unit, text, about, self.now_ms)

    def open(self, sealed: SealedText, about: str) -> str:
        return self.vault.open(self.connection, sealed, about)

    def mark(self, kind: str, text: str) -> str:
        return self.vault.index(self.connection, kind, text, self.now_ms)


def read_application(given: Any) -> Application:
    """An application as it came in; raises `WrongField`, with the rule's own code where the number itself is wrong."""
    try:
        return Application.model_validate_json(given if isinstance(given, str) else write_json(given))
    except ValidationError as problem:
        first = problem.errors()[0]
        place = where(first)
        field = f"application.{place}" if place else "application"
        raise WrongField(code_of(first), f"{field}.id_number" if first["type"] == "value_error" else field) from None


def where(fault: Any) -> str:
    """Which field is wrong, for the answer: a name that only the asker's body knows is not repeated."""
    parts = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return ".".join(str(part) for part in parts[:4])


def case_place(case: str) -> str:
    return f"aid_case/sealed/{case}"


def gap_place(case: str, number: int) -> str:
    return f"aid_gap/sealed/{case}/{number}"


def seal_application(work: Work, case: str, unit: str, application: Application) -> SealedText:
    return work.seal(unit, application.model_dump_json(), case_place(case))


def open_application(work: Work, case: str, sealed: SealedText) -> Application:
    return Application.model_validate_json(work.open(sealed, case_place(case)))


def parties(application: Application) -> Iterator[tuple[str, Person]]:
    """Everybody, each with the part that they play."""
    yield APPLICANT, application.applicant
    if application.agent is not None:
        yield AGENT, application.agent.person
    for person in application.opposing:
        yield OPPOSING, person


def marks(work: Work, person: Person) -> dict[str, str | None]:
    number = person.id_number
    return {
        "id_mark": work.mark("id_number", number) if number else None,
        "name_mark": work.mark("person_name", name_key(person.name)),
    }


def masked_name(name: str) -> str:
    """The surname and a star, as lists show it."""
    return masked_lawyer(LawyerWho("0" * 8, name)).name


def masked_number(number: str) -> str:
    """The first three and the last four."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 8 else "*" * len(number)


def masked_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def masked_person(person: Person) -> dict[str, Any]:
    """A person as staff's lists and pages show them before anything is disclosed."""
    return {
        "name": masked_name(person.name),
        "id_kind": person.id_kind,
        "id_number": masked_number(person.id_number),
        "phone": masked_phone(person.phone),
        "birth_year": (person.birth or person.id_number[6:10] or "")[:4] or None,
    }
