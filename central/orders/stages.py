"""The life of an order, as one table: status -> what the hall answered -> status. What is not in the table is ignored.

``sent`` is ours; the others are the hall's words (contract section 3). ``accepted`` may still become ``done`` or
``failed``; an end stays what it is, so that a repeated or late answer changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENT: Final = "sent"
_ENDS: Final = ("done", "failed", "rejected", "expired")

LIFE: Final[Mapping[str, Mapping[str, str]]] = {
    SENT: {"accepted": "accepted", "duplicate": "accepted", **{end: end for end in _ENDS}},
    "accepted": {end: end for end in _ENDS},
    **{end: {} for end in _ENDS},
}


def after(status: str, answered: str) -> str | None:
    """The status after an answer; None when the answer changes nothing."""
    return LIFE.get(status, {}).get(answered)
