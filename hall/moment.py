"""When something happens, as the rules see it.

Two clocks, because one cannot serve both ends: order and timeouts follow a count that never goes back
(contract LH-6), people and the calendar follow the wall clock, which a battery or a wrong time server may move.
The edge's ``clock.py`` makes moments; nothing in ``hall`` ever asks for the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

_CHINA_OFFSET_MS: Final = 8 * 3_600_000  # Asia/Shanghai, no daylight saving since 1992
_DAY_MS: Final = 86_400_000
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Moment:
    """``steady_ms`` never goes back, also across a restart; ``wall_ms`` is UTC and may be wrong.

    ``trusted`` says that the wall clock is good enough to turn the day.
    """

    steady_ms: int
    wall_ms: int
    trusted: bool = True


def local_day(wall_ms: int) -> str:
    """The calendar day in China, ``YYYY-MM-DD``."""
    days = (wall_ms + _CHINA_OFFSET_MS) // _DAY_MS
    return _civil(days)


def local_minute(wall_ms: int) -> int:
    """Minutes since midnight in China, 0 to 1439."""
    return (wall_ms + _CHINA_OFFSET_MS) % _DAY_MS // 60_000


def local_weekday(wall_ms: int) -> int:
    """The weekday in China, Monday 1 to Sunday 7."""
    return ((wall_ms + _CHINA_OFFSET_MS) // _DAY_MS + 3) % 7 + 1  # 1970-01-01 was a Thursday


def local_ms(day: str, minute: int) -> int:
    """When that minute of that calendar day begins in China, in UTC milliseconds."""
    days = date.fromisoformat(day).toordinal() - _EPOCH_DAY
    return days * _DAY_MS + minute * 60_000 - _CHINA_OFFSET_MS


def _civil(days: int) -> str:
    """Days since 1970-01-01 as a Gregorian date (the usual era arithmetic, exact for all years from 1)."""
    shifted = days + 719_468
    era, day_of_era = divmod(shifted, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_index = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_index + 2) // 5 + 1
    month = month_index + 3 if month_index < 10 else month_index - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return f"{year:04d}-{month:02d}-{day:02d}"
