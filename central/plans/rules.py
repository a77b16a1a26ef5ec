"""Whose word holds for a hall, and when it is told anew.

A hall's plan is laid together from the catalogue's parts, if anybody on its way up asks for them, and from what the
units above it say, the city first and the hall itself last: tables key by key, lists as a whole
(`hall_config.handed_plan`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from central.strict_json import write_json
from hall_config.handed_plan import LARGEST, OF_THE_HALL_ALONE, laid_over, plan_problems
from hall_config.problems import Problem

CATALOGUE_PARTS: Final = ("opening", "rest_day", "work_day", "service")


@dataclass(frozen=True, slots=True)
class Document:
    """What a unit or a hall says; ``version`` 0: nothing yet."""

    parts: Mapping[str, Any] = field(default_factory=dict)
    from_catalogue: tuple[str, ...] = ()
    valid_from_ms: int = 0
    version: int = 0
    changed_ms: int = 0
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a hall shall work by."""

    parts: dict[str, Any]
    valid_from_ms: int


def document_problems(parts: Mapping[str, Any]) -> list[Problem]:
    """All that is wrong with what somebody wants to say; the checks of a hall file."""
    if len(write_json(dict(parts)).encode()) > LARGEST // 2:
        return [Problem("TOO_BIG", params={"limit": LARGEST // 2 // 1024})]
    return plan_problems(parts)


def wanted(catalogue: Mapping[str, Any], documents: Sequence[Document]) -> Wanted:
    """``documents`` from the city down to the hall itself."""
    asked = {name for one in documents for name in one.from_catalogue}
    parts: dict[str, Any] = {name: catalogue[name] for name in CATALOGUE_PARTS if name in asked and catalogue.get(name)}
    for one in documents:
        parts = laid_over(parts, one.parts)
    return Wanted(parts, max((one.valid_from_ms for one in documents), default=0))


def said_instead(
    documents: Iterable[tuple[str, str, Document]], instead: tuple[str, str, Document] | None = None
) -> list[Document]:
    """The documents that say anything, with ``instead`` in the place of its owner's."""
    place, other = (instead[:2], instead[2]) if instead else (None, Document())
    # what is only thought of has no version yet and counts all the same
    return [
        other if (kind, owner) == place else one
        for kind, owner, one in documents
        if one.version or (kind, owner) == place
    ]


def back_to(parts: Mapping[str, Any], own: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What a hall must say to work by ``parts`` again: its word of then (``own``), by which it would have ``now``, and
    the parts in which the units above it and the catalogue have moved on since."""
    return {**own, **{name: part for name, part in parts.items() if now.get(name) != part}}


def plan_text(hall: str, revision: int, issued_ms: int, wish: Wanted) -> str:
    """The plan as it is signed."""
    plan = {
        "v": 1,
        "hall": hall,
        "revision": revision,
        "issued": issued_ms,
        "valid_from": wish.valid_from_ms,
        "parts": wish.parts,
    }
    return write_json(plan)


def next_revision(known: Iterable[int]) -> int:
    """Above all that central and the hall have ever named: after a restored backup no number is given twice."""
    return max(OF_THE_HALL_ALONE, *known) + 1
