"""Adding a step to the chain of a case, and reading steps for whoever may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from central.aid import store
from central.aid.chain import START, hash_of
from central.aid.people import Work
from central.aid.rules import Actor
from central.aid.stages import Who
from central.strict_json import read_json, write_json


def add_step(
    work: Work, case: RowMapping, actor: Actor, capacity: Who, step: Mapping[str, str], facts: Mapping[Any, Any],
    texts: Mapping[Any, Any],
) -> int:  # fmt: skip
    """One step behind the last; its number. ``texts`` are what people wrote or said: sealed."""
    last = store.last_step(work.connection, case["id"])
    number = last["n"] + 1 if last is not None else 1
    sealed = work.seal(case["unit"], write_json(dict(texts)), _place(case["id"], number)) if texts else None
    row: dict[str, Any] = {
        "case": case["id"],
        "n": number,
        "at_ms": work.now_ms,
        "actor": actor.name,
        "capacity": capacity.value,
        "unit": actor.path,
        "source": actor.source,
        **step,
        "facts": write_json(dict(facts)),
        "sealed": sealed,
        "before": last["hash"] if last is not None else START,
    }
    store.add_step(work.connection, {**row, "hash": hash_of(row["before"], row)})
    return number


def texts_of(work: Work, step: Mapping[Any, Any]) -> dict[str, Any]:
    """What was written or said in a step."""
    if step["sealed"] is None:
        return {}
    found: dict[str, Any] = read_json(work.open(step["sealed"], _place(step["case"], step["n"])))
    return found


def facts_of(step: Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = read_json(step["facts"])
    return found


def _place(case: str, number: int) -> str:
    return f"aid_step/sealed/{case}/{number}"
