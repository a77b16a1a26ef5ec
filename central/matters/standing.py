"""Which steps of a record stand: one that a supervisor took back is as if it had never been made.

Both it and the taking back stay in the history. Whoever asks what a record says, how it stands, which limit runs and
what is counted asks these steps only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from central.matters.facts import Value
from central.matters.words import Move

Step = TypeVar("Step")
Row = TypeVar("Row", bound=Mapping[Any, Any])


def standing(steps: Iterable[Step], move_of: Callable[[Step], str]) -> list[Step]:
    """The steps that stand, in their order; a taking back is none of them."""
    left: list[Step] = []
    for step in steps:
        if move_of(step) != Move.TAKE_BACK:
            left.append(step)
        elif left:
            left.pop()
    return left


def rows(steps: Iterable[Row]) -> list[Row]:
    """The same over rows of the store."""
    return standing(steps, lambda row: str(row["move"]))


def numbers(steps: Iterable[Mapping[Any, Any]]) -> frozenset[int]:
    """The numbers of the steps that stand: people who came with another one are not in the record."""
    return frozenset(row["n"] for row in rows(steps))


def facts_of(steps: Sequence[Mapping[Any, Any]]) -> dict[str, Value]:
    """What these steps say together, the later one above the earlier."""
    said: dict[str, Value] = {}
    for row in steps:
        said |= json.loads(row["facts"])
    return said
