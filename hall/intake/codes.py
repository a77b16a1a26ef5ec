"""The codes of legal aid as the law lists them (法律援助法 22, 24, 25, 28, 29, 31-33, 41, 42, 48); words: ``aid``.

Article 32 takes the hardship condition away; article 42 leaves it and waives only its check, for whoever shows the
paper. They are two lists and never one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

# What civil and administrative aid is for, with (31) and without (32) a condition of hardship.
CIVIL: Final = tuple(f"M31_{n}" for n in range(1, 10))
UNCONDITIONAL: Final = tuple(f"M32_{n}" for n in range(1, 6))
# Criminal aid that is applied for: the suspect or accused (24), victim or private prosecutor (29), on retrial (33).
CRIMINAL: Final = ("M24", "M29", "M33")
MATTERS: Final = (*CIVIL, *UNCONDITIONAL, *CRIMINAL)
# Aid that an organ gives notice of, without application or check (25, 28).
NOTICES: Final = (*(f"N25_{n}" for n in range(1, 8)), "N25_OPT", "N28")
PRESUMED: Final = tuple(f"X42_{n}" for n in range(1, 5))
TERMINATIONS: Final = tuple(f"T48_{n}" for n in range(1, 9))
FORMS: Final = tuple(f"FORM_{n}" for n in range(1, 8))


class Basis(StrEnum):
    """How hardship is settled. The first two and the last are decided by the reviewer, never chosen by an applicant."""

    NOT_REQUIRED_32 = "NOT_REQUIRED_32"
    EXEMPT_42 = "EXEMPT_42"
    SHARED_QUERY = "SHARED_QUERY"
    PROMISE = "PROMISE"
    PAPERS = "PAPERS"
    NOT_APPLICABLE_NOTICE = "NOT_APPLICABLE_NOTICE"


STATED: Final = (Basis.SHARED_QUERY, Basis.PROMISE, Basis.PAPERS)  # what an applicant may choose (41)


class Nature(StrEnum):
    """Which law the case is of; the monthly report counts by it."""

    CRIMINAL = "CRIMINAL"
    CIVIL = "CIVIL"
    ADMINISTRATIVE = "ADMINISTRATIVE"


class Stage(StrEnum):
    """How far the matter has come (form F02)."""

    NONE = "NONE"
    INVESTIGATION = "INVESTIGATION"
    PROSECUTION = "PROSECUTION"
    FIRST = "FIRST"
    SECOND = "SECOND"
    RETRIAL = "RETRIAL"
    ARBITRATION = "ARBITRATION"
    MEDIATION = "MEDIATION"
    RECONSIDERATION = "RECONSIDERATION"


class Group(StrEnum):
    """Groups that the report counts and the law sends ahead (军人地位和权益保障法 61); several may hold."""

    MIGRANT_WORKER = "MIGRANT_WORKER"
    DISABLED = "DISABLED"
    ELDER = "ELDER"
    MINOR = "MINOR"
    WOMAN = "WOMAN"
    MILITARY = "MILITARY"
    VETERAN = "VETERAN"


class Channel(StrEnum):
    """Where an application came from."""

    WINDOW = "WINDOW"
    KIOSK = "KIOSK"
    WEB = "WEB"
    STATION = "STATION"
    DUTY_LAWYER = "DUTY_LAWYER"
    ORGAN = "ORGAN"
