"""The state of a lawyer: what the register says, how fresh that is, and what follows when it changes.

The national register decides; ours is a copy with the moment it was looked up. Only ACTIVE passes, and only for as long
as the look-up is fresh. Whoever is suspended, revoked or cancelled loses every live case in the same transaction; the
end of a suspension restores nothing by itself, neither the state nor a case: a person looks it up and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from central.aid.casework import lawyer_lost
from central.aid.people import Work
from central.aid.rules import Actor
from central.failures import NotFound, RefusedByRule, WrongField
from central.imports.lawyers import LawyerState
from central.keeping.sealed_columns import Vault
from central.lawyers import store
from central.lawyers.codes import Evidence, How
from central.lawyers.rules import is_stale
from hall.moment import local_day
from hall_config.aid_tables import number_on
from hall_config.wording import say

LOST: Final = frozenset({LawyerState.SUSPENDED, LawyerState.REVOKED, LawyerState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Verified:
    """What a register says of a licence. ``stale``: a person has to look it up before anybody goes by it."""

    state: LawyerState
    as_of_ms: int | None
    evidence: str
    stale: bool


# One for each register that can be asked; the ministry's own has no way in from here.
Verify = Callable[[str], Verified]


@dataclass(frozen=True, slots=True)
class Told:
    """A state as somebody tells it, and what it goes by."""

    state: LawyerState
    as_of_ms: int
    how: How
    evidence: Evidence
    document: str = ""
    suspended_from: str | None = None
    suspended_to: str | None = None


def own_register(connection: Connection, vault: Vault, now_ms: int) -> Verify:
    """Our copy as a register that can be asked by licence; a licence it does not know is UNKNOWN."""

    def verify(licence: str) -> Verified:
        row = store.lawyer(connection, vault.index(connection, "licence", licence, now_ms))
        if row is None:
            return Verified(LawyerState.UNKNOWN, None, "", stale=True)
        last = next(iter(store.history(connection, row["mark"])), None)
        evidence = f"{last['evidence']} {last['document']}".strip() if last is not None else Evidence.LIST.value
        return Verified(LawyerState(row["state"]), row["state_as_of_ms"], evidence, stale_now(row, now_ms))

    return verify


def stale_now(row: Mapping[Any, Any], now_ms: int) -> bool:
    """Whether what is known of a lawyer's state is too old to go by."""
    hours = number_on("STATUS_HOURS", date.fromisoformat(local_day(now_ms)))
    return is_stale(LawyerState(row["state"]), row["state_as_of_ms"], now_ms, hours)


def take_state(work: Work, actor: Actor, mark: str, told: Told) -> list[str]:
    """Keep a lawyer's state; the cases that lost their lawyer by it. Raises `NotFound`, `WrongField`, `RefusedByRule`.

    A state told again changes when it was looked up; only another one is a line of the history.
    """
    row = store.lawyer(work.connection, mark)
    if row is None:
        raise NotFound("NO_SUCH_LAWYER")
    _check(told, row, work.now_ms)
    history = store.history(work.connection, mark)
    dates = {"suspended_from": told.suspended_from, "suspended_to": told.suspended_to}
    facts = {"state_as_of_ms": told.as_of_ms, **dates}
    store.change_state(work.connection, mark, told.state.value, facts, work.now_ms)
    touched = _lose_cases(work, actor, mark, told) if told.state in LOST else []
    if told.state is not LawyerState.ACTIVE:
        store.leave_rota(work.connection, mark, local_day(work.now_ms))
    same = history and all(history[0][name] == value for name, value in {**dates, "state": told.state.value}.items())
    if not same or told.how is How.HAND or touched:
        line = {
            "at_ms": work.now_ms, "as_of_ms": told.as_of_ms, "state": told.state.value, "how": told.how.value,
            "evidence": told.evidence.value, "document": told.document, "by": actor.name, "cases": len(touched),
        }  # fmt: skip
        store.add_status(work.connection, mark, line | dates)
    return touched


def keep_from_list(work: Work, actor: Actor, row: Mapping[str, Any]) -> None:
    """What a list says of a lawyer whose entry it has just written: what they can do, and their state."""
    names = ("specialities", "first_year", "languages", "knows_minors", "criminal_since", "state_as_of_ms")
    store.put_facts(work.connection, row["mark"], {name: row[name] for name in names}, work.now_ms)
    told = Told(
        LawyerState(row["state"]), row["state_as_of_ms"], How.LIST, Evidence.LIST, "", row["suspended_from"],
        row["suspended_to"],
    )  # fmt: skip
    take_state(work, actor, row["mark"], told)


def _check(told: Told, row: Mapping[Any, Any], now_ms: int) -> None:
    if told.as_of_ms > now_ms:
        raise WrongField("LAWYER_AS_OF_AHEAD", "as_of")
    if told.as_of_ms < row["state_as_of_ms"] and told.how is How.HAND:
        raise RefusedByRule("LAWYER_AS_OF_OLD", "as_of")
    if told.state is LawyerState.SUSPENDED and told.how is How.HAND and told.suspended_from is None:
        raise WrongField("LAWYER_SUSPENSION_DAYS", "suspended_from")
    if told.state is not LawyerState.SUSPENDED and (told.suspended_from or told.suspended_to):
        raise WrongField("LAWYER_SUSPENSION_ONLY", "suspended_from")
    if told.suspended_from and told.suspended_to and told.suspended_to < told.suspended_from:
        raise WrongField("LAWYER_SUSPENSION_DAYS", "suspended_to")


def _lose_cases(work: Work, actor: Actor, mark: str, told: Told) -> list[str]:
    state = say(f"central.lawyer_state.{told.state}")
    reason = say("central.lawyers.lost", state=state, day=local_day(told.as_of_ms))
    return lawyer_lost(work, actor, mark, reason)
