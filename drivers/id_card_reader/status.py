"""What the third status byte of a SAM reply (SW3) means, and who has to do what about it.

Codes 01 02 03 05 09 of the makers' headers are results of their libraries and never stand on the line.
Sources agree except on 11 (one calls it a time-out) and 34 (named by one source).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """Whose turn it is."""

    OK = "the SAM did it"
    FOUND = "a card lies there"
    NO_CARD = "no card, or not found yet: keep asking"
    CARD = "this card could not be read: count, ask for it again"
    LINE = "the SAM did not understand us: ask once more"
    DEVICE = "the reader itself is at fault: alarm"


@dataclass(frozen=True, slots=True)
class Meaning:
    """``code`` is stable, for tables."""

    kind: Kind
    code: str


_MEANINGS: Final = {
    0x90: Meaning(Kind.OK, "ok"),
    0x91: Meaning(Kind.OK, "not_on_card"),
    0x9F: Meaning(Kind.FOUND, "found"),
    0x10: Meaning(Kind.LINE, "sam_saw_wrong_checksum"),
    0x11: Meaning(Kind.LINE, "sam_saw_wrong_length"),
    0x21: Meaning(Kind.LINE, "sam_saw_unknown_command"),
    0x23: Meaning(Kind.DEVICE, "over_privilege"),
    0x24: Meaning(Kind.DEVICE, "unrecognised_error"),
    0x31: Meaning(Kind.CARD, "card_refused_sam"),
    0x32: Meaning(Kind.CARD, "sam_refused_card"),
    0x33: Meaning(Kind.CARD, "content_check_failed"),
    0x37: Meaning(Kind.CARD, "fingerprint_check_failed"),
    0x34: Meaning(Kind.NO_CARD, "not_found_yet"),
    0x80: Meaning(Kind.NO_CARD, "no_card"),
    0x81: Meaning(Kind.CARD, "select_failed"),
    0x40: Meaning(Kind.CARD, "not_an_id_card"),
    0x3F: Meaning(Kind.CARD, "wrong_length_of_content"),
    0x41: Meaning(Kind.CARD, "read_failed"),
    0x47: Meaning(Kind.CARD, "no_random_number"),
    0x60: Meaning(Kind.DEVICE, "self_test_failed"),
    0x66: Meaning(Kind.DEVICE, "not_authorised"),
}


def meaning(status: int) -> Meaning:
    """What SW3 says; a status of no table is taken for a line that lies."""
    return _MEANINGS.get(status, Meaning(Kind.LINE, f"unknown_status_{status:02x}"))
