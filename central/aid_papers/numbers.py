"""The numbers of documents: ``（沪浦）援申字〔2026〕第0001号``, without a gap in each series of a unit and a year.

A number is taken in the transaction that uses it: rolled back with it, used for ever with it. A voided document keeps
its own. The words of the series (援申, 援补, 援给 …) are this product's choice; the form of the number is that of the
Ministry's older forms. The year is the one in China.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from central.aid_papers import centre_store
from central.aid_papers.facts import Centre
from central.aid_papers.forms import APPLICATION_WORD, APPLICATIONS
from central.failures import RefusedByRule
from hall.moment import local_day

_DIGITS: Final = 4
_FACTS: Final = ("short_name", "address", "phone", "bureau", "bureau_address", "bureau_phone", "seal")


def year_of(now_ms: int) -> int:
    return int(local_day(now_ms)[:4])


def take(connection: Connection, unit: str, series: str, year: int) -> int:
    """The next number; raises `RefusedByRule` while the unit has no short name to put before it."""
    centre_of(connection, unit)
    return centre_store.next_serial(connection, unit, series, year)


def worded(short_name: str, word: str, year: int, serial: int) -> str:
    return f"（{short_name}）{word}字〔{year}〕第{serial:0{_DIGITS}d}号"


def application_number(connection: Connection, unit: str, now_ms: int) -> str:
    """The official number of an application, taken now."""
    year = year_of(now_ms)
    serial = take(connection, unit, APPLICATIONS, year)
    return worded(centre_of(connection, unit).short_name, APPLICATION_WORD, year, serial)


def centre_of(connection: Connection, unit: str) -> Centre:
    """What the documents of a unit say of it; raises `RefusedByRule` until its administrator has said it."""
    row = centre_store.centre(connection, unit)
    if row is None:
        raise RefusedByRule("AID_CENTRE_NOT_SET", "unit")
    return Centre(name=row["name_zh"], **{name: row[name] for name in _FACTS})
