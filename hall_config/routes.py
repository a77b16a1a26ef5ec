"""Routers put into a web application in a way that costs its first request nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from hall_config.error_answer import ErrorAnswer

_ERRORS: Final[dict[int | str, dict[str, Any]]] = {"4XX": {"model": ErrorAnswer}, "5XX": {"model": ErrorAnswer}}


def join(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Add their routes as they are, and describe them with the errors of all when somebody asks for it.

    ``include_router`` would look through every route once more, and do so while whoever asks first waits.
    """
    for router in routers:
        app.router.routes += router.routes

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            whole = FastAPI(title=app.title, version=app.version, responses=_ERRORS)
            for router in routers:
                whole.include_router(router)
            app.openapi_schema = whole.openapi()
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]
