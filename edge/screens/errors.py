"""Errors as the contract has them: one shape, a code, words in both languages, never what was sent, never a traceback.

400 malformed, 401 not signed in, 403 may not, 404 not there, 409 refused by a rule, 413 too large, 422 wrong field,
429 too often, 503 a needed part is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from edge.screens.drawing import draw_error
from edge.staff import Locked, WrongSecret
from hall.refusal import Code, Refusal
from hall_config.error_answer import ErrorAnswer, ErrorWords
from hall_config.wording import say

_PLAIN_FIELD: Final = re.compile(
    r"^[a-z][a-z_]{0,30}$"
)  # what was sent is not said again; an odd name might be anything
_STATUS_OF: Final[Mapping[Code, int]] = {
    Code.UNKNOWN_SERVICE: 422,
    Code.UNKNOWN_PRIORITY: 422,
    Code.UNKNOWN_REASON: 422,
    Code.UNKNOWN_GRADE: 422,
    Code.TEXT_TOO_LONG: 422,
    Code.LONG_NUMBER: 422,
    Code.UNKNOWN_WINDOW: 404,
    Code.UNKNOWN_GATE: 404,
    Code.UNKNOWN_TICKET: 404,
    Code.UNKNOWN_TOKEN: 404,
    Code.UNKNOWN_RECEIPT: 404,
    Code.GUIDE_SLIP_TOO_SOON: 429,
}
_OF_HTTP: Final[Mapping[int, str]] = {
    400: "MALFORMED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "TOO_LARGE",
}


class ApiError(Exception):
    """The interface itself says no, before any rule of the hall is asked."""

    def __init__(
        self,
        status: int,
        code: str,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        **params: str | int,
    ):
        """``params`` fill the words."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.field = field
        self.headers = dict(headers or {})
        self.params = params


def trace_of(scope: Mapping[str, Any]) -> str:
    """The request's own number, as it stands in the log."""
    trace: str = scope.get("state", {}).get("trace", "")
    return trace


def error_answer(
    status: int,
    code: str,
    trace: str,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str | int] | None = None,
) -> JSONResponse:
    """One error in the contract's shape; the words come from the catalogue, filled from ``params``."""
    key, told = f"refusal.{code}" if code in Code.__members__ else f"pages.error.{code}", params or {}
    words = ErrorWords(
        code=code, message=say(key, "en", **told), message_zh=say(key, "zh", **told), field=field, trace=trace
    )
    return JSONResponse(ErrorAnswer(error=words).model_dump(), status, dict(headers or {}))


def install(app: FastAPI) -> None:
    """Answer every failure in that shape."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RequestValidationError, _wrong_field)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(WrongSecret, _wrong_secret)
    app.add_exception_handler(Locked, _locked)
    app.add_exception_handler(TimeoutError, _not_ready)
    app.add_exception_handler(ConnectionError, _not_ready)
    app.add_exception_handler(Exception, _ours)


def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _answer(request, error.status, error.code, error.field, error.headers, error.params)


def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    status = _STATUS_OF.get(error.code, 409)
    if status == 404 and error.field not in (None, "window", "number", "token", "gate", "receipt"):
        status = 422
    return _answer(request, status, error.code.value, error.field)


def _wrong_field(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where, kind = first["loc"], first["type"]
    if where[0] == "path":
        return _answer(request, 404, "NOT_FOUND")
    if kind == "json_invalid":
        return _answer(request, 400, "MALFORMED")
    named = list(takewhile(lambda part: isinstance(part, str) and bool(_PLAIN_FIELD.match(part)), where[1:]))
    field = ".".join(named) or None  # the way into a form, as far as the first list
    if where[0] == "header":
        field = "Idempotency-Key"
    code = {"missing": "MISSING_FIELD", "extra_forbidden": "UNKNOWN_FIELD"}.get(kind, "WRONG_FIELD")
    return _answer(request, 422, code, field)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _OF_HTTP.get(error.status_code, "INTERNAL" if error.status_code >= 500 else "MALFORMED")
    return _answer(request, error.status_code, code, headers=error.headers)


def _wrong_secret(request: Request, _error: Exception) -> Response:
    return _answer(request, 401, "WRONG_SECRET")


def _locked(request: Request, error: Exception) -> Response:
    assert isinstance(error, Locked)
    return _answer(request, 429, "LOCKED", headers={"Retry-After": str(error.wait_s)})


def _not_ready(request: Request, _error: Exception) -> Response:
    return _answer(request, 503, "NOT_READY")


def _ours(request: Request, _error: Exception) -> Response:
    return _answer(request, 500, "INTERNAL")


def _answer(
    request: Request,
    status: int,
    code: str,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str | int] | None = None,
) -> Response:
    """For programs the contract's shape; for a person who opened a page, a page."""
    trace = trace_of(request.scope)
    person = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if person and not request.url.path.startswith(("/api/", "/static/")):
        return draw_error(status, code, trace)
    return error_answer(status, code, trace, field, headers, params)
