"""The web server of central: its endpoints, how everything that goes wrong is answered, headers on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final, Literal

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central import manage_pages, pages
from central.accounts import api as accounts
from central.accounts import directory_api, factor_api, manage_api, own_pages
from central.aid_applicant import api as aid_applicant
from central.aid import api as aid
from central.aid_desk import api as aid_desk
from central.aid_desk import case_api as aid_tasks
from central.aid_desk import page_routes as aid_desk_pages
from central.aid_desk import search_api as aid_search
from central.aid_files import api as aid_files
from central.aid_intake import page_routes as aid_intake_pages
from central.aid_intake import public_api as aid_intake
from central.aid_limits import api as aid_limits
from central.aid_papers import api as aid_papers
from central.aid_papers import page_routes as aid_paper_pages
from central.aid_papers import settings_api as aid_paper_settings
from central.alarms import api as alarms
from central.appointments import api as appointments
from central.appointments import page_routes as appointment_pages
from central.appointments import public_api as public_appointments
from central.audit import api as audit
from central.catalogue import api as catalogue
from central.catalogue import pages as catalogue_pages
from central.clock import now_ms
from central.database import HeldElsewhere
from central.failures import ApiError
from central.figures import api as figures
from central.fleet import api as fleet
from central.fleet.gauges import renew
from central.imports import api as imports
from central.keeping import master_key
from central.keeping.sealed_columns import CannotOpen
from central.lawyers import api as lawyers
from central.lawyers import firm_api, rota_api
from central.lawyers import page_routes as lawyer_pages
from central.line import api as line
from central.line import controllers_api
from central.live import api as live
from central.live import live_pages
from central.matters import api as matters
from central.matters import page_routes as matter_pages
from central.matters import public_api as public_matters
from central.matters import room_api as visit_rooms
from central.orders import acts_api
from central.orders import api as orders
from central.parts import Parts
from central.phone import api as phone
from central.phone import page_routes as visitor_pages
from central.places import api as places
from central.places import page_routes as place_pages
from central.places import plan_api as place_plans
from central.places import public_api as public_places
from central.places import tablets_api as place_tablets
from central.plans import api as plans
from central.plans import looking_api as plan_looking
from central.plans import pages as plan_pages
from central.rest_days import api as rest_days
from central.rest_days import page_routes as rest_day_pages
from central.tickets import api as tickets
from central.units import api as units
from central.web_doors import TheParts, error_answer, new_trace
from hall_config.error_answer import ErrorAnswer

log = structlog.get_logger()
_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z_-]{0,40}|[0-9]{1,3}")

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_CODES: Final = {
    400: "MALFORMED",
    401: "NOT_SIGNED_IN",
    403: "NOT_ALLOWED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "TOO_LARGE",
    503: "NOT_READY",
}

_INTERFACES: Final = (
    accounts.router,
    factor_api.router,
    manage_api.router,
    directory_api.router,
    units.router,
    audit.router,
    live.router,
    tickets.router,
    figures.router,
    orders.router,
    acts_api.router,
    catalogue.router,
    appointments.router,
    public_appointments.router,
    phone.router,
    line.router,
    plans.router,
    plan_looking.router,
    places.router,
    place_plans.router,
    place_tablets.router,
    public_places.router,
    alarms.router,
    fleet.router,
    controllers_api.router,
    imports.router,
    matters.router,
    visit_rooms.router,
    public_matters.router,
    lawyers.router,
    rota_api.router,
    firm_api.router,
    aid.router,
    aid_desk.router,
    aid_limits.router,
    rest_days.router,
    aid_papers.router,
    aid_paper_settings.router,
    aid_paper_settings.uploads,
    aid_search.router,
    aid_tasks.router,
    aid_files.router,
    aid_files.uploads,
    aid_intake.router,
    aid_applicant.router,
    aid_applicant.uploads,
)
_PAGES: Final = (
    manage_pages.router,
    live_pages.router,
    plan_pages.router,
    catalogue_pages.router,
    pages.router,
    place_pages.router,
    visitor_pages.router,
    appointment_pages.router,
    aid_desk_pages.router,
    rest_day_pages.router,
    aid_intake_pages.router,
    aid_paper_pages.router,
    own_pages.router,
    directory_api.pages,
    matter_pages.router,
    lawyer_pages.router,
)


class Ready(BaseModel):
    """Whether central can do its work, and which part keeps it from that."""

    status: Literal["ok", "missing"]
    parts: dict[str, Literal["ok", "missing"]]


def make_app(parts: Parts) -> FastAPI:
    """The application over these parts."""
    app = FastAPI(
        title="Legal hall: central",
        version=version("legal-hall"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"4XX": {"model": ErrorAnswer}, "5XX": {"model": ErrorAnswer}},
    )
    app.state.parts = parts
    for router in _INTERFACES:
        app.include_router(router)
    _add_health(app)
    for router in _PAGES:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _wrong_field)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _store_missing)
    app.add_exception_handler(PoolTimeout, _store_missing)
    app.add_exception_handler(HeldElsewhere, _store_missing)
    app.add_exception_handler(CannotOpen, _store_missing)
    app.add_exception_handler(Exception, _our_fault)
    app.add_middleware(_Headers)
    return app


def _add_health(app: FastAPI) -> None:
    @app.get("/healthz", tags=["health"])
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], response_model=Ready, responses={503: {"model": Ready}})
    def readyz(parts: TheParts) -> JSONResponse:
        """Each part with its state; 503 while one is missing."""
        states = {
            "database": parts.database.alive(),
            "broker": bool(parts.link.up_since_ms),
            "ingest": parts.ingest.alive,
            "vault": master_key.works(parts.database, parts.vault),
        }
        good = all(states.values())
        told = Ready(status=_word(good), parts={name: _word(state) for name, state in states.items()})
        return JSONResponse(told.model_dump(), 200 if good else 503)

    @app.get("/metrics", tags=["health"], response_class=Response)
    def metrics(parts: TheParts) -> Response:
        """Numbers for Prometheus; none of them about a person."""
        renew(parts.metrics, parts.board, now_ms())
        return PlainTextResponse(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _word(good: bool) -> Literal["ok", "missing"]:
    return "ok" if good else "missing"


class _Headers:
    """Puts the same protective headers on every answer; pages and answers are never kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else {}
    if error.code == "NOT_SIGNED_IN":
        headers["WWW-Authenticate"] = "Bearer"
    if error.words is not None and not pages.is_page(request):
        return error_answer(error.status, error.code, error.field, headers, told=error.words)
    return _answer(request, error.status, error.code, error.field, headers)


