"""Cases, ratings and looks at them as they are told; what was written only where somebody has given a reason."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping

from central.accounts.person import Person
from central.keeping.sealed_columns import Vault
from central.ratings import casework, store, store_of_cases
from central.ratings.chain import broken_at
from central.ratings.stages import way
from central.ratings.words import FACTS, State
from hall.law.days import DayTable
from hall.law.limits import light
from hall_config.limit_tables import limit_table
from hall_config.wording import rfc3339


def in_list(row: RowMapping, now_ms: int, table: DayTable) -> dict[str, Any]:
    """A line of the list of cases."""
    return {
        "id": row["id"], "hall": row["hall"], "day": row["day"], "number": row["number"], "state": row["state"],
        "grade": row["grade"], "raised": row["raised"], "service": row["service"], "window": row["window"],
        "staff": row["staff"], "reasons": row["reasons"].split(), "channel": row["channel"],
        "has_text": row["has_text"], "excluded": row["excluded"], "flags": flags(row),
        "opened_at": rfc3339(row["opened_ms"]), "closed_at": _time(row["closed_ms"]),
        "contacted_at": _time(row["contacted_ms"]), "in_time": row["in_time"], "late": row["late"].split(),
        "proposed_by": row["proposed_by"], "ground": row["ground"], "result": row["result"], "content": row["content"],
        "published_at": _time(row["published_ms"]), "public_text": row["public_text"],
        "public_reply": row["public_reply"], "due": _due(row, now_ms, table), "version": row["version"],
    }  # fmt: skip


def in_full(connection: Connection, row: RowMapping, person: Person, now_ms: int, table: DayTable) -> dict[str, Any]:
    """A case with its history and what this person can do with it now."""
    steps, held = store_of_cases.steps(connection, row["id"]), casework.capacities(person)
    state = State(row["state"])
    ways = [(one, found) for one in casework.by_hand(state) if (found := way(state, one)) and found.who in held]
    offered = [one for one in ways if one[0].value in _offered(row)]
    return {
        **in_list(row, now_ms, table),
        "own": person.name == row["staff"],
        "steps": [_step(one) for one in steps],
        "unbroken": broken_at(steps) is None,
        "moves": [
            {
                "move": move.value, "to": found.to.value,
                "facts": [_fact(name, needed=True) for name in found.facts] + [_fact(name) for name in found.may],
                "texts": [{"name": name, "needed": True} for name in found.texts]
                + [{"name": name, "needed": False} for name in found.may_texts],
            }
            for move, found in offered
        ],
    }  # fmt: skip


def _offered(row: RowMapping) -> set[str]:
    """What the guards would not refuse for how the case stands."""
    proposed, shown = bool(row["proposed_by"]), row["published_ms"] is not None
    when = {
        "CONFIRM_INVALID": proposed, "DECLINE_INVALID": proposed, "WITHDRAW": shown, "CONTACT": True,
        "PUBLISH": not shown and bool(row["replied_by"]), "CLOSE_SILENT": not row["has_text"] and not proposed,
    }  # fmt: skip
    every = {move.value for move in casework.by_hand(State(row["state"]))}
    return {move for move in every if when.get(move, not proposed)}


def disclosed(connection: Connection, vault: Vault, row: RowMapping) -> dict[str, Any]:
    """What the visitor and staff wrote; the caller has written down who sees it and why."""
    steps = store_of_cases.steps(connection, row["id"])
    texts = [{"n": one["n"], "texts": said} for one in steps if (said := casework.texts_of(connection, vault, one))]
    return {"text": store.text_of(connection, (row["hall"], row["day"], row["number"])), "steps": texts}


def flags(row: RowMapping) -> list[str]:
    return [name for name in ("too_fast", "equal_run", "same_device") if row[name]]


def flagged(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """A rating that may be a game, and what was decided on it."""
    looks = store.reviews(connection, (row["hall"], row["day"], row["number"]))
    return {
        "hall": row["hall"], "day": row["day"], "number": row["number"], "service": row["service"],
        "window": row["window"], "staff": row["staff"], "grade": row["grade"], "channel": row["channel"],
        "flags": flags(row), "excluded": row["excluded"], "decisions": len(looks),
        "reviews": [
            {"at": rfc3339(one["at_ms"]), "actor": one["actor"], "decision": one["decision"]} for one in looks
        ],
    }  # fmt: skip


def own(row: RowMapping) -> dict[str, Any]:
    """One's own rating: neither whose nor when of the day."""
    shown = row["published_ms"] is not None
    return {
        "hall": row["hall"], "day": row["day"], "service": row["service"], "grade": row["grade"],
        "reasons": row["reasons"].split(), "changed": row["version"] > 1, "excluded": row["excluded"],
        "case_state": row["case_state"], "text": row["public_text"] if shown else None,
        "reply": row["public_reply"] if shown else None,
    }  # fmt: skip


def _fact(name: str, *, needed: bool = False) -> dict[str, Any]:
    return {"name": name, "options": [one.value for one in FACTS[name]], "needed": needed}


def _step(row: RowMapping) -> dict[str, Any]:
    return {
        "n": row["n"], "at": rfc3339(row["at_ms"]), "actor": row["actor"], "move": row["move"],
        "from": row["from_state"], "to": row["to_state"], "facts": json.loads(row["facts"]),
        "has_text": row["sealed"] is not None,
    }  # fmt: skip


def _due(row: RowMapping, now_ms: int, table: DayTable) -> dict[str, Any] | None:
    if row["due_ms"] is None:
        return None
    return {
        "at": rfc3339(row["due_ms"]), "rule": row["due_rule"], "provisional": not row["due_sure"],
        "light": light(row["due_ms"], now_ms, limit_table().nearness, table).value,
    }  # fmt: skip


def _time(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)
