"""The chain of a case: each step holds the hash of the one before, over everything that the step says.

What is sealed counts by the hash of its sealed bytes, so that the chain can be checked without opening anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from central.keeping.sealed_columns import SealedText

START: Final = "0" * 64
_FACTS: Final = (
    "case", "n", "at_ms", "actor", "capacity", "unit", "source", "move", "from_state", "to_state", "form", "facts",
)  # fmt: skip


def hash_of(before: str, step: Mapping[Any, Any]) -> str:
    """SHA-256 over the hash before and the step, in a form that has no two ways to be written."""
    sealed: SealedText | None = step["sealed"]
    mark = hashlib.sha256(sealed.record).hexdigest() if sealed is not None else ""
    text = json.dumps([*(step[name] for name in _FACTS), mark], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def broken_at(steps: Iterable[Mapping[Any, Any]]) -> int | None:
    """The first step that was changed, taken out or put in between; None for a chain that holds."""
    before, wanted = START, 1
    for step in steps:
        if step["n"] != wanted or step["before"] != before or step["hash"] != hash_of(before, step):
            return wanted
        before, wanted = step["hash"], wanted + 1
    return None
