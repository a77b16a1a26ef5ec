"""Citizens' identity numbers (GB 11643-1999): seventeen digits and a check character by ISO 7064 MOD 11-2."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """What is wrong with a number."""

    FORM = "ID_NUMBER_FORM"
    DAY = "ID_NUMBER_DAY"
    CHECK = "ID_NUMBER_CHECK"


_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def right_id_number(number: str) -> bool:
    """Whether it can be somebody's: its form, a day that exists, and its check character."""
    return fault_of_id_number(number) is None


def fault_of_id_number(number: str) -> Fault | None:
    """What is wrong with it, the first that a person would see; None for a number that can be somebody's."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return Fault.FORM
    if not _is_day(int(number[6:10]), int(number[10:12]), int(number[12:14])):
        return Fault.DAY
    check = _CHECKS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11]
    return None if number[17] == check else Fault.CHECK


def _is_day(year: int, month: int, day: int) -> bool:
    if not (1850 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1]):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap or (month, day) != (2, 29)
