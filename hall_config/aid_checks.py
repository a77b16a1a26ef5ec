"""What a formal application for legal aid still lacks, as the law asks; at a kiosk, a window and at home the same.

Never whether aid is granted: that is for a reviewer. Hardship is not asked where the law sets no condition: matters of
article 32, and a suspect's or accused's application, which may rest on other reasons (24). Of those of article 42 it
is presumed. Everybody else states it (41). For a minor the legal representative applies (40).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from typing import Final

from hall.identity_numbers import right_id_number
from hall.intake.codes import STATED, UNCONDITIONAL, Basis
from hall_config.aid_application import SIGNATURE_BYTES, Application, Hardship, Person
from hall_config.aid_tables import number_on

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_OTHER_REASONS: Final = "M24"


@dataclass(frozen=True, slots=True)
class Lack:
    """``code`` has words in the catalogue under ``aid.lack``; ``field`` is the way into the application."""

    code: str
    field: str


def lacks(application: Application, today: date) -> tuple[Lack, ...]:
    """Everything that has to be mended before it can be submitted, in the order of the form."""
    applicant = application.applicant
    found = [*_person(applicant), *_agent(application, today)]
    if not (applicant.phone or applicant.address or (application.agent and application.agent.person.phone)):
        found.append(Lack("CONTACT_MISSING", "applicant.phone"))
    if not application.facts.strip():
        found.append(Lack("FACTS_MISSING", "facts"))
    if states_hardship(application):
        found += _hardship(application.hardship)
    if not application.signature:
        found.append(Lack("SIGNATURE_MISSING", "signature"))
    elif not _is_png(application.signature):
        found.append(Lack("SIGNATURE_UNREADABLE", "signature"))
    return tuple(found)


def states_hardship(application: Application) -> bool:
    """Whether this applicant has to state hardship (form F04)."""
    if application.matter in UNCONDITIONAL or application.matter == _OTHER_REASONS:
        return False
    return application.presumed is None


def is_minor(person: Person, today: date) -> bool | None:
    """None when nothing tells the age."""
    born = _birth_of(person)
    if born is None:
        return None
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (0 if had_birthday else 1) < number_on("ADULT_YEARS", today)


def _person(person: Person) -> list[Lack]:
    found = [] if person.name.strip() else [Lack("NAME_MISSING", "applicant.name")]
    if not person.id_number:
        found.append(Lack("ID_NUMBER_MISSING", "applicant.id_number"))
    if person.birth is not None and _day(person.birth) is None:
        found.append(Lack("NO_SUCH_DAY", "applicant.birth"))
    return found


def _agent(application: Application, today: date) -> list[Lack]:
    agent = application.agent
    if agent is None:
        minor = is_minor(application.applicant, today)
        return [Lack("MINOR_WITHOUT_AGENT", "agent.person.name")] if minor else []
    if not agent.person.name.strip():
        return [Lack("AGENT_NAME_MISSING", "agent.person.name")]
    return [Lack("AGENT_IS_MINOR", "agent.person.id_number")] if is_minor(agent.person, today) else []


def _hardship(hardship: Hardship) -> list[Lack]:
    found = []
    if hardship.basis not in STATED:
        found.append(Lack("HARDSHIP_MISSING", "hardship.basis"))
    if hardship.household is None:
        found.append(Lack("HOUSEHOLD_MISSING", "hardship.household"))
    if hardship.income is None:
        found.append(Lack("INCOME_MISSING", "hardship.income"))
    if hardship.basis is Basis.PROMISE and not hardship.promise:
        found.append(Lack("PROMISE_MISSING", "hardship.promise"))
    return found


def _birth_of(person: Person) -> date | None:
    number = person.id_number
    if person.id_kind in ("RESIDENT", "RESIDENCE_PERMIT") and right_id_number(number):
        return _day(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    return _day(person.birth) if person.birth else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_png(signature: str) -> bool:
    try:
        picture = base64.b64decode(signature, validate=True)
    except binascii.Error:
        return False
    return picture.startswith(_PNG) and len(picture) <= SIGNATURE_BYTES