def _wrong_field(request: Request, error: Exception) -> Response:
    """The field and nothing of what was in it: it may have been somebody's number."""
    assert isinstance(error, RequestValidationError)
    first: Any = next(iter(error.errors()), {})
    kind, (source, *place) = first.get("type"), first.get("loc") or ("",)
    if source == "path":
        return _answer(request, 404, "NOT_FOUND")
    if kind == "json_invalid":
        return _answer(request, 400, "MALFORMED")
    code = {"missing": "MISSING_FIELD", "extra_forbidden": "UNKNOWN_FIELD"}.get(kind, "WRONG_FIELD")
    if source == "header":
        return _answer(request, 422, code, str(place[0]).title())
    named = bool(place) and all(_FIELD.fullmatch(str(part)) for part in place)
    return _answer(request, 422, code, ".".join(map(str, place)) if named else None)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "INTERNAL" if error.status_code >= 500 else "MALFORMED")
    return _answer(request, error.status_code, code, headers=error.headers)


def _store_missing(request: Request, error: Exception) -> Response:
    trace = new_trace()
    log.error("http.store_missing", trace=trace, method=request.method, route=request.scope["path"], exc_info=error)
    return _answer(request, 503, "NOT_READY", trace=trace)


def _our_fault(request: Request, error: Exception) -> Response:
    trace = new_trace()
    log.error("http.failed", trace=trace, method=request.method, route=request.scope["path"], exc_info=error)
    return _answer(request, 500, "INTERNAL", trace=trace)


def _answer(
    request: Request,
    status: int,
    code: str,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
    trace: str | None = None,
) -> Response:
    """For a person who looks at a page, a page; for everybody else the one shape."""
    if pages.is_page(request):
        return pages.error_page(request, status, code, trace)
    return error_answer(status, code, field, headers, trace)
