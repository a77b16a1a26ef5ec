"""``/api/v1/report``: a form as a spreadsheet, printed, and for machines: what the page hides is hidden here too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from central.failures import Unavailable
from central.report.api import read_form
from central.report.doors import PathPeriod, PathUnit, Viewer
from central.report_out.few import seen
from central.report_out.machine import machine_json
from central.report_out.printed import printed
from central.report_out.spreadsheet import workbook
from central.web_doors import StrictRoute, TheParts
from hall_config.paper import NoPaper

router = APIRouter(prefix="/api/v1/report", route_class=StrictRoute, tags=["report"])
Version = Annotated[int | None, Query(ge=0, le=10_000)]
PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_told(*types: str) -> dict[int | str, dict[str, Any]]:
    """What the description of the interface says of an answer that is a file."""
    return {200: {"content": {one: {"schema": {"type": "string", "format": "binary"}} for one in types}}}


JSON_TOLD: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}}
}


@router.get("/units/{unit}/periods/{period}/report.xlsx", response_class=Response, responses=file_told(XLSX))
def as_spreadsheet(
    unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts, version: Version = None
) -> Response:
    """With formulas in its computed rows and its checks; every text is text."""
    found = read_form(parts, unit, period, person, version)[0]
    return given(workbook(seen(found)), XLSX, f"{found.unit.name_zh}{period}统计月报表.xlsx")


@router.get("/units/{unit}/periods/{period}/report.pdf", response_class=Response, responses=file_told(PDF))
def as_print(unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts, version: Version = None) -> Response:
    """To be signed on paper."""
    found = read_form(parts, unit, period, person, version)[0]
    return given(on_paper(lambda: printed(seen(found))), PDF, f"{found.unit.name_zh}{period}统计月报表.pdf")


@router.get("/units/{unit}/periods/{period}/report.json", response_class=Response, responses=JSON_TOLD)
def as_machine_reads(
    unit: PathUnit, period: PathPeriod, person: Viewer, parts: TheParts, version: Version = None
) -> Response:
    """As ``report.schema.json`` describes it."""
    found = read_form(parts, unit, period, person, version)[0]
    return given(machine_json(seen(found)), "application/json", f"{found.unit.id}-{period}.json")


def on_paper(make: Callable[[], bytes]) -> bytes:
    """A print; raises `Unavailable` where nothing can be printed, which says what to install."""
    try:
        return make()
    except NoPaper as problem:
        raise Unavailable(problem.code) from None


def given(content: bytes, media: str, name: str) -> Response:
    place = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media, headers={"Content-Disposition": place, "Cache-Control": "no-store"})
