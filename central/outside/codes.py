"""What other systems tell of a day or a call: the codes of the form, and how a call ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from central.report_counts.rules import ANSWERED, FIELDS

BY_FIELD: Final = tuple(FIELDS.values())
BY_WHOM: Final = tuple(ANSWERED.values())
CALLS: Final = ("G01", "G01V", "G02", "G04S")
HOTLINE: Final = (*CALLS, "G05", "G06", "G07", "G08R", "G08S")
ADVICE: Final = "B03"
ONLINE: Final = ("N07", "N08", "N09", "N10", "N11")


class Source(StrEnum):
    """Which list a day's figures stand in; also the name of its kind of import."""

    HOTLINE = "hotline_days"
    WEB = "web_days"


@dataclass(frozen=True, slots=True)
class Told:
    """Codes that a day must tell, and codes that it may leave out."""

    must: tuple[str, ...]
    may: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        return self.must + self.may


TOLD: Final[Mapping[Source, Told]] = {
    Source.HOTLINE: Told(HOTLINE, (ADVICE, *BY_FIELD, *BY_WHOM)),
    Source.WEB: Told(("N01", "N04", "N05"), ("N02", "N03", *ONLINE)),
}


# A day whose sums hold, for files to fill and for the description of the interface.
EXAMPLE: Final[Mapping[str, int]] = {
    "G01": 412, "G01V": 57, "G02": 338, "G04S": 98020, "G05": 21, "G06": 18, "G07": 40, "G08R": 36, "G08S": 35,
    "B03": 301, "B11": 62, "B12": 24, "B13": 71, "B14": 19, "B15": 12, "B16": 48, "B17": 27, "B18": 3, "B19": 11,
    "B20": 9, "B21": 6, "B22": 9, "B31": 243, "B32": 14, "B33": 31, "B34": 8, "B35": 5,
    "N01": 5230, "N02": 18452, "N03": 30917, "N04": 46, "N05": 39, "N07": 2, "N08": 0, "N09": 4, "N10": 1, "N11": 0,
}  # fmt: skip


class Ended(StrEnum):
    """How a call ended; words under ``central.call_ended``."""

    MENU = "MENU"  # in the voice menu
    ANSWERED = "ANSWERED"  # spoken with a person
    LOST = "LOST"  # hung up while it waited for one
    VOID = "VOID"  # told by mistake: counts nowhere
