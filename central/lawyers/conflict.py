"""Conflicts of interest of a firm (律师法 39): who is against whom, here and in every case it has or had. Pure.

A firm is in conflict when it acts or acted for somebody who is opposing here, or when somebody applies here whom it
worked against. An agent stands on the applicant's side, here and there: whoever acts for the applicant here may not be
who the firm works against elsewhere, nor the other way round. One lawyer's client is every lawyer's of the firm, and a
lawyer who changes firms takes theirs along.

People are compared by marks, keyed hashes of ID numbers and of names as `name_key` writes them. The same number is the
same person. Two numbers that differ are two people, whatever they are called. Where one has no number the name decides,
which is possible and not certain: a person has to look. Names that differ by one character, however rare, are different
marks and never meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

APPLICANT: Final = "APPLICANT"
AGENT: Final = "AGENT"
OPPOSING: Final = "OPPOSING"


class Against(StrEnum):
    """Which way round; words under ``central.lawyer_conflict``."""

    OPPOSING_IS_CLIENT = "OPPOSING_IS_CLIENT"  # who is opposing here was helped by the firm there
    APPLICANT_WAS_OPPOSED = "APPLICANT_WAS_OPPOSED"  # who applies here was opposing there
    OPPOSING_IS_AGENT = "OPPOSING_IS_AGENT"  # who is opposing here was a client's agent there
    AGENT_WAS_OPPOSED = "AGENT_WAS_OPPOSED"  # the applicant's agent here was opposing there


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """One case of the firm that stands against this one. ``certain``: by number; else by name alone."""

    case: str
    against: Against
    certain: bool
    live: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody of this case who may be somebody of another one, on the other side."""

    case: str
    against: Against
    certain: bool


# what somebody is here, and what the same person is there, for the two sides to meet
_SIDES: Final = {
    (OPPOSING, APPLICANT): Against.OPPOSING_IS_CLIENT,
    (OPPOSING, AGENT): Against.OPPOSING_IS_AGENT,
    (APPLICANT, OPPOSING): Against.APPLICANT_WAS_OPPOSED,
    (AGENT, OPPOSING): Against.AGENT_WAS_OPPOSED,
}


def meetings(here: Iterable[Mapping[Any, Any]], elsewhere: Iterable[Mapping[Any, Any]]) -> frozenset[Meeting]:
    """Who of this case stands on the other side of which other case; rows of ``aid_party``."""
    by_number: dict[str, list[Mapping[Any, Any]]] = {}
    by_name: dict[str, list[Mapping[Any, Any]]] = {}
    for other in elsewhere:
        by_name.setdefault(other["name_mark"], []).append(other)
        if other["id_mark"]:
            by_number.setdefault(other["id_mark"], []).append(other)
    found = set()
    for one in here:
        same_number = by_number.get(one["id_mark"], []) if one["id_mark"] else []
        same_name = [other for other in by_name.get(one["name_mark"], []) if not (one["id_mark"] and other["id_mark"])]
        for certain, others in ((True, same_number), (False, same_name)):
            for other in others:
                against = _SIDES.get((one["role"], other["role"]))
                if against is not None:
                    found.add(Meeting(other["case"], against, certain))
    return frozenset(found)


def of_cases(found: Iterable[Meeting], cases: Mapping[str, bool]) -> tuple[Conflict, ...]:
    """The meetings that are conflicts for a firm: ``cases`` are those it has (true) or had (false)."""
    sure = {(one.case, one.against) for one in found if one.certain}
    return tuple(
        sorted(
            Conflict(one.case, one.against, one.certain, cases[one.case])
            for one in found
            if one.case in cases and (one.certain or (one.case, one.against) not in sure)
        )
    )
