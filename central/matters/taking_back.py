"""A wrong step is taken back: a step itself, by a supervisor, with a reason. Nothing is deleted.

The record then stands, says and waits for what it did before the step: its state, its facts, its people, its limit as
it ran on, its room. What somebody else has taken meanwhile cannot be given back, and the taking back is refused.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import RowMapping

from central.failures import Forbidden, RefusedByRule, WrongField
from central.matters import facts as fact_table
from central.matters import limits, people, standing, store, work
from central.matters.facts import Value
from central.matters.people import Sealing
from central.matters.store import NewStep
from central.matters.words import Kind, Move, State, Who
from central.matters.work import Actor, Desk, Given

REASON: Final = "reason"
TAKEN: Final = "taken_back"  # the number of the step that does not stand any more


def take_back(desk: Desk, actor: Actor, identifier: str, version: int, given: Given) -> None:
    """Take the last step that stands back. Raises `NotFound`, `RefusedByRule`, `WrongField` and `Forbidden`."""
    connection = desk.connection
    row = work.known(connection, identifier, actor.path)
    if row["version"] != version:
        raise work.changed(connection, row)
    if Who.SUPERVISOR not in actor.capacities:
        raise Forbidden("NOT_ALLOWED")
    texts = _reason(given)
    steps = store.steps(connection, identifier)
    last, before = last_of(steps)
    kind, state, facts = Kind(row["kind"]), State(last["from_state"]), standing.facts_of(before)
    due = limits.replayed(kind, before, desk.table)
    columns = work.columns(state, facts, due, _staff(facts, before), desk.now_ms)
    if not store.change(connection, identifier, version, **columns):
        raise work.changed(connection, work.known(connection, identifier, actor.path))
    _room(desk, identifier, state, facts, actor.path)
    sealing = Sealing(connection, desk.vault, row["unit"], identifier, desk.now_ms)
    number = len(steps) + 1
    step = NewStep(
        desk.now_ms, actor.name, Move.TAKE_BACK.value, row["state"], state.value, {TAKEN: last["n"]},
        sealing.texts(texts, number),
    )  # fmt: skip
    store.add_step(connection, identifier, step)


def last_of(steps: list[RowMapping]) -> tuple[RowMapping, list[RowMapping]]:
    """The step that would be taken back and those before it; raises `RefusedByRule` where only the first one stands."""
    *before, last = standing.rows(steps)
    if not before:
        raise RefusedByRule("MATTER_NOTHING_TO_TAKE_BACK", "move")
    return last, before


def _reason(given: Given) -> dict[str, str]:
    fact_table.check(given.facts, (), ())
    if given.parties:
        raise WrongField("WRONG_FIELD", "parties")
    return people.checked_texts(dict(given.texts), (REASON,), ())


def _staff(facts: dict[str, Value], before: list[RowMapping]) -> str:
    """Who worked on it before that step."""
    actor = str(before[-1]["actor"])
    return str(facts.get("handler", "" if actor == work.PUBLIC else actor))


def _room(desk: Desk, identifier: str, state: State, facts: dict[str, Value], path: str) -> None:
    """As the state that it comes back to wants it: no room, or the one it had, if it is free still."""
    work.free_room(desk, identifier)
    if state in work.KEEPS_ROOM and not work.take_room(desk, identifier, facts, path):
        raise RefusedByRule("MATTER_ROOM_GONE", "move")
