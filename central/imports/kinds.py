"""The kinds of lists: their columns as people call them, and a row as the texts of those columns.

A column may be headed by its Chinese or its English name, or by its key. A header that is none of them, stands twice or
is missing is a fault of the file, told with the nearest name there is.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from central.accounts.permissions import Act
from central.imports.sheets import Row, Sheet
from central.outside.codes import EXAMPLE, TOLD, Source
from central.outside.rules import holds_personal_number, is_about_people
from hall_config.wording import say


@dataclass(frozen=True, slots=True)
class Column:
    """One column; words under ``central.import_column``. ``example`` stands in the file that is given out to fill."""

    key: str
    example: str
    needed: bool = True
    dated: bool = False  # a spreadsheet's own date is taken too

    def names(self) -> tuple[str, str]:
        key = f"central.import_column.{self.key}"
        return say(key, "zh"), say(key, "en")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of list, and the act of whoever may bring one in; words under ``central.import_kind``."""

    name: str
    act: Act
    columns: tuple[Column, ...]
    about_nobody: bool = False  # a column about people is refused as such


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where. The value itself is never repeated: it may be somebody's number."""

    row: int
    column: str | None  # the key of a column, or the header as it stands in the file
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


UNITS: Final = Kind(
    "units",
    Act.MANAGE_UNITS,
    (
        Column("unit", "changning"), Column("parent", "city"), Column("level", "区"), Column("name_zh", "长宁区"),
        Column("name_en", "Changning District"),
    ),
)  # fmt: skip
USERS: Final = Kind(
    "users",
    Act.MANAGE_ACCOUNTS,
    (Column("user", "li.min"), Column("of_unit", "changning"), Column("roles", "大厅主管、报表填报人")),
)
WINDOWS: Final = Kind(
    "windows",
    Act.KEEP_REGISTERS,
    (
        Column("hall", "hall-changning"), Column("window", "1"), Column("services", "A、B"),
        Column("name_zh", "综合窗口", needed=False), Column("name_en", "General window", needed=False),
    ),
)  # fmt: skip
LAWYERS: Final = Kind(
    "lawyers",
    Act.KEEP_REGISTERS,
    (
        Column("licence", "19999201010123456"), Column("lawyer", "示例甲"), Column("firm", "示例律师事务所"),
        Column("firm_code", "31990000MD00000001", needed=False), Column("state", "执业"),
        Column("of_unit", "changning"),
        Column("specialities", "劳动争议、刑事", needed=False), Column("first_year", "2010", needed=False),
        Column("languages", "吴语、英语", needed=False), Column("minors", "是", needed=False),
        Column("criminal_since", "2015-06", needed=False), Column("suspended_from", "", needed=False),
        Column("suspended_to", "", needed=False), Column("as_of", "", needed=False),
    ),
)  # fmt: skip


def _days(source: Source) -> Kind:
    told = TOLD[source]
    codes = [Column(code, str(EXAMPLE[code]), needed=code in told.must) for code in told.every]
    place = (Column("of_unit", "changning"), Column("day", "2026-10-12", dated=True))
    return Kind(source.value, Act.OUTSIDE_FIGURES, (*place, *codes), about_nobody=True)


HOTLINE_CALLS: Final = Kind(
    "hotline_calls",
    Act.OUTSIDE_FIGURES,
    (
        Column("of_unit", "changning"), Column("call", "CN-20261012-000417"),
        Column("call_at", "2026-10-12 09:31:05", dated=True), Column("call_ended", "人工接听"), Column("talk_s", "284"),
        Column("advice_field", "劳动争议", needed=False), Column("answered_by", "律师", needed=False),
    ),
    about_nobody=True,
)  # fmt: skip
KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind for kind in (UNITS, USERS, WINDOWS, LAWYERS, *map(_days, Source), HOTLINE_CALLS)
}
Told = Mapping[str, str]  # column key -> text


def places_of(kind: Kind, sheet: Sheet) -> tuple[dict[str, int], list[Fault]]:
    """Where each column stands, and what is wrong with the header."""
    known = {name.casefold(): column.key for column in kind.columns for name in (column.key, *column.names())}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for place, name in enumerate(sheet.header):
        key = known.get(name.casefold())
        if key is None and kind.about_nobody and _is_personal(sheet, place):
            faults.append(Fault(1, None if holds_personal_number(name) else name[:40] or None, "PERSONAL_COLUMN"))
        elif key is None:
            near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
            offered = next(iter(near), kind.columns[0].names()[0])
            faults.append(Fault(1, name[:40] or None, "UNKNOWN_COLUMN", {"nearest": offered}))
        elif key in places:
            faults.append(Fault(1, key, "COLUMN_TWICE"))
        else:
            places[key] = place
    missing = [column.key for column in kind.columns if column.needed and column.key not in places]
    return places, faults + [Fault(1, key, "COLUMN_MISSING") for key in missing]


def _is_personal(sheet: Sheet, place: int) -> bool:
    """Whether a column says that it is about people, or holds what looks like somebody's number."""
    cells = (row.cells[place].text for row in sheet.rows if place < len(row.cells))
    return is_about_people(sheet.header[place]) or any(map(holds_personal_number, (sheet.header[place], *cells)))


def told_by(kind: Kind, row: Row, places: Mapping[str, int], width: int) -> tuple[dict[str, str], list[Fault]]:
    """The texts of one row, and what is wrong with its cells."""
    told, faults = {}, []
    if any(cell.text or cell.fault for cell in row.cells[width:]):
        faults.append(Fault(row.number, None, "ROW_WIDE"))
    for column in kind.columns:
        place = places.get(column.key)
        cell = row.cells[place] if place is not None and place < len(row.cells) else None
        is_date = column.dated and cell is not None and bool(cell.moment)
        told[column.key] = "" if cell is None else cell.moment if is_date else cell.text
        if cell is not None and cell.fault and not is_date:
            faults.append(Fault(row.number, column.key, cell.fault))
        elif column.needed and not told[column.key]:
            faults.append(Fault(row.number, column.key, "CELL_EMPTY"))
    return told, faults
