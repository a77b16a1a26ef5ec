"""The OpenAPI documents of the web applications, each built over nothing: only their routes and shapes count here."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn, cast

from central.parts import Parts
from central.web import make_app
from edge.aid_desk import aid_without_devices
from edge.hall_door import Answer, Command, Health
from edge.screens.app import build_app
from edge.staff import StaffBook
from hall.plan import Plan
from hall.state import HallState
from hall_config.load import check_hall_text
from hall_config.plan import plan_of


class _HallOnPaper:
    """A hall's door behind which nothing happens."""

    def __init__(self) -> None:
        self.plan: Plan = plan_of(check_hall_text((resources.files("hall_config") / "example.toml").read_text("utf-8")))

    def ask(self, command: Command, key: str | None = None) -> Answer:
        self._refuse()

    def look(self) -> tuple[HallState, int]:
        return HallState(), 0

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def health(self) -> Health:
        self._refuse()

    def now_ms(self) -> tuple[int, int]:
        return 0, 0

    def meta(self, name: str, make: Callable[[], Any]) -> Any:
        return make()

    def keep_meta(self, name: str, value: Any) -> None:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise RuntimeError("this hall is on paper only")


def edge_document() -> dict[str, Any]:
    """The controller's own interface."""
    with tempfile.TemporaryDirectory() as folder:
        hall = _HallOnPaper()
        app = build_app(hall, StaffBook(Path(folder) / "staff.db"), aid=aid_without_devices(Path(folder), hall.plan))
        document: dict[str, Any] = app.openapi()
        app.state.close_streams()
    return document


def central_document() -> dict[str, Any]:
    """Central's interface; its routes reach their parts only when a request comes."""
    document: dict[str, Any] = make_app(cast(Parts, None)).openapi()
    return document


# File -> what gives its document. A new web application is a function above and one line here.
DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "openapi-central.json": central_document,
    "openapi-edge.json": edge_document,
}
