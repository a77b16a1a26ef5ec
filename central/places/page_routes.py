"""The pages of small places: for visitors without signing in, for staff, for whoever sets a place up."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.failures import Forbidden, NotFound, Unavailable
from central.pages import page
from central.parts import Parts
from central.places import tablets
from central.places.asking import place_at
from central.places.journal import Place
from central.places.poster import poster
from central.places.qr import qr_svg
from central.places.requests import PathPlace, PathToken, PathWindow
from central.plans.pages import SCHEMA
from central.web_doors import Looking, May, TheParts
from hall.rating.words import BadReason
from hall_config.paper import NoPaper
from hall_config.wording import LANGUAGES, say

router = APIRouter(include_in_schema=False)

Serving = Annotated[Person, Depends(May(Act.SERVE_PLACES))]
_YEAR_S: Final = 31_536_000


@router.get("/places")
def list_page(request: Request, person: Looking) -> Response:
    acts = {"serves": Act.SERVE_PLACES, "manages": Act.MANAGE_PLACES, "plans": Act.PLAN_PLACES}
    can = {name: person.may(act) for name, act in acts.items()}
    return page(request, "places.html", person, sections=("place", "manage"), **can)


@router.get("/places/{place}/windows/{n}")
def window_page(place: PathPlace, n: PathWindow, request: Request, person: Serving, parts: TheParts) -> Response:
    at, _ = place_at(parts, place, person.path)
    if at.plan.window(n) is None:
        raise NotFound("NO_SUCH_WINDOW")
    return page(request, "place_window.html", person, sections=("place",), window=n, **_facts(at))


@router.get("/places/{place}/poster")
def poster_page(place: PathPlace, request: Request, person: Looking, parts: TheParts) -> Response:
    at, _ = place_at(parts, place, person.path)
    facts: dict[str, Any] = {"address": _address(request, at), "qr": _picture(_address(request, at)), **_facts(at)}
    return page(request, "place_poster.html", person, sections=("place",), **facts)


@router.get("/places/{place}/poster.pdf")
def poster_file(place: PathPlace, request: Request, person: Looking, parts: TheParts) -> Response:
    """The poster for the place's door, to print on A4."""
    at, _ = place_at(parts, place, person.path)
    try:
        made = poster(at, _address(request, at))
    except NoPaper as problem:
        raise Unavailable(problem.code) from None
    name = f'inline; filename="poster-{at.id}.pdf"'
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/places/{place}/plan")
def plan_page(
    place: PathPlace, request: Request, person: Annotated[Person, Depends(May(Act.PLAN_PLACES))], parts: TheParts
) -> Response:
    """The forms of plans, over this place's."""
    at, _ = place_at(parts, place, person.path)
    sections = ("place", "manage", "plans", "plan_form", "place_plan")
    return page(request, "place_plan.html", person, sections=sections, schema=SCHEMA, **_facts(at))


@router.get("/places/{place}/tablets")
def tablets_page(
    place: PathPlace, request: Request, person: Annotated[Person, Depends(May(Act.MANAGE_PLACES))], parts: TheParts
) -> Response:
    """The browsers that are this place's tablets; what it shows comes by the API."""
    at, _ = place_at(parts, place, person.path)
    return page(request, "place_tablets.html", person, sections=("place", "manage"), **_facts(at))


@router.get("/p/{place}")
def door_page(place: PathPlace, request: Request, parts: TheParts) -> Response:
    return _public(request, "place_door.html", _at(parts, place))


@router.get("/p/{place}/t/{token}")
def ticket_page(place: PathPlace, token: PathToken, request: Request, parts: TheParts) -> Response:
    reasons = {
        language: {one.value: say(f"pages.bad_reason.{one.value}", language) for one in BadReason}
        for language in LANGUAGES
    }
    return _public(request, "place_ticket.html", _at(parts, place), token=token, reasons=reasons)


@router.get("/p/{place}/display")
def display_page(place: PathPlace, request: Request, parts: TheParts) -> Response:
    at = _at(parts, place)
    return _public(request, "place_display.html", at, qr=_picture(_address(request, at)))


@router.get("/p/{place}/tablet/{n}")
def tablet_page(place: PathPlace, n: PathWindow, request: Request, parts: TheParts, key: str = "") -> Response:
    """A link with the key pairs this browser; the key leaves the address at once."""
    at = _at(parts, place)
    if at.plan.window(n) is None:
        raise NotFound("NO_SUCH_WINDOW")
    if key and tablets.window_of(parts, place, key) == n:
        answer = RedirectResponse(f"/p/{at.id}/tablet/{n}", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(tablets.COOKIE, key, max_age=_YEAR_S, httponly=True, samesite="lax", secure=secure, path="/")
        return answer
    if tablets.window_that_asks(parts, place, request) != n:
        raise Forbidden("NOT_A_TABLET")
    return _public(request, "place_tablet.html", at, window=n)


def _at(parts: Parts, place: str) -> Place:
    return parts.places.look(place)[0]


def _public(request: Request, template: str, at: Place, **facts: Any) -> Response:
    return page(request, template, None, sections=("place",), **_facts(at), **facts)


def _facts(at: Place) -> dict[str, Any]:
    plan = at.plan
    return {
        "place": at.id,
        "names": {"zh": plan.name_zh, "en": plan.name_en},
        "services": {one.letter: {"zh": one.name_zh, "en": one.name_en} for one in plan.services},
        "windows": [one.number for one in plan.windows],
        "priorities": [one.code for one in plan.queue.priorities if one.at_machine],
    }


def _address(request: Request, at: Place) -> str:
    return f"{str(request.base_url).rstrip('/')}/p/{at.id}"


def _picture(text: str) -> Markup:
    return Markup(qr_svg(text))  # noqa: S704 - made here, of squares alone
