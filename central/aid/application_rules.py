"""What an application must hold so that its limits begin (法律援助法 40, 41). Pure.

Each refusal has a code of its own; its words (``central.error``) name the rule and the article.
"""

from __future__ import annotations

from datetime import date

from central.failures import WrongField
from hall.intake.codes import STATED, UNCONDITIONAL, Basis
from hall.law.limits import china_day
from hall_config.aid_application import Application
from hall_config.aid_tables import number_on


def check_application(application: Application, now_ms: int, *, at_home: bool = False) -> None:
    """What an application must hold so that its limits begin (法律援助法 40, 41); raises `WrongField`.

    ``at_home``: nobody could look at a card yet.
    """
    person = application.applicant
    if person.id_kind != "NONE" and not person.id_number:
        raise WrongField("AID_ID_MISSING", "application.applicant.id_number")
    born = _born(person.birth, person.id_number, person.id_kind)
    if born is None and person.birth:
        raise WrongField("AID_BIRTH", "application.applicant.birth")
    if (
        born is not None
        and _years(born, now_ms) < number_on("ADULT_YEARS", china_day(now_ms))
        and application.agent is None
    ):
        raise WrongField("AID_MINOR_ALONE", "application.agent")
    if not application.facts.strip():
        raise WrongField("AID_FACTS_MISSING", "application.facts")
    if not (person.phone or person.address or (application.agent and application.agent.person.phone)):
        raise WrongField("AID_CONTACT_MISSING", "application.applicant.phone")
    check_hardship(application)
    if not application.signature and not at_home and application.signed_how != "SCAN":
        raise WrongField("AID_SIGNATURE_MISSING", "application.signature")


def check_hardship(application: Application) -> None:
    """Whether means are stated where the law asks for it: not in matters of article 32, waived by article 42."""
    means = application.hardship
    if application.matter in UNCONDITIONAL or application.presumed is not None:
        return
    if means.basis not in STATED or means.household is None or means.income is None:
        raise WrongField("AID_HARDSHIP_MISSING", "application.hardship")
    if means.basis is Basis.PROMISE and not means.promise:
        raise WrongField("AID_PROMISE_MISSING", "application.hardship.promise")


def _born(birth: str | None, number: str, kind: str) -> date | None:
    """A day of birth that exists and agrees with the number; None where there is none, or where it does not."""
    in_number = f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if kind == "RESIDENT" and len(number) == 18 else None
    if birth and in_number and birth != in_number:
        return None
    try:
        return date.fromisoformat(birth or in_number or "")
    except ValueError:
        return None


def _years(born: date, now_ms: int) -> int:
    today = china_day(now_ms)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
