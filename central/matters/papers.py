"""What a record's documents say: F01 of advice, F23 to F28 of duty help, read from its facts, texts and people.

What the record does not say is left open for whoever issues the document (`central.aid_papers.by_hand`). People and
texts are opened here and go into the document only, which is sealed like they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.accounts.permissions import Act
from central.accounts.person import Person
from central.aid_papers import centres, numbers
from central.aid_papers.facts import CaseFacts, Centre, Lawyer
from central.failures import NotFound, RefusedByRule
from central.imports.register import Register
from central.lawyers import store as lawyers
from central.matters import people, standing, store, work
from central.matters.facts import Value, minute_of
from central.matters.people import Party
from central.matters.words import Kind, Role, State
from central.matters.work import Desk
from central.units import store as units
from hall.moment import local_day, local_ms
from hall_config.wording import say

FORMS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.ADVICE: ("F01",),
    Kind.DUTY_HELP: ("F23", "F24", "F25", "F26", "F27", "F28"),
}
_ACTS: Final = {Act.AID_SEE: Act.MATTERS_WORK, Act.AID_WORK: Act.MATTERS_WORK, Act.AID_SUPERVISE: Act.MATTERS_SUPERVISE}
_BETWEEN: Final = "、"


@dataclass(frozen=True, slots=True)
class Told:
    """A record opened: what it says, what was said in words, who is in it, who the lawyer is."""

    row: RowMapping
    facts: Mapping[str, Value]
    texts: Mapping[str, str]
    people: Sequence[Party]
    lawyer: Lawyer | None

    def option(self, name: str) -> str:
        """The words of a choice, or of several, as documents have them: in Chinese."""
        value = self.facts.get(name)
        codes = value if isinstance(value, list | tuple) else [] if value is None else [value]
        return _BETWEEN.join(say(f"central.matter_option.{name}.{code}") for code in codes)

    def moment(self, day: str, clock: str) -> int | None:
        if day not in self.facts or clock not in self.facts:
            return None
        return local_ms(str(self.facts[day]), minute_of(str(self.facts[clock])))

    def of(self, role: Role) -> list[Party]:
        return [one for one in self.people if one.role is role]


@dataclass(slots=True)
class _Said:
    texts: dict[str, str]
    moments: dict[str, int]


def reach(connection: Connection, person: Person, document: RowMapping, act: Act) -> None:
    """Raises `NotFound` unless this person reaches the record, or the unit, that a document is of."""
    wanted = _ACTS.get(act)
    if wanted is None or not person.may(wanted):
        raise NotFound("NO_SUCH_DOCUMENT")
    if document["matter"] is not None:
        work.known(connection, document["matter"], person.path)
    else:
        units.require_unit(connection, document["unit"], person.path)


def centre_of(connection: Connection, unit: str) -> str:
    """The centre that a unit belongs to, itself or above it; raises `RefusedByRule` while there is none."""
    found = centres.nearest_centre(connection, unit)
    if found is None:
        raise RefusedByRule("AID_CENTRE_NOT_SET", "unit")
    return found


def forms_of(row: RowMapping) -> tuple[str, ...]:
    """The documents that belong to a record; none of one that was struck out."""
    return () if row["state"] == State.STRUCK else FORMS.get(Kind(row["kind"]), ())


def opened(desk: Desk, row: RowMapping) -> Told:
    """A record as its documents see it: the steps that stand, and nothing that was taken back."""
    steps = standing.rows(store.steps(desk.connection, row["id"]))
    texts: dict[str, str] = {}
    for step in steps:
        texts |= people.texts_of(desk.connection, desk.vault, step)
    there = store.parties(desk.connection, row["id"], standing.numbers(steps))
    parties = [people.party_of(desk.connection, desk.vault, one) for one in there]
    return Told(row, json.loads(row["facts"]), texts, parties, lawyer_of(desk, row["lawyer"]))


def lawyer_of(desk: Desk, mark: str | None) -> Lawyer | None:
    row = lawyers.lawyer(desk.connection, mark) if mark is not None else None
    if row is None or mark is None:
        return None
    who = Register(desk.vault, desk.connection, desk.now_ms).open(row["sealed"], mark)
    return Lawyer(name=who.name, firm=row["firm"], licence=who.licence)


def facts_for(desk: Desk, told: Told, clerk: str) -> CaseFacts:
    """Everything that is known for a document of this record."""
    said = _Said({}, {})
    _SAYS[Kind(told.row["kind"])](told, said)
    centre = numbers.centre_of(desk.connection, centre_of(desk.connection, told.row["unit"]))
    return case_facts(centre, desk.now_ms, clerk, told.lawyer, said.texts, said.moments, _case(desk, told.row["case"]))


def case_facts(
    centre: Centre, now_ms: int, clerk: str, lawyer: Lawyer | None, texts: Mapping[str, str],
    moments: Mapping[str, int], case_number: str = "",
) -> CaseFacts:  # fmt: skip
    return CaseFacts(
        centre=centre, today_ms=now_ms, clerk=clerk, lawyer=lawyer, case_number=case_number,
        texts={name: words for name, words in texts.items() if words}, moments=moments,
    )  # fmt: skip


def _case(desk: Desk, case: str | None) -> str:
    """The number of the case that a record belongs to, or its receipt while it has none."""
    return store.number_of_case(desk.connection, case) if case is not None else ""


def _person(said: _Said, them: Sequence[Party]) -> None:
    """Names of all, the rest of the first."""
    if not them:
        return
    first = them[0]
    said.texts |= {
        "applicant": _BETWEEN.join(one.name for one in them), "id_number": first.id_number, "phone": first.phone,
        "sex": _sex(first.id_number), "birth": _birth(first.id_number),
    }  # fmt: skip


def _sex(number: str) -> str:
    """By the last digit of the serial of a resident's number (GB 11643)."""
    return say(f"aid_paper.sex.{'M' if int(number[16]) % 2 else 'F'}") if number else ""


