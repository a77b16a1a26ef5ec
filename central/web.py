"""The web server of central: its endpoints, how everything that goes wrong is answered, headers on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final, Literal

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central import pages
from central.clock import now_ms
from central.database import HeldElsewhere
from central.failures import ApiError
from central.fleet.gauges import renew
from central.keeping import master_key
from central.keeping.sealed_columns import CannotOpen
from central.parts import Parts
from central.rooms import INTERFACES, PAGES
from central.web_doors import TheParts, error_answer, new_trace
from hall_config.routes import join

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
    )
    app.state.parts = parts
    join(app, [*INTERFACES, _health(), *PAGES])
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


def _health() -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
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

    @router.get("/metrics", response_class=Response)
    def metrics(parts: TheParts) -> Response:
        """Numbers for Prometheus; none of them about a person."""
        renew(parts.metrics, parts.board, now_ms())
        return PlainTextResponse(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


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
