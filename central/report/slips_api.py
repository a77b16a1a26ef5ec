"""``/api/v1/report/…/slips``: 更正单, how a locked form is corrected: proposed by its unit, decided by the city."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import Forbidden, NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader
from central.report import correcting, store_of_lines
from central.report.doors import Code, PathPeriod, PathUnit, Preparer, Said, Signer, Viewer, changed, checked, place
from central.report.form import form
from central.report.periods import Period
from central.report.reading import sheet
from central.report.said_api import Number, PathNumber, number_of, require_own
from central.report.told import slip_told
from central.report_out.few import seen
from central.report_out.hiding import Veil
from central.units.rules import ROOT
from central.web_doors import Strict, StrictRoute, TheParts

router = APIRouter(prefix="/api/v1/report", route_class=StrictRoute, tags=["report"])


class Slip(Strict):
    """更正单: what the unit's own part says, and what it should say."""

    code: Code
    new: Number
    text: Said
    command_id: Key | None = None


class Decision(Strict):
    approved: bool
    command_id: Key | None = None


@router.get("/units/{unit}/periods/{period}/slips")
def slips(unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts, request: Request) -> dict[str, Any]:
    """The correction slips of a unit's form, also those that were refused.

    What they say of few people is the unit's own; whoever decides sees it until it is decided, and that is written
    down.
    """
    now = now_ms()
    with parts.database.read() as connection:
        row, of = place(connection, unit, period, person)
        found = store_of_lines.slips(connection, unit, of.name)
        kept_back = _kept_back(connection, row, of, person, found, now)
    decides = person.unit == ROOT and person.may(Act.REPORT_SIGN)
    looked_at = {one["id"] for one in found if one["id"] in kept_back and decides and one["decided_ms"] is None}
    if looked_at:
        with parts.database.write() as connection:
            note_change(connection, person, request, "report.slips", f"{unit}/{period}", now, slips=sorted(looked_at))
    hidden = kept_back - looked_at
    return {"items": [slip_told(one, is_open=one["id"] not in hidden) for one in found], "next": None}


@router.post("/units/{unit}/periods/{period}/slips", status_code=201)
def propose(
    unit: PathUnit, period: PathPeriod, body: Slip, person: Preparer, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Ask the city to correct a locked form."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        require_own(connection, row, of, person)
        old = correcting.own_figure(connection, unit, of, body.code)
        field = form().fields[body.code]
        new = number_of(body.new, field, "new")
        if new == old or new < 0:
            raise WrongField("REPORT_NUMBER", "new")
        number = store_of_lines.add_slip(
            connection, unit=unit, period=of.name, code=body.code, old=str(old), new=str(new),
            reason=checked(body.text), proposer=person.name, at_ms=now, decided_by="",
        )  # fmt: skip
        told = str(old) if person.path == row["path"] or not field.few else Veil.MORE.value
        return {"id": number, "old": told, "new": str(new)}

    return changed(parts, request, person, key, body, "report.slip", unit, period, do)


@router.post("/units/{unit}/periods/{period}/slips/{slip}/decide")
def decide(
    unit: PathUnit, period: PathPeriod, slip: PathNumber, body: Decision, person: Signer, parts: TheParts,
    request: Request, key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """The city's signer approves or refuses: approved, every form that the figure went into gets a new version."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        if person.unit != ROOT:
            raise Forbidden("REPORT_NOT_YOURS")
        found = store_of_lines.slip(connection, unit, of.name, slip)
        if found is None:
            raise NotFound("NO_SUCH_SLIP")
        if found["proposer"] == person.name:
            raise Forbidden("REPORT_SAME_PERSON")
        if not store_of_lines.decide_slip(connection, slip, body.approved, person.name, now):
            raise RefusedByRule("REPORT_SLIP_DECIDED", "slip")
        if body.approved:
            correcting.approve(connection, row, of, found, person.name, now)
        return {"id": slip, "approved": body.approved}

    return changed(parts, request, person, key, body, "report.slip_decide", unit, period, do)


def _kept_back(
    connection: Connection, unit: RowMapping, of: Period, person: Person, found: Sequence[RowMapping], now: int
) -> set[int]:
    """Slips about few people, for who reads from outside of the unit."""
    if person.path == unit["path"] or not found:
        return set()
    told = sheet(connection, unit, of, person.path, now)
    assert told is not None
    form_seen = seen(told)
    return {one["id"] for one in found if form_seen.keeps_back(one["code"])}
