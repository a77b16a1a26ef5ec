"""The chain: what a line's hash is made of, and where a chain that was meddled with breaks.

Pure. The first line stands on 64 zeros; where a line was changed, taken out or put in between, the hashes break.
The newest hash, written down elsewhere (``hall audit verify`` prints it), also shows lines cut off at the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

START: Final = "0" * 64
FACTS: Final = ("id", "at_ms", "actor", "path", "act", "object", "result", "source", "detail")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a chain holds: lines read, the newest hash, and the first line that does not fit."""

    lines: int
    newest: str
    broken_at: int | None = None


def hash_of(before: str, line: Mapping[str, Any]) -> str:
    """SHA-256 over the hash before and the line's facts, in a form that has no two ways to be written."""
    text = json.dumps([line[name] for name in FACTS], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def follow(lines: Iterable[Mapping[str, Any]], before: str = START, first: int = 1) -> Standing:
    """Walk the lines in their order; stops at the first that is changed, missing or strange."""
    number, read = first, 0
    for line in lines:
        if line["id"] != number or line["before"] != before or line["hash"] != hash_of(before, line):
            return Standing(read, before, number)
        before, number, read = line["hash"], number + 1, read + 1
    return Standing(read, before)
