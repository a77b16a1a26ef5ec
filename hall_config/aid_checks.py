"""What a formal application for legal aid still lacks, as the law asks; at a kiosk, a window, a station and at home the
same. Whoever takes an application asks here: the hall's controller (``edge/screens/aid_form.py``) and central
(``central/aid/application_rules.py``).

Never whether aid is granted: that is for a reviewer. Hardship is not asked where the law sets no condition: matters of
article 32, and a suspect's or accused's application, which may rest on other reasons (24). Of those of article 42 it
is presumed. Everybody else states it (41). For a minor the legal representative applies, for whoever is in custody a
relative may (40): whoever applies for another says who they are and by what right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from hall.intake.codes import STATED, UNCONDITIONAL, Basis
from hall_config.aid_application import SIGNATURE_BYTES, Application, Hardship
from hall_config.aid_people import Lack, is_minor, lacks_of_person
from hall_config.aid_tables import natures_of
from hall_config.drawn_signature import is_drawn
from hall_config.written_names import is_written

__all__ = ["Lack", "is_minor", "is_signed", "lacks", "states_hardship"]
_OTHER_REASONS: Final = "M24"
_IN_CUSTODY: Final = ("M24", "M29", "M33")


@dataclass(frozen=True, slots=True)
class Taken:
    """How an application is taken. ``signed_later``: at home nobody can sign, and of a scan the picture follows."""

    signed_later: bool = False


HERE: Final = Taken()


def lacks(application: Application, today: date, taken: Taken = HERE) -> tuple[Lack, ...]:
    """Everything that has to be mended before it can be submitted, in the order of the form."""
    found = [*_applicant(application, today), *_agent(application, today), *_others(application, today)]
    found += [*_matter(application), *_custody(application)]
    if not is_written(application.facts):
        found.append(Lack("FACTS_MISSING", "facts"))
    if states_hardship(application):
        found += _hardship(application.hardship)
    if not application.signature:
        found += [] if taken.signed_later else [Lack("SIGNATURE_MISSING", "signature")]
    elif not is_signed(application):
        found.append(Lack("SIGNATURE_UNREADABLE", "signature"))
    return tuple(found)


def states_hardship(application: Application) -> bool:
    """Whether this applicant has to state hardship (form F04)."""
    if application.matter in UNCONDITIONAL or application.matter == _OTHER_REASONS:
        return False
    return application.presumed is None


def is_signed(application: Application) -> bool:
    """Whether somebody signed it: a drawing, not just anything that begins like one."""
    return bool(application.signature) and is_drawn(application.signature, SIGNATURE_BYTES)


def _applicant(application: Application, today: date) -> Iterator[Lack]:
    person = application.applicant
    if not is_written(person.name):
        yield Lack("NAME_MISSING", "applicant.name")
    if not person.id_number and person.id_kind != "NONE":
        yield Lack("ID_NUMBER_MISSING", "applicant.id_number")
    yield from lacks_of_person(person, "applicant", today)
    if not (person.phone or is_written(person.address) or (application.agent and application.agent.person.phone)):
        yield Lack("CONTACT_MISSING", "applicant.phone")


def _agent(application: Application, today: date) -> Iterator[Lack]:
    agent, applicant = application.agent, application.applicant
    if agent is None:
        if is_minor(applicant, today):
            yield Lack("MINOR_WITHOUT_AGENT", "agent.person.name")
        return
    person = agent.person
    if not is_written(person.name):
        yield Lack("AGENT_NAME_MISSING", "agent.person.name")
    yield from lacks_of_person(person, "agent.person", today)
    if is_minor(person, today):
        yield Lack("AGENT_IS_MINOR", "agent.person.id_number" if person.id_number else "agent.person.birth")
    if person.id_number and person.id_number == applicant.id_number:
        yield Lack("AGENT_IS_APPLICANT", "agent.person.id_number")
    if agent.relation == "DUTY_LAWYER":  # who hands on what the applicant wrote represents nobody
        return
    if not person.id_number:
        yield Lack("AGENT_ID_MISSING", "agent.person.id_number")
    if not is_written(agent.authority):
        yield Lack("AUTHORITY_MISSING", "agent.authority")


def _others(application: Application, today: date) -> Iterator[Lack]:
    """Nobody is their own other side, and nobody acts for whom they stand against; one name may be two people's."""
    ours = {application.applicant.id_number, application.agent.person.id_number if application.agent else ""} - {""}
    for place, person in enumerate(application.opposing):
        way = f"opposing.{place}"
        if not is_written(person.name):
            yield Lack("OPPOSING_NAME_MISSING", f"{way}.name")
        yield from lacks_of_person(person, way, today)
        if person.id_number in ours:
            yield Lack("OPPOSING_IS_OURS", f"{way}.id_number")


def _matter(application: Application) -> Iterator[Lack]:
    if application.nature not in natures_of(application.matter):
        yield Lack("NATURE_DIFFERS", "nature")


def _custody(application: Application) -> Iterator[Lack]:
    """Of whom an organ holds it hears what is decided, so it has to be known which (法律援助法 39, 40)."""
    if not application.detained:
        return
    if application.matter not in _IN_CUSTODY:
        yield Lack("CUSTODY_MATTER", "detained")
    elif not is_written(application.organ):
        yield Lack("CUSTODY_ORGAN_MISSING", "organ")


def _hardship(hardship: Hardship) -> Iterator[Lack]:
    if hardship.basis not in STATED:
        yield Lack("HARDSHIP_MISSING", "hardship.basis")
    if hardship.household is None:
        yield Lack("HOUSEHOLD_MISSING", "hardship.household")
    if hardship.income is None:
        yield Lack("INCOME_MISSING", "hardship.income")
    if hardship.basis is Basis.PROMISE and not hardship.promise:
        yield Lack("PROMISE_MISSING", "hardship.promise")
