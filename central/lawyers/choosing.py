"""Who is suggested for a case, and whether a person's choice holds: the rules over what the store knows.

`check_choice` is asked in the transaction that assigns, so that a lawyer suspended a moment ago is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.aid import store as aid
from central.failures import RefusedByRule, WrongField
from central.imports.lawyers import LawyerState
from central.imports.register import Register, masked
from central.keeping.sealed_columns import Vault
from central.lawyers import rules, store
from central.lawyers.codes import Field, Language
from central.lawyers.conflict import Conflict, Meeting, meetings, of_cases
from central.lawyers.rules import Candidate, Lawyer, Measure
from central.strict_json import write_json
from hall.moment import local_day
from hall_config.aid_tables import number_on


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice that holds: the firm, and why this one, as JSON of codes."""

    firm_code: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Named:
    """A candidate as a page shows them: the surname, and of the licence what tells two of one surname apart."""

    candidate: Candidate
    name: str
    licence: str


def suggest(
    connection: Connection, vault: Vault, case_row: Mapping[Any, Any], now_ms: int, language: Language | None = None
) -> list[Named]:
    """Every lawyer of the case's unit, who fits best first, each with what speaks for and against."""
    rows, found = _candidates(connection, case_row, now_ms, language)
    sealed = {row["mark"]: row["sealed"] for row in rows}
    register = Register(vault, connection, now_ms)
    named = []
    for one in found:
        who = masked(register.open(sealed[one.lawyer.mark], one.lawyer.mark))
        named.append(Named(one, who.name, who.licence))
    return named


def check_choice(
    connection: Connection,
    vault: Vault,
    case_row: Mapping[Any, Any],
    mark: str,
    override_reason: str | None,
    now_ms: int,
) -> Chosen:
    """The choice with its reasons; raises `WrongField`, or `RefusedByRule` with the rule that stands against it."""
    _, found = _candidates(connection, case_row, now_ms, None)
    one = next((one for one in found if one.lawyer.mark == mark), None)
    if one is None:
        raise WrongField("AID_NO_SUCH_LAWYER", "lawyer")
    if one.bars:
        raise RefusedByRule(one.bars[0].value, "lawyer")
    said = bool(override_reason and override_reason.strip())
    if one.doubts and not said:
        raise RefusedByRule(one.doubts[0].value, "override_reason")
    if not one.suggested and not said:
        raise RefusedByRule("AID_CHOICE_REASON", "override_reason")
    codes = [reason.code.value for reason in one.reasons] + [f"DESPITE_{doubt.value}" for doubt in one.doubts]
    return Chosen(one.lawyer.firm_code, write_json(codes if one.suggested else [*codes, "CHOSEN_WITH_REASON"]))


def may_practise(connection: Connection, mark: str, now_ms: int) -> bool:
    """Whether a lawyer is active, and was so when last looked up, not too long ago."""
    row = store.lawyer(connection, mark)
    if row is None or row["state"] != LawyerState.ACTIVE:
        return False
    hours = number_on("STATUS_HOURS", _today(now_ms))
    return not rules.is_stale(LawyerState.ACTIVE, row["state_as_of_ms"], now_ms, hours)


def is_active(connection: Connection, mark: str) -> bool:
    """Whether the register has a lawyer as active, however long ago that was looked up."""
    row = store.lawyer(connection, mark)
    return row is not None and row["state"] == LawyerState.ACTIVE


def conflicts(
    connection: Connection, case_id: str, firm_code: str, here: Sequence[Mapping[Any, Any]] | None = None,
    lawyer: str = "",
) -> list[Conflict]:  # fmt: skip
    """Cases, live or past, by which a firm stands against somebody of this one; ``here``: against these alone.

    A firm of which no code is known is that of its ``lawyer``, by its name.
    """
    found = _meetings(connection, case_id, here)
    work = store.work_in(connection, {one.case for one in found})
    row = store.lawyer(connection, lawyer) if found and not firm_code else None
    marks = store.by_firm_name(connection, row["firm"]) if row is not None else frozenset()
    return list(of_cases(found, _cases_of_firm(work, firm_code, marks)))


def _candidates(
    connection: Connection, case_row: Mapping[Any, Any], now_ms: int, language: Language | None
) -> tuple[Sequence[RowMapping], list[Candidate]]:
    path = aid.path_of(connection, case_row["unit"])
    rows = store.lawyers(connection, path) if path else []
    day = local_day(now_ms)
    turns = {row["lawyer"]: row["n"] for row in store.rota(connection, case_row["unit"], day, day)}
    loads = store.loads(connection, [row["mark"] for row in rows])
    replaced = store.replaced_in(connection, case_row["id"])
    lawyers = [
        lawyer_of(row, loads.get(row["mark"], 0), turns.get(row["mark"]), row["mark"] in replaced) for row in rows
    ]
    today = _today(now_ms)
    measure = Measure(today, now_ms, number_on("DEFENCE_YEARS", today), number_on("STATUS_HOURS", today))
    needs = rules.needs_of(case_row["matter"], case_row["nature"], case_row["groups"].split(), language)
    against = _conflicts_of_all(connection, case_row["id"], lawyers)
    return rows, rules.in_order(lawyers, needs, against, measure)


def lawyer_of(row: Mapping[Any, Any], load: int, turn: int | None, replaced: bool = False) -> Lawyer:
    """A row of the register as the rules take it."""
    return Lawyer(
        mark=row["mark"],
        firm_code=row["firm_code"],
        firm=row["firm"],
        state=LawyerState(row["state"]),
        state_as_of_ms=row["state_as_of_ms"],
        specialities=frozenset(map(Field, (row["specialities"] or "").split())),
        languages=frozenset(map(Language, (row["languages"] or "").split())),
        first_year=row["first_year"],
        knows_minors=bool(row["knows_minors"]),
        criminal_since=row["criminal_since"],
        load=load,
        turn=turn,
        replaced=replaced,
    )


def _conflicts_of_all(
    connection: Connection, case_id: str, lawyers: Iterable[Lawyer]
) -> dict[str, tuple[Conflict, ...]]:
    """By mark; asked once for all firms."""
    found = _meetings(connection, case_id)
    if not found:
        return {}
    work = store.work_in(connection, {one.case for one in found})
    by_firm: dict[tuple[str, str], tuple[Conflict, ...]] = {}
    against = {}
    for one in lawyers:
        firm = (one.firm_code, "" if one.firm_code else one.firm)
        if firm not in by_firm:
            marks = frozenset() if one.firm_code else store.by_firm_name(connection, one.firm)
            by_firm[firm] = of_cases(found, _cases_of_firm(work, one.firm_code, marks))
        against[one.mark] = by_firm[firm]
    return against


def _meetings(
    connection: Connection, case_id: str, people: Sequence[Mapping[Any, Any]] | None = None
) -> frozenset[Meeting]:
    here = store.parties_of(connection, case_id) if people is None else people
    return meetings(here, store.same_people(connection, case_id, here))


def _cases_of_firm(work: Iterable[Mapping[Any, Any]], firm_code: str, marks: frozenset[str]) -> dict[str, bool]:
    """Cases that a firm has or had, also those of lawyers who came to it since; whether each is live for it."""
    cases: dict[str, bool] = {}
    for row in work:
        if (firm_code and firm_code in (row["firm_code"], row["now_at"])) or row["lawyer"] in marks:
            cases[row["case"]] = cases.get(row["case"], False) or row["live_case"] is not None
    return cases


def _today(now_ms: int) -> date:
    return date.fromisoformat(local_day(now_ms))
