"""Fields of law, languages and evidence by their codes, and which fields the matter of a case is of.

Fields are those of the monthly report (lines B11 to B22), so that what a lawyer can do and what is reported are counted
in one way. Which field a matter is of is this product's choice (no law says it); it orders a suggestion and excludes
nobody.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """Words under ``central.lawyer_field``."""

    FAMILY = "B11"
    INHERITANCE = "B12"
    LABOUR = "B13"
    TRAFFIC = "B14"
    INJURY = "B15"
    DEBT = "B16"
    PROPERTY = "B17"
    EXPROPRIATION = "B18"
    CONSUMER = "B19"
    CRIMINAL = "B20"
    ADMINISTRATIVE = "B21"
    OTHER = "B22"


class Language(StrEnum):
    """Beside Mandarin, which every lawyer speaks; words under ``central.lawyer_language``."""

    WU = "WU"
    CANTONESE = "CANTONESE"
    MIN = "MIN"
    HAKKA = "HAKKA"
    TIBETAN = "TIBETAN"
    UYGHUR = "UYGHUR"
    MONGOLIAN = "MONGOLIAN"
    KAZAKH = "KAZAKH"
    KOREAN = "KOREAN"
    ZHUANG = "ZHUANG"
    YI = "YI"
    SIGN = "SIGN"
    ENGLISH = "ENGLISH"
    JAPANESE = "JAPANESE"
    RUSSIAN = "RUSSIAN"
    FRENCH = "FRENCH"


class Evidence(StrEnum):
    """What a state goes by; words under ``central.lawyer_evidence``."""

    LIST = "LIST"  # a list that was brought in
    NATIONAL_REGISTER = "NATIONAL_REGISTER"
    DECISION = "DECISION"  # of the authority that punishes or revokes
    LICENCE_SEEN = "LICENCE_SEEN"


class How(StrEnum):
    """Where a row of the status history comes from."""

    LIST = "LIST"
    HAND = "HAND"


DEFENCE_MATTERS: Final = frozenset({"N25_4", "N25_5"})  # life or death, review of a death sentence
JUVENILE_MATTERS: Final = frozenset({"N25_1"})

_OF_NATURE: Final = {"CRIMINAL": frozenset({Field.CRIMINAL}), "ADMINISTRATIVE": frozenset({Field.ADMINISTRATIVE})}
_OF_MATTER: Final = {
    "M31_1": frozenset({Field.ADMINISTRATIVE}),
    "M31_2": frozenset({Field.LABOUR, Field.ADMINISTRATIVE}),
    "M31_3": frozenset({Field.ADMINISTRATIVE}),
    "M31_4": frozenset({Field.FAMILY}),
    "M31_5": frozenset({Field.LABOUR}),
    "M31_6": frozenset({Field.FAMILY}),
    "M31_7": frozenset({Field.LABOUR, Field.TRAFFIC, Field.INJURY}),
    "M31_8": frozenset({Field.INJURY}),
    "M32_1": frozenset({Field.INJURY}),
    "M32_2": frozenset({Field.INJURY}),
    "M32_3": frozenset({Field.CRIMINAL, Field.ADMINISTRATIVE}),
    "M32_4": frozenset({Field.FAMILY}),
}


def fields_of(matter: str, nature: str) -> frozenset[Field]:
    """Specialities that fit a case; none where any lawyer fits."""
    return _OF_NATURE.get(nature) or _OF_MATTER.get(matter, frozenset())
