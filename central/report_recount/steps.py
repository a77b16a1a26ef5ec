"""Chains of steps of central's own records, as they were known at a moment.

A step that was taken back is as if it had never been made. Each chain is checked on the way: one that does not hold is
a difference of its own, whatever its figures say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    at_ms: int
    move: str
    before: str  # states
    after: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """A record and what it did by then. ``moved_on``: it went on after that."""

    row: Mapping[Any, Any]
    steps: tuple[Step, ...]
    moved_on: bool
    broken: bool


Chain = Callable[[Sequence[Any]], int | None]


def records(
    rows: Iterable[Mapping[Any, Any]], steps: Iterable[Mapping[Any, Any]], key: str, cut_ms: int, broken_at: Chain
) -> Iterator[Record]:
    """Each row with its steps, both by id."""
    every = {row["id"]: row for row in rows}
    chains: dict[str, list[Mapping[Any, Any]]] = {}
    for step in steps:
        chains.setdefault(step[key], []).append(step)
    for identifier, row in every.items():
        chain = chains.get(identifier, [])
        known = tuple(_step(one) for one in chain if one["at_ms"] < cut_ms)
        yield Record(row, known, len(known) < len(chain), broken_at(chain) is not None)


def _step(row: Mapping[Any, Any]) -> Step:
    return Step(row["at_ms"], row["move"], row["from_state"], row["to_state"], json.loads(row["facts"]))


class Standing:
    """The steps that stand, in their order, and what is asked of them."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(steps)

    @property
    def facts(self) -> dict[str, Any]:
        """What was said at last."""
        said: dict[str, Any] = {}
        for step in self.steps:
            said.update(step.facts)
        return said

    @property
    def state(self) -> str:
        return self.steps[-1].after if self.steps else ""

    def state_before(self, moment_ms: int) -> str:
        """How it stood just before a moment; empty where it was not there yet."""
        state = ""
        for step in self.steps:
            if step.at_ms < moment_ms:
                state = step.after
        return state

    def first_in(self, *states: str) -> int | None:
        """When it first came into one of these states."""
        return next((step.at_ms for step in self.steps if step.after in states), None)

    def first_move(self, *moves: str) -> Step | None:
        return next((step for step in self.steps if step.move in moves), None)


def unstruck(steps: Iterable[Step]) -> Standing:
    """Every taking back undoes the last step that still stands: read from the end, it skips one."""
    skipped, left = 0, []
    for step in reversed(tuple(steps)):
        if step.move == "TAKE_BACK":
            skipped += 1
        elif skipped:
            skipped -= 1
        else:
            left.append(step)
    return Standing(reversed(left))


def undone(steps: Iterable[Step]) -> Standing:
    """The same where a taking back undoes the last step that led to another state, and passes over those that did
    not."""
    skipped, left = 0, []
    for step in reversed(tuple(steps)):
        moved = step.before != step.after
        if step.move == "TAKE_BACK":
            skipped += 1
        elif skipped and moved:
            skipped -= 1
        else:
            left.append(step)
    return Standing(reversed(left))
