"""``/api/v1/report``: what the pages ask beside form and board: findings of forms that wait, versions compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query

from central.clock import now_ms
from central.failures import NotFound
from central.report import store
from central.report.doors import PathPeriod, PathUnit, Viewer, place
from central.report.guards import asked_below, findings_of
from central.report.reading import sheet
from central.report.sheet import Sheet
from central.report.stages import State
from central.report.told import shown, unit_told
from central.report_out.compared import Difference, differences, who_words
from central.web_doors import StrictRoute, TheParts

router = APIRouter(prefix="/api/v1/report", route_class=StrictRoute, tags=["report"])
Version = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/units/{unit}/periods/{period}/lower/findings")
def lower_findings(unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts) -> dict[str, Any]:
    """How much the checks find in the forms directly below that wait to be accepted: what is clean needs no look."""
    with parts.database.read() as connection:
        _, of = place(connection, unit, period, person)
        children = {child["id"]: child for child in asked_below(connection, unit, of)}
        waiting = {
            one: form
            for one in children
            if (form := store.form_of(connection, one, of.name)) is not None and form["state"] == State.SUBMITTED
        }
        versions = store.current_versions(connection, list(waiting), of.name)
        told = {}
        for one in waiting:
            found = findings_of(connection, children[one], of, versions[one])
            hard = sum(finding.hard for finding in found)
            told[one] = {"hard": hard, "soft": len(found) - hard}
    return {"units": told}


@router.get("/units/{unit}/periods/{period}/compare")
def compare(
    unit: PathUnit, period: PathPeriod, old: Version, new: Version, person: Viewer, parts: TheParts
) -> dict[str, Any]:
    """What differs between two versions of a unit's form, in the order of the form, and by what it changed.

    ``unit`` null: the whole. What is hidden in either version is hidden in both.
    """
    now = now_ms()
    with parts.database.read() as connection:
        row, of = place(connection, unit, period, person)
        found = [sheet(connection, row, of, person.path, now, number) for number in (old, new)]
    before, after = (_with_its_lines(one) for one in found)
    items = [_difference_told(one) for one in differences(before, after)]
    return {"old": old, "new": new, "items": items, "next": None}


def _with_its_lines(found: Sheet | None) -> Sheet:
    """A version with the lines that there were when it was made; raises `NotFound` for none."""
    if found is None:
        raise NotFound("NO_SUCH_VERSION")
    return replace(found, lines=tuple(line for line in found.lines if line.at_ms <= found.made_ms))


def _difference_told(one: Difference) -> dict[str, Any]:
    return {
        "code": one.field.code, "unit": None if one.unit is None else unit_told(one.unit),
        "old": shown(one.field, one.old), "new": shown(one.field, one.new), "by": shown(one.field, one.by),
        "because": who_words(one, "en"), "because_zh": who_words(one, "zh"),
    }  # fmt: skip
