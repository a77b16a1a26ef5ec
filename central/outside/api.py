"""``/api/v1/outside/…``: days and calls told by the platforms' own programs. A day is told whole, as often as need be.

What is told goes the same way as a row of a list (``lists.py``), so that a program and a spreadsheet hear the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule, WrongField
from central.imports.kinds import Fault
from central.imports.rules import Line
from central.imports.store import known_units
from central.imports.telling import fault_words
from central.keys import KeyHeader, the_key
from central.once import once
from central.outside import lists, store
from central.outside.bodies import Call, Calls, HotlineDay, WebDay
from central.outside.codes import TOLD, Source
from central.parts import Parts
from central.units import store as units
from central.units.api import PathUnit
from central.web_doors import May, StrictRoute, TheParts
from hall_config.wording import CHINA, rfc3339


class BatchRoute(StrictRoute):
    """A thousand calls are more than a form."""

    most_bytes = 512 * 1024


router = APIRouter(prefix="/api/v1/outside", route_class=StrictRoute, tags=["hotline and website"])
batches = APIRouter(prefix="/api/v1/outside", route_class=BatchRoute, tags=["hotline and website"])

Teller = Annotated[Person, Depends(May(Act.OUTSIDE_FIGURES))]
PathDay = Annotated[str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
_RULES: Final = frozenset({"REPORT_LOCKED", "UNIT_CLOSED", "DAY_HAS_CALLS", "DAY_HAS_SUMS"})
_AUDITED: Final = {Source.HOTLINE: "outside.hotline_day", Source.WEB: "outside.web_day"}


@router.get("/units/{unit}/hotline-days/{day}")
def hotline_day(unit: PathUnit, day: PathDay, person: Teller, parts: TheParts) -> dict[str, Any]:
    """What was told of a day of the hotline: every version, the newest first."""
    return _versions(Source.HOTLINE, unit, day, person, parts)


@router.put("/units/{unit}/hotline-days/{day}")
def put_hotline_day(
    unit: PathUnit, day: PathDay, body: HotlineDay, person: Teller, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Tell a day of the hotline, whole; told again with other figures it is corrected and the old ones are kept."""
    figures = body.model_dump(exclude={"command_id"})
    return _put(Source.HOTLINE, (unit, day), figures, person, parts, request, the_key(key, body.command_id))


@router.get("/units/{unit}/web-days/{day}")
def web_day(unit: PathUnit, day: PathDay, person: Teller, parts: TheParts) -> dict[str, Any]:
    """What was told of a day of the web platform: every version, the newest first."""
    return _versions(Source.WEB, unit, day, person, parts)


@router.put("/units/{unit}/web-days/{day}")
def put_web_day(
    unit: PathUnit, day: PathDay, body: WebDay, person: Teller, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Tell a day of the web platform, whole; told again with other figures it is corrected, the old ones are kept."""
    figures = body.model_dump(exclude={"command_id"})
    return _put(Source.WEB, (unit, day), figures, person, parts, request, the_key(key, body.command_id))


@batches.post("/units/{unit}/hotline-calls")
def add_hotline_calls(
    unit: PathUnit, body: Calls, person: Teller, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Tell calls of the hotline one by one: all are taken or none. The same call again corrects what it said."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            asker = lists.Asker(connection, person.path, now)
            lines = [Line(place, _texts(unit, call, place)) for place, call in enumerate(body.calls)]
            judged = lists.judge_calls(asker, known_units(connection), lines)
            _refuse(judged.faults, lambda fault: f"calls.{fault.row}.{_FIELDS.get(fault.column or '', fault.column)}")
            store.add_calls(connection, [*judged.added, *judged.changed], store.Whence(person.name, now))
            told = {"added": len(judged.added), "changed": len(judged.changed), "same": judged.same}
            note_change(connection, person, request, "outside.hotline_calls", unit, now, **told)
            return {"unit": unit, **told}

        wish = {"path": f"/outside/units/{unit}/hotline-calls", **body.model_dump(mode="json")}
        return once(connection, person.name, asked, wish, now, act)


_FIELDS: Final = {"call_at": "at", "call_ended": "ended"}


def _texts(unit: str, call: Call, place: int) -> dict[str, str]:
    try:
        at = datetime.fromisoformat(call.at).astimezone(CHINA)
    except (ValueError, OverflowError):
        raise WrongField("WRONG_FIELD", f"calls.{place}.at") from None
    return {
        "of_unit": unit, "call": call.call, "call_at": f"{at:%Y-%m-%d %H:%M:%S}", "call_ended": call.ended,
        "talk_s": str(call.talk_s), "advice_field": call.advice_field or "", "answered_by": call.answered_by or "",
    }  # fmt: skip


def _put(
    source: Source, place: store.Day, figures: dict[str, int | None], person: Person, parts: Parts, request: Request,
    key: str,
) -> dict[str, Any]:  # fmt: skip
    now, (unit, day) = now_ms(), place
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            texts = {code: "" if figure is None else str(figure) for code, figure in figures.items()}
            line = Line(0, {"of_unit": unit, "day": day, **texts})
            asker = lists.Asker(connection, person.path, now)
            judged = lists.judge_days(source, asker, known_units(connection), [line])
            _refuse(judged.faults, lambda fault: fault.column)
            store.add_days(connection, source, [*judged.added, *judged.changed], store.Whence(person.name, now))
            if not judged.same:
                corrects = bool(judged.changed)
                note_change(connection, person, request, _AUDITED[source], f"{unit} {day}", now, corrects=corrects)
            return _told(source, store.versions(connection, source, unit, day)[0])

        wish = {"path": f"/outside/units/{unit}/{source}/{day}", **figures}
        return once(connection, person.name, key, wish, now, act)


def _versions(source: Source, unit: str, day: str, person: Person, parts: Parts) -> dict[str, Any]:
    with parts.database.read() as connection:
        units.require_unit(connection, unit, person.path)
        found = store.versions(connection, source, unit, day)
    if not found:
        raise NotFound("NO_SUCH_OUTSIDE_DAY")
    return {"items": [_told(source, row) for row in found], "next": None}


def _told(source: Source, row: RowMapping) -> dict[str, Any]:
    return {
        "unit": row["unit"],
        "day": row["day"],
        "version": row["version"],
        "figures": {code: row[code] for code in TOLD[source].every},
        "told_by": row["told_by"],
        "told_at": rfc3339(row["told_ms"]),
        "file": row["file"] or None,
    }


def _refuse(faults: Sequence[Fault], field: Callable[[Fault], str | None]) -> None:
    """Raises the first fault as a request's error: `RefusedByRule` for what stands in the way, else `WrongField`."""
    if not faults:
        return
    fault = min(faults, key=lambda one: (one.row, one.column or ""))
    code = "OUTSIDE_DAY" if fault.code in ("DAY_OUTSIDE", "CALL_TIME") else fault.code
    words = (fault_words(fault.code, "zh", **fault.facts), fault_words(fault.code, "en", **fault.facts))
    raise (RefusedByRule if fault.code in _RULES else WrongField)(code, field(fault), words=words)
