"""``/api/v1/report``: what people add to a form and say to it. Adjustments, notes, missing units."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.failures import Forbidden, NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader
from central.report import store, store_of_lines
from central.report.doors import (
    LINE,
    Code,
    PathPeriod,
    PathUnit,
    Preparer,
    Said,
    Setter,
    Text,
    Viewer,
    changed,
    checked,
)
from central.report.form import Field as FormField
from central.report.form import Source, form
from central.report.gate import require_open
from central.report.guards import asked_below, refused_part
from central.report.periods import Period, PeriodRule, is_name, shifted
from central.report.sheet import LineKind
from central.report.stages import Part
from central.units.rules import ROOT
from central.web_doors import Strict, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/report", route_class=StrictRoute, tags=["report"])
_MOST: Final = Decimal(10**12)
Number = Annotated[str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$")]
PathNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
PathFinding = Annotated[str, Path(pattern=r"^R-[A-Z][0-9]{2,3}[A-Z]?(-[A-Z]{3,8})?$")]


class Adjustment(Strict):
    """More or less of a counted figure, with its reason and where its evidence is."""

    code: Code
    by: Number
    text: Said
    evidence: Annotated[str, Field(max_length=120, pattern=LINE)] = ""
    command_id: Key | None = None


class Words(Strict):
    text: Text
    command_id: Key | None = None


class Missing(Strict):
    """``missing`` false takes the signature back."""

    missing: bool
    text: Text = ""
    command_id: Key | None = None


class NewRule(Strict):
    """``since``: the first period that is cut so."""

    since: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
    rule: Annotated[PeriodRule, Field(strict=False)]
    command_id: Key | None = None


@router.post("/units/{unit}/periods/{period}/lines", status_code=201)
def adjust(
    unit: PathUnit, period: PathPeriod, body: Adjustment, person: Preparer, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """A counted figure is never written over: what was counted stays, and the line says what is added and why."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        _require_prepared_by(connection, row, of, person)
        field = _counted(body.code)
        by = number_of(body.by, field, "by")
        if not by:
            raise WrongField("REPORT_NUMBER", "by")
        number = store_of_lines.add_line(
            connection, unit=unit, period=of.name, kind=LineKind.ADJUST.value, code=field.code, by=str(by),
            reason=checked(body.text), about="", events="[]", evidence=checked(body.evidence), actor=person.name,
            at_ms=now, taken_by="",
        )  # fmt: skip
        return {"id": number, "code": field.code, "by": body.by}

    return changed(parts, request, person, key, body, "report.adjust", unit, period, do)


@router.post("/units/{unit}/periods/{period}/lines/{line}/take-back")
def take_back(
    unit: PathUnit, period: PathPeriod, line: PathNumber, body: Words, person: Preparer, parts: TheParts,
    request: Request, key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """An adjustment no longer counts; it stays written down with who took it back."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        _require_prepared_by(connection, row, of, person)
        found = store_of_lines.line(connection, unit, of.name, line)
        if found is None:
            raise NotFound("NO_SUCH_LINE")
        if found["kind"] != LineKind.ADJUST or found["taken_ms"] is not None:
            raise RefusedByRule("REPORT_LINE_STAYS", "line")
        store_of_lines.take_back_line(connection, line, person.name, now)
        return {"id": line, "taken_by": person.name}

    return changed(parts, request, person, key, body, "report.line_back", unit, period, do)


@router.put("/units/{unit}/periods/{period}/notes/{finding}")
def put_note(
    unit: PathUnit, period: PathPeriod, finding: PathFinding, body: Words, person: Preparer, parts: TheParts,
    request: Request, key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """What is said to a finding that needs a note; an empty one takes it back. Earlier ones are kept."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        _require_prepared_by(connection, row, of, person, figures=False)
        text = checked(body.text)
        store_of_lines.add_note(
            connection, unit=unit, period=of.name, rule=finding, text=text, actor=person.name, at_ms=now
        )
        return {"rule": finding, "text": text}

    return changed(parts, request, person, key, body, "report.note", unit, period, do)


@router.put("/units/{unit}/periods/{period}/missing/{lower}")
def sign_missing(
    unit: PathUnit, period: PathPeriod, lower: Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")], body: Missing,
    person: Preparer, parts: TheParts, request: Request, key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """缺报: go on without the form of a unit directly below, signed by name with the reason."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        _require_prepared_by(connection, row, of, person, figures=False)
        if lower not in {child["id"] for child in asked_below(connection, unit, of)}:
            raise NotFound("NO_SUCH_UNIT")
        if body.missing and not body.text.strip():
            raise WrongField("REPORT_TEXT_MISSING", "text")
        store_of_lines.add_missing(
            connection, unit=unit, period=of.name, lower=lower, missing=body.missing, reason=checked(body.text),
            actor=person.name, at_ms=now,
        )  # fmt: skip
        return {"lower": lower, "missing": body.missing}

    return changed(parts, request, person, key, body, "report.missing", unit, period, do)


@router.get("/rules")
def rules(person: Viewer, parts: TheParts) -> dict[str, Any]:
    """How the months are cut, from which period on."""
    with parts.database.read() as connection:
        found = store.every_rule(connection)
    items = [
        {"since": row["since"], "rule": row["rule"], "set_by": row["set_by"], "set_at": rfc3339(row["set_ms"])}
        for row in found
    ]
    return {"items": items, "next": None}


@router.put("/units/{unit}/periods/{period}/rule")
def put_rule(
    unit: PathUnit, period: PathPeriod, body: NewRule, person: Setter, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """How the city's months are cut from a period on; one that a form was begun for stays as it was cut."""

    def do(connection: Connection, row: RowMapping, of: Period, now: int) -> dict[str, Any]:
        if unit != ROOT or person.unit != ROOT:
            raise Forbidden("REPORT_NOT_YOURS")
        if not is_name(body.since) or body.since != period:
            raise WrongField("NO_SUCH_PERIOD", "since")
        if store.is_begun(connection, body.since):
            raise RefusedByRule("REPORT_RULE_LATE", "since")
        store.add_rule(connection, body.since, body.rule, person.name, now)
        return {"since": body.since, "rule": body.rule.value, "before": shifted(body.since, -1)}

    return changed(parts, request, person, key, body, "report.rule", unit, period, do, ahead=True)


def require_own(connection: Connection, row: RowMapping, of: Period, person: Person) -> None:
    """Raises `Forbidden` for somebody who does not prepare the unit's form."""
    why = refused_part(row, store.form_of(connection, row["id"], of.name), Part.PREPARER, person)
    if why is not None:
        raise Forbidden(why)


def _require_prepared_by(
    connection: Connection, row: RowMapping, of: Period, person: Person, *, figures: bool = True
) -> None:
    require_own(connection, row, of, person)
    require_open(connection, row["id"], of.name, figures=figures)


def _counted(code: str) -> FormField:
    """A field that is counted; raises `WrongField` for one that is computed or typed by hand, or for none."""
    field = form().fields.get(code)
    if field is None:
        raise WrongField("REPORT_NO_SUCH_FIELD", "code")
    if field.source is not Source.EVENTS:
        raise WrongField("REPORT_COMPUTED" if field.source is Source.COMPUTED else "REPORT_BY_HAND", "code")
    return field


def number_of(text: str, field: FormField, name: str) -> Fraction:
    """Raises `WrongField` for more decimals than the field has, or more than anybody counts."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise WrongField("REPORT_NUMBER", name) from None
    figure = Fraction(number)
    if abs(number) > _MOST or (figure * 10**field.scale).denominator != 1:
        raise WrongField("REPORT_NUMBER", name)
    return figure
