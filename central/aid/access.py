"""Which cases somebody may reach, and in which capacities they act on them.

The centre's people reach cases of their unit and below; the bureau's reach those that somebody objected in; a firm
reaches those that one of its lawyers is at work in, and no longer than that. Whatever else there is, is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import Request
from sqlalchemy import Connection, RowMapping

from central.accounts.permissions import Act, Role
from central.accounts.person import Person
from central.aid import store
from central.aid.rules import Actor
from central.aid.stages import Move, State, Who
from central.failures import NotFound, RefusedByRule
from central.lawyers.store import firm_of_account
from central.web_doors import source_of

_CAPACITIES: Final[Mapping[Role, Who]] = {
    Role.WINDOW_STAFF: Who.DESK,
    Role.REVIEWER: Who.REVIEWER,
    Role.APPROVER: Who.APPROVER,
    Role.ASSIGNER: Who.ASSIGNER,
    Role.ARCHIVIST: Who.ARCHIVIST,
    Role.SUPERVISOR: Who.SUPERVISOR,
    Role.BUREAU_REVIEWER: Who.BUREAU,
    Role.FIRM: Who.FIRM,
}


def require_case(connection: Connection, person: Person, case_id: str, act: Act) -> RowMapping:
    """The case, if this person may do ``act`` with it; raises `NotFound`, the same for one that is not there."""
    row = store.case(connection, case_id)
    if row is None or not person.may(act) or not reaches(connection, person, row):
        raise NotFound("NO_SUCH_CASE")
    return row


def reaches(connection: Connection, person: Person, case: RowMapping) -> bool:
    """Whether this person may know of the case at all."""
    path = store.path_of(connection, case["unit"])
    if not path or not path.startswith(person.path):
        return False
    if Role.FIRM in person.roles:
        code = firm_of_account(connection, person.name)
        return code is not None and store.firm_has(connection, case["id"], code)
    return person.may(Act.AID_WORK) or may_be_objected(connection, case)


def require_accepted(connection: Connection, case_id: str) -> None:
    """Raises `RefusedByRule` as long as the firm has not accepted: until then it reads of nobody."""
    found = store.live_assignment(connection, case_id)
    if found is None or found["accepted_ms"] is None:
        raise RefusedByRule("AID_CONTACT_NOT_YET")


def may_be_objected(connection: Connection, case: RowMapping) -> bool:
    """Whether the case is the bureau's to look at: it can be objected to, or was."""
    if case["state"] in (State.REFUSED, State.TERMINATED, State.OBJECTED):
        return True
    return bool(store.actors(connection, case["id"], (Move.OBJECT.value,)))


def capacities(person: Person) -> frozenset[Who]:
    """What somebody with these roles acts as."""
    return frozenset(_CAPACITIES[role] for role in person.roles if role in _CAPACITIES)


def actor_of(person: Person, request: Request) -> Actor:
    """Who acts, as the steps of a case name them."""
    return Actor(person.name, capacities(person), person.unit, person.path, source_of(request))
