"""What stands in the 256 bytes of a resident ID card: parts of a read reply, four kinds of card, the number's check.

A read reply's body: two (with fingerprints three) lengths of 2 B big endian, then the parts in that order; the text
comes first. The text is UTF-16LE, filled with U+0020 or U+0000. The unit at byte 248 tells the kind of card:

    space or 0   citizen's card                                     GA/T 490
    J            residence permit for Hong Kong, Macao, Taiwan      GA/T 1471
    I            foreigner's permanent residence card of 2017
    Y            foreigner's permanent residence card of 2023

Any other unit is a card that this program does not know, and nothing is guessed.

The number of 18 characters (GB 11643-1999): region 6, birth 8, order 3 (odd for men), check by ISO 7064 MOD 11-2.
Whether the region exists is not asked: withdrawn regions live on in true numbers. A card of 2017 (``I``) has a
number of 15 characters, whose check nobody has published.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Final

TEXT_BYTES: Final = 256
NAME_REST_BYTES: Final = (22, 18)  # of the Latin name's second part on a card of 2023; the papers do not agree
_KIND_AT: Final = 248
_FILL: Final = " \x00"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_NUMBER_18: Final = re.compile(r"[0-9]{17}[0-9X]")
_NUMBER_15: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_DATE: Final = re.compile(r"[0-9]{8}")


class Unreadable(ValueError):
    """A card whose content cannot be relied on; ``code`` is stable, for tables, and holds nothing of the content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CardKind(Enum):
    """Which of the four cards it is."""

    CITIZEN = "citizen"
    HONG_KONG_MACAO_TAIWAN = "hong_kong_macao_taiwan"
    FOREIGNER_2017 = "foreigner_2017"
    FOREIGNER_2023 = "foreigner_2023"


_KINDS: Final = {
    " ": CardKind.CITIZEN,
    "\x00": CardKind.CITIZEN,
    "J": CardKind.HONG_KONG_MACAO_TAIWAN,
    "I": CardKind.FOREIGNER_2017,
    "Y": CardKind.FOREIGNER_2023,
}

Layout = Mapping[str, tuple[int, int]]  # field -> offset and length in bytes

_CITIZEN: Final[Layout] = {
    "name": (0, 30),
    "sex": (30, 2),  # GB/T 2261: 0 unknown, 1 male, 2 female, 9 not stated
    "ethnic_group": (32, 4),  # GB/T 3304
    "birth": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),  # or 长期
}
LAYOUTS: Final[Mapping[CardKind, Layout]] = {
    CardKind.CITIZEN: _CITIZEN,
    CardKind.HONG_KONG_MACAO_TAIWAN: {
        **{field: place for field, place in _CITIZEN.items() if field != "ethnic_group"},
        "travel_permit": (220, 18),
        "issue_count": (238, 4),
    },
    CardKind.FOREIGNER_2017: {
        "name_latin": (0, 120),
        "sex": (120, 2),
        "number": (122, 30),
        "country": (152, 6),
        "name": (158, 30),
        "valid_from": (188, 16),
        "valid_to": (204, 16),
        "birth": (220, 16),
        "issuer": (240, 8),
    },
    CardKind.FOREIGNER_2023: {
        "name": (0, 30),
        "sex": (30, 2),
        "replacement_count": (32, 4),
        "birth": (36, 16),
        "name_latin": (52, 70),
        "number": (122, 36),
        "valid_from": (188, 16),
        "valid_to": (204, 16),
        "name_latin_rest": (220, 22),
        "country": (242, 6),
    },
}


def take_text(body: bytearray, parts: int) -> bytearray:
    """The text part of a read reply with that many parts, as a buffer of its own; raises `Unreadable`."""
    lengths = [int.from_bytes(body[2 * index : 2 * index + 2], "big") for index in range(parts)]
    if len(body) < 2 * parts or 2 * parts + sum(lengths) != len(body):
        raise Unreadable("parts")
    if lengths[0] != TEXT_BYTES:
        raise Unreadable("parts")
    return body[2 * parts : 2 * parts + TEXT_BYTES]


def blank_reserved(text: bytearray, name_rest_bytes: int) -> None:
    """On a card of 2023 some papers give the rest of the Latin name fewer bytes, with reserved ones behind: those are
    emptied, so that whatever stands there becomes no part of a name."""
    if kind_of(text) is CardKind.FOREIGNER_2023:
        offset, length = LAYOUTS[CardKind.FOREIGNER_2023]["name_latin_rest"]
        count = length - name_rest_bytes
        text[offset + name_rest_bytes : offset + length] = bytes(count)


def kind_of(text: bytearray) -> CardKind:
    """Which card this is; raises `Unreadable` for a kind that is not known."""
    unit = text[_KIND_AT : _KIND_AT + 2]
    kind = _KINDS.get(chr(int.from_bytes(unit, "little")))
    if kind is None:
        raise Unreadable("kind")
    return kind


def field_of(text: bytearray, kind: CardKind, field: str) -> str:
    """One field without its filling; empty where this kind of card has none. Raises `Unreadable` for no text."""
    place = LAYOUTS[kind].get(field)
    if place is None:
        return ""
    offset, length = place
    try:
        return text[offset : offset + length].decode("utf-16-le").strip(_FILL)
    except UnicodeDecodeError:
        raise Unreadable("text") from None  # the cause would carry the bytes into a traceback


def check(text: bytearray) -> CardKind:
    """The card's kind when its text can be relied on; raises `Unreadable` with ``kind text number birth sex``."""
    kind = kind_of(text)
    fields = {field: field_of(text, kind, field) for field in LAYOUTS[kind]}
    if any(unicodedata.category(character) == "Cc" for value in fields.values() for character in value):
        raise Unreadable("text")
    if not (fields["name"] or fields.get("name_latin")):
        raise Unreadable("text")
    if (code := problem_of_number(kind, fields["number"], fields["birth"], fields["sex"])) is not None:
        raise Unreadable(code)
    return kind


def problem_of_number(kind: CardKind, number: str, birth: str, sex: str) -> str | None:
    """What does not fit together: ``number`` (form or check digit), ``birth``, ``sex``; None when all fits."""
    if kind is CardKind.FOREIGNER_2017:
        if not _NUMBER_15.fullmatch(number):
            return "number"
        return None if is_date(birth) else "birth"
    if not number_is_right(number):
        return "number"
    if number[6:14] != birth or not is_date(birth):
        return "birth"
    if sex in {"1", "2"} and int(number[16]) % 2 != int(sex) % 2:
        return "sex"
    return None


def number_is_right(number: str) -> bool:
    """Whether 18 characters have the form of a number and its check digit; a small ``x`` is taken as ``X``."""
    upper = normal_number(number)
    return _NUMBER_18.fullmatch(upper) is not None and check_digit(upper[:17]) == upper[17]


def normal_number(number: str) -> str:
    """As it stands on the card: with a great X."""
    return number[:-1] + "X" if number.endswith("x") else number


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_DIGITS[total % 11]


def is_date(text: str) -> bool:
    """Whether YYYYMMDD is a day of the calendar."""
    if _DATE.fullmatch(text) is None:
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
