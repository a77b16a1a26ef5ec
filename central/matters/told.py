"""A record as it is told: in codes and times to whoever works, people masked, in full only with a reason."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.accounts.person import Person
from central.keeping.sealed_columns import Vault
from central.matters import facts, people, standing, store
from central.matters.stages import STAGES, Way, moves_from, way
from central.matters.words import Kind, Move, State, Who
from central.matters.work import actor_of
from hall.law.days import DayTable
from hall.law.limits import light
from hall_config.limit_tables import limit_table
from hall_config.wording import rfc3339


def in_list(row: RowMapping, now_ms: int, table: DayTable) -> dict[str, Any]:
    """A line of the list; nobody's name."""
    ticket = None
    if row["ticket_number"] is not None:
        ticket = {"day": row["ticket_day"], "number": row["ticket_number"]}
    return {
        "id": row["id"], "kind": row["kind"], "unit": row["unit"], "hall": row["hall"], "year": row["year"],
        "number": row["number"], "state": row["state"], "facts": json.loads(row["facts"]), "staff": row["staff"],
        "case": row["case"], "ticket": ticket, "identified": row["identified"], "opened_at": rfc3339(row["opened_ms"]),
        "changed_at": rfc3339(row["changed_ms"]), "closed_at": _time(row["closed_ms"]),
        "due": _due(row, now_ms, table), "version": row["version"],
    }  # fmt: skip


def in_full(
    connection: Connection, vault: Vault, row: RowMapping, person: Person, now_ms: int, table: DayTable
) -> dict[str, Any]:
    """A record with its history, its people masked, and what this person can do with it now."""
    steps = store.steps(connection, row["id"])
    stands = standing.numbers(steps)
    there = [people.party_of(connection, vault, one) for one in store.parties(connection, row["id"], stands)]
    return {
        **in_list(row, now_ms, table),
        "parties": [people.hidden(one) for one in there],
        "steps": [{**_step(one), "stands": one["n"] in stands} for one in steps],
        "texts": sorted({name for one in steps for name in people.texts_of(connection, vault, one)}),
        "unbroken": store.broken_at(steps) is None,
        "moves": [_move(Kind(row["kind"]), State(row["state"]), one, person) for one in _moves(row, person)]
        + _taking_back(steps, person),
    }


def disclosed(connection: Connection, vault: Vault, row: RowMapping) -> dict[str, Any]:
    """People and texts as they are; the caller has written down who sees them and why."""
    steps = store.steps(connection, row["id"])
    rows = store.parties(connection, row["id"], standing.numbers(steps))
    there = [people.party_of(connection, vault, one) for one in rows]
    texts = [{"n": one["n"], "texts": said} for one in steps if (said := people.texts_of(connection, vault, one))]
    return {"parties": [one.model_dump(mode="json") for one in there], "steps": texts}


def named(connection: Connection, vault: Vault, matter: str) -> tuple[str, ...]:
    """Names and numbers of everybody who ever was in a record: what no line of the audit may tell."""
    there = [people.party_of(connection, vault, one) for one in store.parties(connection, matter)]
    return tuple(text for one in there for text in (one.name, one.id_number) if text)


def kinds(person: Person) -> list[dict[str, Any]]:
    """Every kind with its states and the forms of its first moves: what a page draws its forms from."""
    return [
        {
            "kind": kind.value,
            "states": [state.value for state in table if state is not State.NEW],
            "begin": [_move(kind, State.NEW, one, person) for one in table[State.NEW]],
        }
        for kind, table in STAGES.items()
    ]


def _moves(row: RowMapping, person: Person) -> list[Move]:
    held = actor_of(person).capacities
    kind, state = Kind(row["kind"]), State(row["state"])
    return [one for one in moves_from(kind, state) if _way(kind, state, one).who & held]


def _taking_back(steps: list[RowMapping], person: Person) -> list[dict[str, Any]]:
    """What a supervisor can take back, told like any other move; ``takes_back`` is the move that it undoes."""
    stands = standing.rows(steps)
    if len(stands) < 2 or Who.SUPERVISOR not in actor_of(person).capacities:
        return []
    last = stands[-1]
    return [
        {
            "move": Move.TAKE_BACK.value, "to": last["from_state"], "takes_back": last["move"], "facts": [],
            "texts": [{"name": "reason", "needed": True}], "roles": [], "may": True,
        }
    ]  # fmt: skip


def _way(kind: Kind, state: State, move: Move) -> Way:
    found = way(kind, state, move)
    assert found is not None
    return found


def _move(kind: Kind, state: State, move: Move, person: Person) -> dict[str, Any]:
    found = _way(kind, state, move)
    return {
        "move": move.value,
        "to": found.to.value,
        "facts": [_fact(name, needed=True) for name in found.needs] + [_fact(name) for name in found.may],
        "texts": [{"name": name, "needed": True} for name in found.texts]
        + [{"name": name, "needed": False} for name in found.may_texts],
        "roles": [role.value for role in found.roles],
        "may": bool(found.who & actor_of(person).capacities),
    }


def _fact(name: str, *, needed: bool = False) -> dict[str, Any]:
    fact = facts.FACTS[name]
    return {"name": name, "kind": fact.kind, "options": list(fact.options), "needed": needed}


def _step(row: RowMapping) -> dict[str, Any]:
    return {
        "n": row["n"], "at": rfc3339(row["at_ms"]), "actor": row["actor"], "move": row["move"],
        "from": row["from_state"], "to": row["to_state"], "facts": json.loads(row["facts"]),
        "has_text": row["sealed"] is not None,
    }  # fmt: skip


def _due(row: RowMapping, now_ms: int, table: DayTable) -> dict[str, Any] | None:
    if row["due_ms"] is None:
        return None
    nearness = limit_table().nearness
    return {
        "at": rfc3339(row["due_ms"]), "rule": row["due_rule"], "provisional": not row["due_sure"],
        "light": light(row["due_ms"], now_ms, nearness, table).value,
    }  # fmt: skip


def _time(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)
