"""What a record says in codes, numbers, days and times, each fact with what it may be: never a name, never a text.

The form of a new record and of each move is drawn from here, so a page knows no more than this table. ``B…`` and ``D…``
are the cells of the monthly report that a choice is counted in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from central.failures import WrongField

Value = str | int | bool | tuple[str, ...]
FactKind = Literal["choice", "several", "flag", "number", "money", "day", "time", "lawyer", "case", "room", "account"]
FIELDS: Final = tuple(f"B{n}" for n in range(11, 23))
DISPUTES: Final = tuple(f"D{n}" for n in range(21, 31))
_DAY: Final = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_MARKS: Final = {
    "lawyer": re.compile(r"[0-9a-f]{8,64}", re.ASCII),
    "case": re.compile(r"[^\x00-\x1f\x7f]{4,80}"),  # its id, number or receipt; what is kept is its id
    "room": re.compile(r"[0-9a-f]{16}", re.ASCII),
    "account": re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What one fact may be; words under ``central.matter_fact``, its options under ``central.matter_option``."""

    kind: FactKind
    options: tuple[str, ...] = ()
    least: int = 0
    most: int = 0


def _choice(*options: str) -> Fact:
    return Fact("choice", options)


_REASONS: Final = ("NO_CONTACT", "NOT_WANTED", "DOUBLE", "WRONG_ENTRY", "OTHER")
FACTS: Final[Mapping[str, Fact]] = {
    "channel": _choice("VISIT", "CALL", "WEB", "LETTER"),
    "field": Fact("choice", FIELDS),
    "answered_by": _choice("LAWYER", "NOTARY", "AID_STAFF", "MEDIATOR", "OTHER"),
    "groups": Fact("several", ("MIGRANT_WORKER", "ELDER", "WOMAN", "MINOR", "DISABLED", "MILITARY")),
    "case": Fact("case"),
    "lawyer": Fact("lawyer"),
    # --- duty lawyers
    "place": _choice("COURT", "PROCURATORATE", "DETENTION_HOUSE", "OTHER"),
    "help": Fact(
        "several",
        ("ADVICE", "PROCEDURE_CHOICE", "COERCIVE_MEASURE", "CASE_OPINION", "PLEA_WITNESS", "MEETING", "FILE", "OTHER"),
    ),
    "method": _choice("MEETING", "VIDEO", "PHONE", "WRITING"),
    "stage": _choice("INVESTIGATION", "PROSECUTION", "FIRST", "SECOND", "RETRIAL"),
    "help_day": Fact("day"),
    "help_time": Fact("time"),
    "read_file": Fact("flag"),
    "asked_day": Fact("day"),
    "asked_time": Fact("time"),
    # --- papers
    "paper": _choice("COMPLAINT", "ANSWER", "APPEAL", "ARBITRATION", "APPLICATION", "AGREEMENT", "WILL", "OTHER"),
    # --- mediation
    "dispute": Fact("choice", DISPUTES),
    "sent": _choice("HERE", "STREET", "SPECIALISED"),
    "parties_agree": Fact("flag"),
    "ways_told": Fact("flag"),
    "fail_reason": _choice("NO_AGREEMENT", "PARTY_REFUSES", "NOT_MEDIABLE", "NO_CONTACT", "OTHER"),
    "people": Fact("number", least=1, most=9999),
    "amount_fen": Fact("money", most=10**13),
    "effective_day": Fact("day"),
    "joint": Fact("flag"),
    "confirm_day": Fact("day"),
    # --- notary, forensic, lawyers
    "guidance": _choice("NOTARY", "FORENSIC", "LAWYER", "FEES", "PAPERS", "OTHER"),
    "appointed_day": Fact("day"),
    "appointed_time": Fact("time"),
    "accepted_day": Fact("day"),
    "free_will_80": Fact("flag"),
    "outcome": _choice("ISSUED", "GRANTED", "REFUSED", "ENDED"),
    "cancel_reason": Fact("choice", _REASONS),
    # --- approvals, exam, information
    "approval": _choice("LICENCE", "FIRM", "YEARLY_CHECK", "TRAINEE", "FILE_TRANSFER", "SUSPEND_WORK", "ESTABLISH"),
    "return_reason": _choice("FORM_MISSING", "PAPERS_MISSING", "PAPER_DIFFERS", "NOT_COMPETENT", "OTHER"),
    "exam_topic": _choice("REGISTRATION", "QUALIFICATION", "RESULT", "CERTIFICATE", "OTHER"),
    "information": _choice("DISCLOSURE", "CREDIT", "OTHER"),
    # --- visits
    "first_time": Fact("flag"),
    "id_shown": Fact("flag"),
    "kinship_shown": Fact("flag"),
    "refuse_reason": _choice("NOT_RELATIVE", "PAPERS_MISSING", "NOT_ALLOWED_BY_PRISON", "NOT_HERE", "OTHER"),
    "visit_day": Fact("day"),
    "visit_from": Fact("time"),
    "visit_until": Fact("time"),
    "room": Fact("room"),
    # --- complaints
    "about": _choice("ATTITUDE", "DELAY", "FEE", "QUALITY", "LAWYER", "NOTARY", "MEDIATOR", "FACILITIES", "OTHER"),
    "handler": Fact("account"),
    "content_with": _choice("YES", "NO", "UNKNOWN"),
}


def check(given: Mapping[str, Any], needs: Iterable[str], may: Iterable[str]) -> dict[str, Value]:
    """The facts as they are kept; raises `WrongField` for one that is missing, not asked for, or none that can be."""
    needed = tuple(needs)
    for name in needed:
        if given.get(name) in (None, "", [], ()):
            raise WrongField("MISSING_FIELD", f"facts.{name}")
    known = {*needed, *may}
    for name in given:
        if name not in known:
            raise WrongField("UNKNOWN_FIELD", f"facts.{name}" if name in FACTS else "facts")
    return {name: _value(name, value) for name, value in given.items() if value is not None}


def minute_of(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _value(name: str, value: Any) -> Value:
    fact = FACTS[name]
    kept = _READ[fact.kind](fact, value)
    if kept is None:
        raise WrongField("WRONG_FIELD", f"facts.{name}")
    return kept


def _one(fact: Fact, value: Any) -> Value | None:
    return value if isinstance(value, str) and value in fact.options else None


def _several(fact: Fact, value: Any) -> Value | None:
    if not isinstance(value, list | tuple) or len(set(map(str, value))) != len(value):
        return None
    if not all(isinstance(one, str) and one in fact.options for one in value):
        return None
    return tuple(option for option in fact.options if option in value)


def _flag(_: Fact, value: Any) -> Value | None:
    return value if isinstance(value, bool) else None


def _number(fact: Fact, value: Any) -> Value | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and fact.least <= value <= fact.most
    return int(value) if fits else None


def is_day(text: str) -> bool:
    """Whether the calendar has this day."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _day(_: Fact, value: Any) -> Value | None:
    return value if isinstance(value, str) and is_day(value) else None


def _time(_: Fact, value: Any) -> Value | None:
    return value if isinstance(value, str) and _TIME.fullmatch(value) else None


def _mark(fact: Fact, value: Any) -> Value | None:
    return value if isinstance(value, str) and _MARKS[fact.kind].fullmatch(value) else None


_READ: Final = {
    "choice": _one, "several": _several, "flag": _flag, "number": _number, "money": _number, "day": _day,
    "time": _time, "lawyer": _mark, "case": _mark, "room": _mark, "account": _mark,
}  # fmt: skip
