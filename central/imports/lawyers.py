"""What an import of lawyers would change, and what in it is wrong (domain rules part 7). Pure: what is known comes in.

A licence has 17 digits, an old one 12: both are taken. State is what the register of the ministry said on that day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from central.imports.kinds import Fault
from central.imports.lawyer_columns import FRESH_MS, facts_of
from central.imports.rules import Judged, KnownUnit, Line, only_once, unit_fault
from hall_config.wording import LANGUAGES, say

NAME_CHARACTERS: Final = 60
FIRM_CHARACTERS: Final = 120
_LICENCE: Final = re.compile(r"1[0-9]{4}(?:19|20)[0-9]{2}[1-9][01][0-9]{6}|[0-9]{12}")
_FIRM_CODE: Final = re.compile(r"31[0-9A-Z]{16}")


class LawyerState(StrEnum):
    """Only ACTIVE may practise; words under ``central.lawyer_state``."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    CANCELLED = "CANCELLED"
    TRANSFERRING = "TRANSFERRING"
    UNKNOWN = "UNKNOWN"


def judge_lawyers(
    lines: Iterable[Line],
    mark: Callable[[str], str],
    known: Mapping[str, Mapping[str, Any]],
    units: Mapping[str, KnownUnit],
    own_path: str,
    now_ms: int,
) -> Judged:
    """``known``: by mark, every lawyer there is, also of units that one does not see.

    A state told again is a change once it is an hour newer: it says how fresh the state is.
    """
    judged = Judged()
    for line in only_once(lines, lambda told: told["licence"], "licence", judged.faults):
        told, number = line.told, line.number
        state = _state(told["state"])
        fault = _shape_fault(line) or unit_fault(number, told["of_unit"], units, own_path)
        if fault is None and state is None:
            fault = Fault(number, "state", "LAWYER_STATE")
        key = mark(told["licence"])
        there = known.get(key)
        if fault is None and there is not None and not units[there["unit"]].path.startswith(own_path):
            fault = Fault(number, "licence", "LAWYER_ELSEWHERE")
        facts = facts_of(line, there, now_ms) if fault is None else fault
        if state is LawyerState.ACTIVE and (told.get("suspended_from") or told.get("suspended_to")):
            facts = Fault(number, "suspended_from", "LAWYER_DAYS")
        if isinstance(facts, Fault) or state is None:
            judged.faults += [facts] if isinstance(facts, Fault) else []
            continue
        if there is not None and facts["state_as_of_ms"] - there["state_as_of_ms"] < FRESH_MS:
            facts["state_as_of_ms"] = there["state_as_of_ms"]
        who = {"mark": key, "licence": told["licence"], "lawyer": told["lawyer"], "firm": told["firm"]}
        place = {"firm_code": told["firm_code"], "state": state.value, "unit": told["of_unit"]}
        judged.take(key, {**who, **place, **facts}, known)
    return judged


def _shape_fault(line: Line) -> Fault | None:
    told, number = line.told, line.number
    if not _LICENCE.fullmatch(told["licence"]):
        return Fault(number, "licence", "LICENCE_SHAPE")
    if len(told["lawyer"]) > NAME_CHARACTERS:
        return Fault(number, "lawyer", "NAME_LONG", {"limit": NAME_CHARACTERS})
    if len(told["firm"]) > FIRM_CHARACTERS:
        return Fault(number, "firm", "NAME_LONG", {"limit": FIRM_CHARACTERS})
    if told["firm_code"] and not _FIRM_CODE.fullmatch(told["firm_code"]):
        return Fault(number, "firm_code", "FIRM_CODE")
    return None


def _state(text: str) -> LawyerState | None:
    for one in LawyerState:
        words = {say(f"central.lawyer_state.{one}", language).casefold() for language in LANGUAGES}
        if text.casefold() in words | {one.value.casefold()}:
            return one
    return None
