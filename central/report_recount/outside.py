"""The hotline and the website, told from the days and calls that their systems told: of each the newest version then.

Advice by telephone of which nothing more was said is "other", so that the parts meet their whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from central.report_recount import store_of_figures as store
from central.report_recount.span import Part
from central.report_recount.tally import Behind, Source, Tally

_SUMS: Final = ("G01", "G01V", "G02", "G04S", "G05", "G06", "G07", "G08R", "G08S", "B03")
_FIELD: Final = (
    "FAMILY", "INHERITANCE", "LABOUR", "TRAFFIC", "INJURY", "DEBT", "HOUSING", "LAND", "CONSUMER", "CRIMINAL",
    "ADMINISTRATIVE", "OTHER",
)  # fmt: skip
_BY_FIELD: Final = {name: f"B{11 + place}" for place, name in enumerate(_FIELD)}
_WHOM: Final = ("LAWYER", "NOTARY", "LEGAL_AID", "MEDIATOR", "OTHER")
_BY_WHOM: Final = {name: f"B{31 + place}" for place, name in enumerate(_WHOM)}
_WEB: Final = ("N01", "N04", "N05", "N07", "N08", "N09", "N10", "N11")
_ASKED: Final = frozenset({"N04", "N07", "N08", "N09", "N10", "N11"})
_STOCKS: Final = ("N02", "N03")


def into(tally: Tally, connection: Connection, part: Part) -> None:
    hotline = _newest(store.told_days(connection, "hotline", part.unit, part.days[1], part.cut_ms), "day")
    for day, row in hotline.items():
        if day >= part.days[0]:
            _day(tally, row, Source(Behind.DAY, f"{part.unit}/{day}/{row['version']}", "hotline_days", day))
    _open_tasks(tally, [row for day, row in sorted(hotline.items()) if day < part.days[0]], part)
    for call, row in _newest(store.told_calls(connection, part.unit, part.days, part.cut_ms), "call").items():
        if row["ended"] != "VOID" and part.days[0] <= row["day"] <= part.days[1]:
            _call(tally, row, Source(Behind.CALL, f"{part.unit}/{call}/{row['version']}", row["ended"], row["day"]))
    _web(tally, connection, part)


def _newest(rows: list[RowMapping], key: str) -> dict[str, RowMapping]:
    return {row[key]: row for row in rows}


def _day(tally: Tally, row: Mapping[Any, Any], source: Source) -> None:
    said = {code: row[code.lower()] or 0 for code in (*_SUMS, *_BY_FIELD.values(), *_BY_WHOM.values())}
    for parts, rest in ((tuple(_BY_FIELD.values()), "B22"), (tuple(_BY_WHOM.values()), "B35")):
        said[rest] = said["B03"] - sum(said[code] for code in parts if code != rest)
    for code, amount in said.items():
        if amount:
            tally.add(code, amount, source)
    if said["G02"]:
        tally.add("A04", said["G02"], source)


def _open_tasks(tally: Tally, earlier: list[RowMapping], part: Part) -> None:
    """Sent out and not done before the period; those that nobody told of show where more was done than sent out."""
    left = lowest = 0
    for row in earlier:
        left += row["g05"] - row["g06"]
        lowest = min(lowest, left)
    if earlier and left - lowest:
        first, last = earlier[0]["day"], earlier[-1]["day"]
        tally.add("G05O", left - lowest, Source(Behind.DAY, f"{part.unit}/{first}/{last}", "hotline_days", first))


def _call(tally: Tally, row: Mapping[Any, Any], source: Source) -> None:
    tally.add("G01", 1, source)
    if row["ended"] == "MENU":
        tally.add("G01V", 1, source)
    if row["ended"] == "ANSWERED":
        tally.add_each(("G02", "A04"), source)
        tally.add("G04S", row["talk_s"], source)
    if row["advice_field"]:
        whom = _BY_WHOM[row["answered_by"] or "OTHER"]
        tally.add_each(("B03", _BY_FIELD[row["advice_field"]], whom), source)


def _web(tally: Tally, connection: Connection, part: Part) -> None:
    days = _newest(store.told_days(connection, "web", part.unit, part.days[1], part.cut_ms), "day")
    stocks: dict[str, tuple[int, Source]] = {}
    for day, row in sorted(days.items()):
        source = Source(Behind.DAY, f"{part.unit}/{day}/{row['version']}", "web_days", day)
        for code in _STOCKS:
            if row[code.lower()] is not None:
                stocks[code] = row[code.lower()], source
        if day < part.days[0]:
            continue
        for code in _WEB:
            amount = row[code.lower()] or 0
            if amount:
                tally.add(code, amount, source)
                if code in _ASKED:
                    tally.add("A05", amount, source)
    for code, (amount, source) in stocks.items():
        tally.add(code, amount, source)
