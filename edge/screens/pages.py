"""The hall's pages: small templates that carry the words in both languages; everything else they learn live."""

from __future__ import annotations

from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from edge.machine import class_of_a_plain_card
from edge.screens.aid_form import AID_CODES
from edge.screens.desk import Desk
from edge.screens.drawing import draw_page
from edge.screens.pads import fits, is_paired, pad_link
from edge.screens.requests import Token
from edge.screens.sessions import session_of
from edge.screens.spoken import spoken_facts
from edge.screens.tickets import qr_svg
from edge.spoken_help import SpokenHelp
from edge.staff import Role
from hall.opinions.words import Topic
from hall.queue.words import JumpReason, PauseReason
from hall.rating.words import BadReason
from hall.record.words import AnsweredBy, Field, Group, Paper
from hall.refusal import Code, Refusal
from hall_config.wording import Language

_RECORD: Final = {
    "field": [item.value for item in Field],
    "answered_by": [item.value for item in AnsweredBy],
    "groups": [item.value for item in Group],
    "papers": [item.value for item in Paper],
}
_SINGULAR: Final = {"field": "field", "answered_by": "answered_by", "groups": "group", "papers": "paper"}
_TILES: Final = ("/machine", "/kiosk", "/display", "/window", "/guide", "/desk")
_YEAR_S: Final = 365 * 86_400
WindowInPath = Annotated[int, Path(ge=1, le=999)]
Lang = Annotated[Language | None, Query()]


class _Draw(Protocol):
    def __call__(
        self, page: str, lang: Language | None, status: int = 200, *, codes: Any = None, **facts: Any
    ) -> HTMLResponse: ...


def pages_router(desk: Desk, spoken: SpokenHelp) -> APIRouter:
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    def draw(page: str, lang: Language | None, status: int = 200, *, codes: Any = None, **facts: Any) -> HTMLResponse:
        return draw_page(page, lang or desk.language, desk.door.plan, desk.assets, facts, status, codes=codes)

    _public_pages(router, desk, draw)
    _touch_pages(router, desk, draw, spoken)
    _window_pages(router, desk, draw)
    _pad_page(router, desk, draw)
    return router


def _public_pages(router: APIRouter, desk: Desk, draw: _Draw) -> None:
    @router.get("/")
    def index(request: Request, lang: Lang = None) -> Response:
        base = (desk.public_url or str(request.base_url)).rstrip("/")
        codes = {path: Markup(qr_svg(base + path).decode()) for path in _TILES}  # noqa: S704 - our own picture
        found = session_of(desk, request)
        pads: dict[int, str] = {}
        if found is not None and found[1].staff.role is Role.SUPERVISOR:
            pads = {window.number: pad_link(desk.door, window.number) for window in desk.door.plan.windows}
            codes |= {path: Markup(qr_svg(base + path).decode()) for path in pads.values()}  # noqa: S704 - as above
        return draw("index", lang, codes=codes, pads=pads)

    @router.get("/display")
    def display(lang: Lang = None) -> Response:
        return draw("display", lang)

    @router.get("/health")
    def health(lang: Lang = None) -> Response:
        return draw("health", lang)

    @router.get("/t/{token}")
    def ticket(token: Annotated[Token, Path()], lang: Lang = None) -> Response:
        return draw("ticket", lang, token=token, reasons=[item.value for item in BadReason])

    @router.get("/favicon.ico")
    def icon() -> Response:
        return RedirectResponse(f"/static/{desk.assets}/icon.svg", 307)


def _touch_pages(router: APIRouter, desk: Desk, draw: _Draw, spoken: SpokenHelp) -> None:
    @router.get("/machine")
    def machine(lang: Lang = None) -> Response:
        plain = class_of_a_plain_card(desk.door.plan)
        rules = desk.door.plan.queue
        said = spoken_facts(spoken, desk.door.plan)
        offered = _offered(desk)
        return draw("machine", lang, priorities=offered, plain_card=plain, group_most=rules.group_most, spoken=said)

    @router.get("/kiosk")
    def kiosk(lang: Lang = None) -> Response:
        said = spoken_facts(spoken, desk.door.plan)
        topics = [item.value for item in Topic]
        return draw("kiosk", lang, topics=topics, aid=desk.takes_drafts, spoken=said, priorities=_offered(desk))


def _offered(desk: Desk) -> list[str]:
    """The reasons for priority that visitors may choose by themselves."""
    return [rule.code for rule in desk.door.plan.queue.priorities if rule.at_machine]


def _window_pages(router: APIRouter, desk: Desk, draw: _Draw) -> None:
    @router.get("/window")
    def any_window(request: Request, lang: Lang = None) -> Response:
        found = session_of(desk, request)
        if found is not None and found[1].window is not None:
            return RedirectResponse(f"/window/{found[1].window}", 303)
        return draw(
            "window", lang, window=None, signed_in=None, reasons=[], places={}, camera=False, jump_reasons=[],
            aid=False, record={}, singular={},
        )  # fmt: skip

    @router.get("/window/{n}")
    def window(n: WindowInPath, request: Request, lang: Lang = None) -> Response:
        _require_window(desk, n)
        found = session_of(desk, request, n)
        reasons = [item.value for item in PauseReason]
        places = {place: {"zh": zh, "en": en} for place, (zh, en) in desk.place_names.items()}
        name = found[1].staff.name if found else None
        camera = desk.camera_at(n)
        return draw(
            "window", lang, window=n, signed_in=name, reasons=reasons, places=places, camera=camera,
            aid=desk.takes_drafts, jump_reasons=[item.value for item in JumpReason], record=_RECORD, singular=_SINGULAR,
        )  # fmt: skip

    @router.get("/window/{n}/aid")
    def application(n: WindowInPath, request: Request, lang: Lang = None) -> Response:
        """The application for legal aid of the ticket at this window, for its staff."""
        _require_window(desk, n)
        found = session_of(desk, request, n)
        if found is None or not desk.takes_drafts:
            return RedirectResponse(f"/window/{n}", 303)
        return draw("application", lang, window=n, signed_in=found[1].staff.name, aid_codes=AID_CODES)


def _pad_page(router: APIRouter, desk: Desk, draw: _Draw) -> None:
    @router.get("/pad/{n}")
    def pad(n: WindowInPath, request: Request, key: str = "", lang: Lang = None) -> Response:
        _require_window(desk, n)
        if key:
            answer = RedirectResponse(f"/pad/{n}", 303)
            if fits(desk, n, key):
                name = desk.cookie(f"pad_{n}")
                answer.set_cookie(name, key, max_age=_YEAR_S, httponly=True, samesite="lax", path="/")
            return answer
        paired = is_paired(desk, request, n)
        reasons = [item.value for item in BadReason]
        return draw("pad", lang, 200 if paired else 403, window=n, paired=paired, reasons=reasons)


def _require_window(desk: Desk, number: int) -> None:
    if desk.door.plan.window(number) is None:
        raise Refusal(Code.UNKNOWN_WINDOW, "window")
