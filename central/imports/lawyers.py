"""What an import of lawyers would change, and what in it is wrong (domain rules part 7). Pure: what is known comes in.

A licence has 17 digits, an old one 12: both are taken. State is what the register of the ministry said on that day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from central.imports.kinds import Fault
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
) -> Judged:
    """``known``: by mark, every lawyer there is, also of units that one does not see."""
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
        if fault is not None or state is None:
            judged.faults += [fault] if fault is not None else []
            continue
        facts = {"firm": told["firm"], "firm_code": told["firm_code"], "state": state.value, "unit": told["of_unit"]}
        judged.take(key, {"mark": key, "licence": told["licence"], "lawyer": told["lawyer"], **facts}, known)
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
