"""What was entered, as the API tells it: each field with how it came to its figure, what is missing, visits, events."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import RowMapping

from central.failures import RefusedByRule
from central.imports.register import Register, Who, masked
from central.report import store as report
from central.report.form import Field
from central.report.gate import require_open
from central.report.stages import State
from central.report_entry import rules, store
from central.report_entry.rules import MINUTES, Filled, How
from central.report_entry.work import Desk, adviser_name, is_nameless, note_of, title_of
from central.units.rules import Level
from hall_config.wording import rfc3339

_ADVISERS: Final = 40  # so many visits are looked through for advisers to choose again


def in_full(desk: Desk, unit: RowMapping, may_enter: bool) -> dict[str, Any]:
    """Every field that the unit is asked for, what it still owes, and every entry of the period."""
    rows = store.newest_of(desk.connection, desk.unit, desk.period.name, rules.stocks())
    sums, every = desk.event_sums(), store.history(desk.connection, desk.unit, desk.period.name)
    by_id = {row["id"]: row for row in every}
    cells = {
        field.code: rules.filled(field.code, rows.get(field.code), desk.period.name, sums)
        for field in rules.fields_at(desk.level)
    }
    items = [_item(desk, field, cells[field.code], by_id) for field in rules.fields_at(desk.level)]
    village = _village(desk) if desk.level is Level.VILLAGE else None
    return {
        "unit": {name: unit[name] for name in ("id", "level", "name_zh", "name_en")},
        "period": {
            "name": desk.period.name, "first": desk.days[0], "last": desk.days[1],
            "due": desk.period.due.isoformat(), "over": desk.now_ms >= desk.period.to_ms,
        },
        "form": _form(desk), "open": _is_open(desk), "may_enter": may_enter, "items": items, "village": village,
        "missing": [*_owed(cells), *(_owed_by_village(village) if village else ())],
        "history": [_entry(desk, row) for row in every], "next": None,
    }  # fmt: skip


def _item(desk: Desk, field: Field, cell: Filled, every: dict[str, RowMapping]) -> dict[str, Any]:
    row = every.get(cell.row.id) if cell.row is not None else None
    return {
        "code": field.code, "zh": field.zh, "en": field.en, "counts": field.unit.value, "scale": field.scale,
        "stock": field.code in rules.stocks(), "most": rules.most_of(field.code, desk.level, desk.numbers),
        "evidence": field.code in rules.WANT_EVIDENCE, "how": cell.how.value, "value": shown(cell.value, field.scale),
        "set_aside": shown(cell.set_aside, field.scale),
        "since": cell.row.period if cell.how is How.CARRIED and cell.row is not None else None,
        "row": None if row is None else _entry(desk, row),
    }  # fmt: skip


def shown(figure: Fraction | None, scale: int) -> str | None:
    """A figure in decimals; None for one that is not filled in."""
    if figure is None:
        return None
    whole, rest = divmod(figure * 10**scale, 10**scale)
    return f"{whole}.{int(rest):0{scale}d}" if scale else str(whole)


def _entry(desk: Desk, row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"], "code": row["code"], "value": row["value"], "carried": row["carried"],
        "evidence": row["evidence"], "kept_at": note_of(desk, row), **_by(row),
    }  # fmt: skip


def _by(row: RowMapping) -> dict[str, Any]:
    taken = row["taken_ms"]
    end = None if taken is None else {"why": row["why"], "by": row["taken_by"], "at": rfc3339(taken)}
    return {"by": row["by"], "at": rfc3339(row["at_ms"]), "taken_back": end}


def _form(desk: Desk) -> dict[str, Any]:
    """Where the unit's form stands; ``step`` is what a move of it has to say that was seen."""
    row = report.form_of(desk.connection, desk.unit, desk.period.name)
    if row is None:
        return {"state": State.COLLECTING.value, "step": 0, "nothing": False}
    return {"state": row["state"], "step": row["step"], "nothing": row["nil"]}


def _is_open(desk: Desk) -> bool:
    try:
        require_open(desk.connection, desk.unit, desk.period.name)
    except RefusedByRule:
        return False
    return True


# --- what is owed -------------------------------------------------------------------------------------------


def _owed(cells: dict[str, Filled]) -> list[dict[str, str]]:
    wanted = {How.NONE: "FILL", How.CARRIED: "CONFIRM"}
    return [{"code": code, "what": wanted[cell.how]} for code, cell in cells.items() if cell.how in wanted]


def _village(desk: Desk) -> dict[str, Any]:
    """The adviser's hours and the quarter's lectures, beside what the city asks for."""
    visits = store.visits(desk.connection, desk.unit, *desk.days)
    minutes = sum(row["minutes"] for row in visits if row["taken_ms"] is None)
    quarter = rules.quarter_of(desk.period, report.rules(desk.connection))
    lectures = None
    if quarter is not None:
        days = (quarter[0].isoformat(), quarter[1].isoformat())
        kinds = store.events_of(desk.connection, desk.unit, *days)
        lectures = {"had": rules.of_events(kinds)["F04"], "least": desk.numbers["LECTURES_A_QUARTER"], "since": days[0]}
    least = desk.numbers["ADVISER_HOURS_LEAST"]
    met = minutes >= least * MINUTES
    return {"hours": shown(rules.hours(minutes), 1), "hours_least": least, "hours_met": met, "lectures": lectures}


def _owed_by_village(village: dict[str, Any]) -> list[dict[str, str]]:
    owed = [] if village["hours_met"] else [{"code": "J06", "what": "HOURS"}]
    lectures = village["lectures"]
    if lectures is not None and lectures["had"] < lectures["least"]:
        owed.append({"code": "J07", "what": "LECTURE"})
    return owed


# --- visits and events --------------------------------------------------------------------------------------


def visits(desk: Desk) -> dict[str, Any]:
    """The visits of the period, and the advisers of earlier ones, masked."""
    rows = store.visits(desk.connection, desk.unit, *desk.days)
    known: dict[tuple[str | None, str], dict[str, str]] = {}
    for row in store.last_visits(desk.connection, desk.unit, _ADVISERS):
        if is_nameless(row):
            continue
        known.setdefault((row["lawyer"], adviser_name(desk, row)), {"like": row["id"], "name": _adviser(desk, row)})
    return {"items": [_visit(desk, row) for row in rows], "advisers": list(known.values()), "next": None}


def _visit(desk: Desk, row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"], "day": row["day"], "begins": rules.clock(row["begins"]), "ends": rules.clock(row["ends"]),
        "minutes": row["minutes"], "people": row["people"], "adviser": _adviser(desk, row), **_by(row),
    }  # fmt: skip


def _adviser(desk: Desk, row: RowMapping) -> str:
    """As lists show people: the surname."""
    if is_nameless(row):
        return "*"
    if row["lawyer"] is None:
        return masked(Who("0" * 7, adviser_name(desk, row))).name
    known = store.lawyer(desk.connection, row["lawyer"])
    if known is None:
        return "*"  # has left the register since
    register = Register(desk.vault, desk.connection, desk.now_ms)
    return masked(register.open(known["sealed"], known["mark"])).name


def events(desk: Desk) -> dict[str, Any]:
    rows: Sequence[RowMapping] = store.events(desk.connection, desk.unit, *desk.days)
    return {"items": [_event(desk, row) for row in rows], "sums": desk.event_sums(), "next": None}


def _event(desk: Desk, row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"], "day": row["day"], "kind": row["kind"], "title": title_of(desk, row),
        "people": row["people"], "leaflets": row["leaflets"], "evidence": row["evidence"],
        "kept_at": note_of(desk, row), **_by(row),
    }  # fmt: skip
