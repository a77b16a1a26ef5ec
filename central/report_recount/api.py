"""``/api/v1/report/…/rows/{code}``: the way from a figure of the form to the events and records that it is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Connection, RowMapping

from central import cursors
from central.accounts.desk import Person
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import Forbidden, NotFound
from central.parts import Parts
from central.report import store
from central.report.doors import PathPeriod, PathUnit, Viewer, place
from central.report.figures import counts_of
from central.report.form import Field, Source, form
from central.report.formula import codes_in
from central.report.periods import Period
from central.report.reading import LIVE, sheet
from central.report.stages import State
from central.report.told import shown
from central.report_out.few import seen
from central.report_recount.rows import ROW_UNITS, Asked, Folded, moment_of
from central.report_recount.tally import Behind, Row
from central.web_doors import Limit, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/report", route_class=StrictRoute, tags=["report"])
PathCode = Annotated[str, Path(pattern=r"^[A-Z][0-9]{2,3}[A-Z]?$")]
_PAGES: Final = {
    Behind.MATTER: "/matters/{id}", Behind.CASE: "/aid/cases/{id}", Behind.RATING_CASE: "/ratings/cases/{id}",
}  # fmt: skip
_folded: Final = Folded()


@router.get("/units/{unit}/periods/{period}/rows/{code}")
def rows(
    unit: PathUnit, period: PathPeriod, code: PathCode, person: Viewer, parts: TheParts, request: Request,
    version: Annotated[int | None, Query(ge=0, le=10_000)] = None, limit: Limit = 100, cursor: Cursor | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What a figure of the unit's own part is made of: ``amount`` is what a row counts, and the rows add up to it.

    By codes and numbers only, never a person's. A computed field says what it is computed of. Rows of few people are
    for the unit alone, and looking at them is written down.
    """
    field = form().fields.get(code)
    if field is None:
        raise NotFound("REPORT_NO_SUCH_FIELD")
    now = now_ms()
    name = f"report rows {unit} {period} {code} {version}"
    turned = cursors.read(name, cursor, int, int, int)
    with parts.database.read() as connection:
        row, of = place(connection, unit, period, person)
        wanted = _version(connection, row, of, version)
        _check_few(connection, row, of, field, person, now, version)
        if field.source is Source.COMPUTED:
            return {**_head(field, row, of, wanted, now), **_computed(field)}
        cut_ms, corrected_ms, first = turned or (*moment_of(connection, wanted, now), 0)
        asked = Asked(unit, row["level"], of, min(cut_ms, now), min(corrected_ms, now))
        tally = _folded.of(connection, asked)
    if field.few:
        _note_look(parts, person, request, f"{unit}/{period}/{code}", now)
    every = tally.rows(code)
    more = first + limit < len(every)
    return {
        **_head(field, row, of, wanted, asked.cut_ms),
        "rows": len(every),
        "sum": shown(field, tally.figures().get(code, Fraction())),
        "row_unit": ROW_UNITS.get(code, field.unit.value),
        "doubt": tally.doubts.get(code),
        "items": [_told(one) for one in every[first : first + limit]],
        "next": cursors.give(name, (asked.cut_ms, asked.corrected_ms, first + limit)) if more else None,
    }


def _version(connection: Connection, unit: RowMapping, of: Period, number: int | None) -> RowMapping | None:
    """The version that is asked for; None: as it stands now. Raises `NotFound` for one that is not."""
    form_row = store.form_of(connection, unit["id"], of.name)
    if number is None:
        number = 0 if form_row is None or State(form_row["state"]) in LIVE else form_row["version"]
    if number == 0:
        return None
    found = store.version(connection, unit["id"], of.name, number)
    if found is None:
        raise NotFound("NO_SUCH_VERSION")
    return found


def _check_few(
    connection: Connection, unit: RowMapping, of: Period, field: Field, person: Person, now: int, number: int | None
) -> None:
    """Outside of the unit neither rows of few people, nor of a figure that hides them; raises `Forbidden`."""
    if person.path == unit["path"]:
        return
    if field.few:
        raise Forbidden("REPORT_FEW", "code")
    told = sheet(connection, unit, of, person.path, now, number)
    if told is not None and seen(told).hides(field.code):
        raise Forbidden("REPORT_FEW", "code")


def _note_look(parts: Parts, person: Person, request: Request, what: str, now: int) -> None:
    with parts.database.write() as connection:
        note_change(connection, person, request, "report.rows", what, now)


def _head(field: Field, unit: RowMapping, of: Period, version: RowMapping | None, cut_ms: int) -> dict[str, Any]:
    own = counts_of(version["own"]).get(field.code, Fraction()) if version is not None else None
    return {
        "unit": unit["id"], "period": of.name, "version": version["version"] if version is not None else 0,
        "code": field.code, "zh": field.zh, "en": field.en, "source": field.source.value,
        "as_of": rfc3339(cut_ms), "form": shown(field, own) if own is not None else None,
        "is": None, "made_of": [], "rows": 0, "sum": None, "row_unit": None, "doubt": None, "items": [], "next": None,
    }  # fmt: skip


def _computed(field: Field) -> dict[str, Any]:
    cells = codes_in(field.made_of) if field.made_of is not None else ()
    made_of = [{"code": cell.code, "last": cell.last} for cell in cells]
    return {"is": field.written, "made_of": made_of}


def _told(row: Row) -> dict[str, Any]:
    amount, source = row
    page = _PAGES.get(source.behind)
    return {
        "behind": source.behind.value, "id": source.id, "type": source.type or None, "day": source.day or None,
        "hall": source.hall or None, "number": source.number or None, "amount": str(amount),
        "page": page.format(id=source.id) if page else None,
    }  # fmt: skip
