"""The pages of the analysis and of the assessment sheet.

Unlike other pages these are documents: made whole on the server from the value that JSON and print are made of, so that
all of them say the same, and a browser prints what it shows.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from central.pages import page
from central.report.doors import PathPeriod, PathUnit, Viewer
from central.report.periods import is_name, shifted
from central.report.year_api import PathYear
from central.report_analysis.api import From
from central.report_analysis.assessment_told import assessment_view
from central.report_analysis.model import Analysis
from central.report_analysis.told import view
from central.report_analysis.work import read_analysis, read_assessment
from central.units.store import require_unit
from central.web_doors import TheParts
from hall_config.wording import Language

router = APIRouter(include_in_schema=False)
_LONG: Final = (1, 3, 6, 12)


@router.get("/report/{unit}/{period}/analysis")
def analysis_page(
    unit: PathUnit, period: PathPeriod, request: Request, person: Viewer, parts: TheParts, first: From = None
) -> Response:
    found = read_analysis(parts, unit, first, period, person)

    def shown(language: Language) -> dict[str, Any]:
        return view(found, language)

    return page(request, "report_analysis.html", person, unit=unit, view=shown, ways=_ways(found))


@router.get("/report/{unit}/{year}/assessment")
def assessment_page(unit: PathUnit, year: PathYear, request: Request, person: Viewer, parts: TheParts) -> Response:
    found = read_assessment(parts, unit, year, person)
    with parts.database.read() as connection:
        row = require_unit(connection, unit, person.path)
        above = row["parent"] if row["path"] != person.path else None
    months = {"last": max(found.own.months, default=f"{year}-12")}

    def shown(language: Language) -> dict[str, Any]:
        return assessment_view(found, language)

    return page(request, "report_assessment.html", person, unit=unit, year=year, view=shown, above=above, months=months)


def _ways(found: Analysis) -> dict[str, Any]:
    """Where one can go from here: other spans up to the same month, the same span a month earlier or later."""
    last, count = found.last.name, len(found.months)
    lengths = [
        {"count": each, "from": shifted(last, 1 - each), "chosen": each == count}
        for each in _LONG
        if is_name(shifted(last, 1 - each))
    ]
    return {
        "last": last, "from": found.first.name, "lengths": lengths, "year": last[:4],
        "earlier": _way(shifted(last, -1), count), "later": _way(shifted(last, 1), count),
    }  # fmt: skip


def _way(last: str, count: int) -> dict[str, str]:
    return {"last": last, "from": shifted(last, 1 - count)}
