"""The pages of legal aid's forms: at home without an account, at the desk and at a street's station with one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.clock import now_ms
from central.pages import page
from central.units import store as units
from central.units.rules import Level
from central.web_doors import May, TheParts
from hall.moment import local_day
from hall_config.wording import LANGUAGES, Language, section

router = APIRouter(include_in_schema=False)

Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
_PUBLIC = ("visitor", "aid_form", "aid_files", "aid_file")
_DESK = ("manage", "aid_form", "aid_files", "aid_file", "aid_apply", "aid_new", "aid_notice")
_STATIONS = (Level.STREET, Level.VILLAGE)


@router.get("/aid/apply")
def apply_page(request: Request) -> Response:
    return page(request, "aid_apply.html", None, sections=(*_PUBLIC, "aid_apply"), aid=_codes())


@router.get("/aid/my")
def my_page(request: Request) -> Response:
    words = (*_PUBLIC, "aid_apply", "aid_my", "aid_notice")
    return page(request, "aid_my.html", None, sections=words, aid=_codes())


@router.get("/aid/new")
def new_page(request: Request, person: Clerk, parts: TheParts) -> Response:
    if _at_station(person, parts):
        return RedirectResponse("/aid/station", 303)
    return page(request, "aid_new.html", person, sections=_DESK, station=False, aid=_codes())


@router.get("/aid/station")
def station_page(request: Request, person: Clerk) -> Response:
    return page(request, "aid_new.html", person, sections=_DESK, station=True, aid=_codes())


@router.get("/aid/notice")
def notice_page(request: Request, person: Clerk) -> Response:
    today = local_day(now_ms())
    return page(request, "aid_notice.html", person, sections=_DESK, today=today, aid=_codes())


def _at_station(person: Person, parts: TheParts) -> bool:
    with parts.database.read() as connection:
        row = units.unit(connection, person.unit)
    return row is not None and row["level"] in _STATIONS


def _codes() -> dict[Language, dict[str, str]]:
    """The words of the law's codes, as the kiosk and the windows say them too."""
    return {language: section("aid", language) for language in LANGUAGES}
