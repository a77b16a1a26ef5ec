"""What is wrong with a field that was sent, as a code with words of its own, so that whoever typed it can mend it.

What was sent is never repeated. A value of quite another kind, which no page of ours sends, stays `WRONG_FIELD`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_ALWAYS: Final[Mapping[str, str]] = {
    "missing": "MISSING_FIELD",
    "extra_forbidden": "UNKNOWN_FIELD",
    "value_error": "AID_ID_NUMBER",
}
_TYPED: Final = ("string_pattern_mismatch", "string_too_short", "string_too_long")
_FIELDS: Final[Mapping[str, str]] = {
    "phone": "AID_PHONE",
    "id_number": "AID_ID_SIGNS",
    "birth": "AID_DAY_FORM",
    "period_ends": "AID_DAY_FORM",
    "until": "AID_DAY_FORM",
    "signed_on": "AID_DAY_FORM",
    "ended_on": "AID_DAY_FORM",
    "received_on": "AID_DAY_FORM",
    "signature": "AID_SIGNATURE_UNREADABLE",
    "name": "AID_NAME_SHAPE",
    "files": "AID_NO_SUCH_FILE",
}
_KINDS: Final[Mapping[str, str]] = {
    "string_too_short": "AID_TEXT_SHORT",
    "string_too_long": "AID_TEXT_LONG",
    "string_pattern_mismatch": "AID_TEXT_SIGNS",
    "greater_than_equal": "AID_NUMBER_RANGE",
    "less_than_equal": "AID_NUMBER_RANGE",
    "int_parsing": "AID_NUMBER_RANGE",
    "too_long": "AID_LIST_LONG",
    "too_short": "MISSING_FIELD",
    "enum": "AID_NO_SUCH_CODE",
}
_AGREED: Final = ("consent", "confirm")  # by nothing but true


def code_of(fault: Any) -> str:
    """The code for a fault that a shape found."""
    kind, name = fault["type"], next((one for one in reversed(fault["loc"]) if isinstance(one, str)), "")
    if kind in _ALWAYS:
        return _ALWAYS[kind]
    if kind == "literal_error":
        if name in _AGREED:
            return "WRONG_FIELD"
        told = str(fault.get("ctx", {}).get("expected", ""))
        return "AID_NO_SUCH_TERMINATION" if "T48_1" in told else "AID_NO_SUCH_CODE"
    if kind in _TYPED and name in _FIELDS:
        return _FIELDS[name]
    return _KINDS.get(kind, "WRONG_FIELD")
