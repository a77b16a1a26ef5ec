"""``/api/v1/report``: the analysis of some months of a unit and its yearly assessment, for programs and printed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from central.report.doors import PathPeriod, PathUnit, Viewer
from central.report.export_api import PDF, XLSX, file_told, given, on_paper
from central.report.year_api import PathYear
from central.report_analysis.assessment_book import workbook
from central.report_analysis.assessment_told import assessment_told
from central.report_analysis.printed import printed
from central.report_analysis.told import analysis_told, span_words
from central.report_analysis.work import read_analysis, read_assessment
from central.web_doors import StrictRoute, TheParts
from hall_config.wording import Language

router = APIRouter(prefix="/api/v1/report", route_class=StrictRoute, tags=["report"])
From = Annotated[str | None, Query(alias="from", pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@router.get("/units/{unit}/periods/{period}/analysis")
def analysis_now(
    unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts, first: From = None
) -> dict[str, Any]:
    """The analysis of a unit and all below it: of one month, or of those from ``from`` on, 12 at most."""
    return analysis_told(read_analysis(parts, unit, first, period, person))


@router.get(
    "/units/{unit}/periods/{period}/report-analysis.pdf", response_class=Response, responses=file_told(PDF)
)  # fmt: skip
def analysis_as_print(
    unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts, first: From = None, lang: Language = "zh"
) -> Response:
    """The same with its charts, to be laid on a desk."""
    found = read_analysis(parts, unit, first, period, person)
    return given(
        on_paper(lambda: printed(found, lang)), PDF, f"{found.unit.name_zh}{span_words(found)}公共法律服务分析报告.pdf"
    )


@router.get("/units/{unit}/years/{year}/assessment")
def assessment_now(unit: PathUnit, year: PathYear, person: Viewer, parts: TheParts) -> dict[str, Any]:
    """The assessment sheet of a unit and of those directly below it, from the locked forms of that year."""
    return assessment_told(read_assessment(parts, unit, year, person))


@router.get(
    "/units/{unit}/years/{year}/assessment.xlsx", response_class=Response, responses=file_told(XLSX)
)  # fmt: skip
def assessment_as_spreadsheet(unit: PathUnit, year: PathYear, person: Viewer, parts: TheParts) -> Response:
    """With formulas from the figures to the places."""
    found = read_assessment(parts, unit, year, person)
    return given(workbook(found), XLSX, f"{found.own.unit.name_zh}{year}年公共法律服务考评表.xlsx")
