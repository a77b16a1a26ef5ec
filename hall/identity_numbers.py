"""Citizens' identity numbers (GB 11643-1999): seventeen digits and a check character by ISO 7064 MOD 11-2."""

from __future__ import annotations

from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def right_id_number(number: str) -> bool:
    """Whether it can be somebody's: its form, a day that exists, and its check character."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    check = _CHECKS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11]
    return number[17] == check and _is_day(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _is_day(year: int, month: int, day: int) -> bool:
    if not (1850 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1]):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap or (month, day) != (2, 29)
