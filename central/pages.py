"""Pages: the frame they share, which language they speak, and which of them exist. What they show comes by the API.

A page is a frame with words; its script asks the API, so that nothing is shown that the API would not tell.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.accounts.person import PAGE_OF
from central.clock import now_ms
from central.menu import in_one_row, menu_of
from central.tickets.api import PathDay, PathNumber
from central.web_doors import SignedIn
from hall.moment import local_day
from hall_config.wording import Language, clock_words, say, section

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
_LANGUAGE_COOKIE: Final = "central_language"
_WORDS: Final = (
    "page",
    "window",
    "pause",
    "ticket",
    "hall",
    "device",
    "grade",
    "channel",
    "priority",
    "event",
    "error",
)
# a place of ours to go on to: never another site, however a browser reads dots, slashes and backslashes
_LONGEST_NEXT: Final = 200
_OURS: Final = re.compile(
    r"/(?:[0-9A-Za-z_~%-][0-9A-Za-z_.~%-]*(?:/[0-9A-Za-z_~%-][0-9A-Za-z_.~%-]*)*/?)?(?:\?[0-9A-Za-z_.~%=&+-]*)?"
)
_DEVICES: Final = {
    "kind": "pages.device.kind",
    "device_reason": "pages.device.reason",
}  # as the hall's own pages say it
_NOT_PAGES: Final = ("/api/", "/static/", "/healthz", "/readyz", "/metrics", "/openapi.json")
_environment = Environment(
    loader=FileSystemLoader([_HERE / "frames", *sorted(_HERE.glob("*/pages"))]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

router = APIRouter(include_in_schema=False)


@router.get("/halls/{hall}")
def hall_page(hall: str, request: Request, person: SignedIn) -> Response:
    today, acts = local_day(now_ms()), person.may(Act.ACT_FOR_HALLS)
    return page(request, "hall.html", person, sections=("orders",), hall=hall[:40], today=today, acts=acts)


@router.get("/halls/{hall}/tickets/{day}/{number}")
def ticket_page(hall: str, day: PathDay, number: PathNumber, request: Request, person: SignedIn) -> Response:
    return page(request, "ticket.html", person, hall=hall[:40], day=day, number=number)


@router.get("/figures")
def figures_page(request: Request, person: SignedIn) -> Response:
    return page(request, "figures.html", person, today=local_day(now_ms()))


def is_page(request: Request) -> bool:
    """Whether a person looks at the answer in a browser."""
    return not request.url.path.startswith(_NOT_PAGES) and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, status: int, code: str, trace: str | None = None) -> Response:
    """The answer to somebody who looks at a page; who must do something first is sent there and back again."""
    if status == 401 or code in PAGE_OF:
        place = PAGE_OF.get(code, "/sign-in")
        return RedirectResponse(f"{place}?next={quote(_wanted(request), safe='/')}", 303)
    return page(request, "error.html", None, status=status, code=code, trace=trace)


def _wanted(request: Request) -> str:
    """Where somebody was going: the district, the day and the state that they asked for belong to it."""
    whole = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return whole if _OURS.fullmatch(whole) and len(whole) <= _LONGEST_NEXT else request.url.path


def page(
    request: Request,
    template: str,
    person: Person | None,
    status: int = 200,
    sections: tuple[str, ...] = (),
    **facts: Any,
) -> Response:
    """A page of any room; its script gets the words of ``sections`` (under ``central``) beside those of all pages."""
    language = _language(request)
    other = "en" if language == "zh" else "zh"
    words = {name: section(f"central.{name}", language) for name in (*_WORDS, *sections)}
    words |= {name: section(where, language) for name, where in _DEVICES.items()}
    menu = menu_of(person.roles) if person is not None and person.must is None else []
    row, more = in_one_row(menu, [say(f"central.{entry.words}", language) for entry in menu])
    text = _environment.get_template(template).render(
        language=language,
        other=other,
        switch=_switch(request, other),
        path=request.url.path,
        words=words,
        clock_words=clock_words,
        say=lambda key, **params: say(f"central.{key}", language, **params),
        person=person,
        menu=row,
        more=more,
        status=status,
        **facts,
    )
    answer = HTMLResponse(text, status)
    asked = request.query_params.get("lang")
    if asked in ("zh", "en"):
        answer.set_cookie(_LANGUAGE_COOKIE, asked, max_age=31_536_000, samesite="lax", path="/")
    return answer


def _switch(request: Request, other: str) -> str:
    """This page in the other language; whoever signs in on it still goes on to where they wanted to."""
    wanted = request.query_params.get("next", "")
    kept = {"next": wanted} if len(wanted) <= _LONGEST_NEXT and _OURS.fullmatch(wanted) else {}
    return "?" + urlencode({**kept, "lang": other}, safe="/")


def _language(request: Request) -> Language:
    """Chinese, unless this browser was switched to English."""
    asked = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE)
    return "en" if asked == "en" else "zh"
