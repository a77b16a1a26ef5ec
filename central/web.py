"""The web server of central: its endpoints, how everything that goes wrong is answered, headers on every page."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central import pages
from central.accounts import api as accounts
from central.failures import ApiError
from central.figures import api as figures
from central.live import api as live
from central.orders import api as orders
from central.parts import Parts
from central.tickets import api as tickets
from central.web_doors import answer_code, error_answer, new_trace

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
    405: "WRONG_METHOD",
    413: "TOO_LARGE",
    503: "NOT_READY",
}


def make_app(parts: Parts) -> FastAPI:
    """The application over these parts."""
    app = FastAPI(
        title="Legal hall: central",
        version=version("legal-hall"),
        docs_url=None,
        redoc_url=None,
    )
    app.state.parts = parts
    for router in (accounts.router, live.router, tickets.router, figures.router, orders.router):
        app.include_router(router)
    _add_health(app, parts)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _wrong_field)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _our_fault)
    app.add_middleware(_Headers)
    return app


def _add_health(app: FastAPI, parts: Parts) -> None:
    @app.get("/healthz", tags=["health"])
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"])
    def readyz() -> JSONResponse:
        """Each part with its state; 503 while one is missing."""
        states = {
            "database": parts.database.alive(),
            "broker": bool(parts.link.up_since_ms),
            "ingest": parts.ingest.alive,
        }
        told = {name: "ok" if good else "missing" for name, good in states.items()}
        good = all(states.values())
        return JSONResponse({"status": "ok" if good else "missing", "parts": told}, 200 if good else 503)

    @app.get("/metrics", tags=["health"])
    def metrics() -> Response:
        """Numbers for Prometheus; none of them about a person."""
        pages.count_halls(parts)
        return PlainTextResponse(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


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
    if pages.is_page(request):
        return pages.error_page(request, error.status, error.code)
    return error_answer(error)


def _wrong_field(request: Request, error: Exception) -> Response:
    """The field and nothing of what was in it: it may have been somebody's number."""
    assert isinstance(error, RequestValidationError)
    first: Any = next(iter(error.errors()), {})
    place = [str(part) for part in first.get("loc", ()) if part not in ("body", "query", "path", "header")]
    named = all(_FIELD.fullmatch(part) for part in place)
    if first.get("type") == "json_invalid":
        return answer_code(400, "NOT_JSON")
    if pages.is_page(request):
        return pages.error_page(request, 404, "NOT_FOUND")
    code = "UNKNOWN_FIELD" if first.get("type") == "extra_forbidden" else "WRONG_FIELD"
    return answer_code(422, code, ".".join(place) if place and named else None)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "MALFORMED")
    if pages.is_page(request):
        return pages.error_page(request, error.status_code, code)
    return answer_code(error.status_code, code)


def _our_fault(request: Request, error: Exception) -> Response:
    trace = new_trace()
    log.error("http.failed", trace=trace, method=request.method, route=request.scope["path"], exc_info=error)
    if pages.is_page(request):
        return pages.error_page(request, 500, "OUR_FAULT", trace)
    return answer_code(500, "OUR_FAULT", trace=trace)
