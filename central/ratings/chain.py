"""The chain of a case: each step holds the hash of the one before, what is sealed counting by its sealed bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from central.strict_json import write_json

START: Final = "0" * 64
_SAID: Final = ("before", "case", "n", "at_ms", "actor", "move", "from_state", "to_state", "facts")


def hash_of(step: Mapping[Any, Any]) -> str:
    """SHA-256 over everything that a step says."""
    sealed = step["sealed"]
    mark = "" if sealed is None else hashlib.sha256(sealed.record).hexdigest()
    return hashlib.sha256(write_json([*(step[name] for name in _SAID), mark]).encode()).hexdigest()


def broken_at(steps: Iterable[Mapping[Any, Any]]) -> int | None:
    """The first step that was changed, taken out or put in between; None for a chain that holds."""
    before, wanted = START, 1
    for step in steps:
        if step["n"] != wanted or step["before"] != before or step["hash"] != hash_of(step):
            return wanted
        before, wanted = step["hash"], wanted + 1
    return None