def _birth(number: str) -> str:
    return f"{int(number[6:10])}年{int(number[10:12])}月{int(number[12:14])}日" if number else ""


def _advice(told: Told, said: _Said) -> None:
    _person(said, told.of(Role.ASKER))
    who = [told.option("answered_by"), *((told.lawyer.name, told.lawyer.firm) if told.lawyer is not None else ())]
    said.texts |= {
        "consult_way": told.option("channel"), "consult_kind": told.option("field"), "groups": told.option("groups"),
        "consult_text": told.texts.get("subject", ""), "consult_answer": told.texts.get("answer", ""),
        "answered_by": " ".join(who),
    }  # fmt: skip
    said.moments["consult_time"] = told.row["opened_ms"]


def _duty_help(told: Told, said: _Said) -> None:
    _person(said, told.of(Role.DETAINED))
    texts = told.texts
    said.texts |= {
        "help_kinds": told.option("help"), "held_at": post_of(told), "charge": texts.get("charge", ""),
        "case_title": texts.get("charge", ""), "organ": texts.get("organ", ""), "stage": told.option("stage"),
        "help_text": texts.get("answer", "") or texts.get("subject", ""), "help_opinion": texts.get("opinion", ""),
        "help_method": told.option("method"), "read_file": _read(told),
        "forwarded": say(f"central.matter_paper.forwarded_{told.row['state']}"),
    }  # fmt: skip
    helped, asked = helped_ms(told), told.moment("asked_day", "asked_time")
    if helped is not None:
        said.moments["help_time"] = helped
    if asked is not None:
        said.moments["signed_day"] = asked


def post_of(told: Told) -> str:
    """Where the lawyer was on duty: by its name, or by its kind."""
    return told.texts.get("held_at", "") or told.option("place")


def helped_ms(told: Told) -> int | None:
    return told.moment("help_day", "help_time")


def help_day(row: RowMapping) -> str:
    """The day that a record of duty help belongs to: that of the help, else the day it was written down."""
    return str(json.loads(row["facts"]).get("help_day", "")) or local_day(row["opened_ms"])


def _read(told: Told) -> str:
    helped = told.facts.get("help")
    if "read_file" not in told.facts and not (isinstance(helped, list | tuple) and "FILE" in helped):
        return ""
    return say(f"central.matters.{'yes' if told.facts.get('read_file', True) else 'no'}")


_SAYS: Final[Mapping[Kind, Callable[[Told, _Said], Any]]] = {Kind.ADVICE: _advice, Kind.DUTY_HELP: _duty_help}
