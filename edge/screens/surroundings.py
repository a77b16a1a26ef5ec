"""Over HTTP: the document camera of a window, the big screens, and what the publicity screen shows."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path
from fastapi.responses import FileResponse, HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from edge.camera import NoPicture
from edge.displays import Screen
from edge.publicity import Publicity
from edge.screens.desk import Desk
from edge.screens.drawing import draw_page
from edge.screens.errors import ApiError
from edge.screens.pages import Lang
from edge.screens.requests import Key, KeyHeader, command_key
from edge.screens.sessions import staff_only
from edge.staff import Role, Session
from edge.surroundings import Surroundings
from hall.moment import local_minute
from hall.refusal import Code, Refusal

WindowInPath = Annotated[int, Path(ge=1, le=999)]
DeviceInPath = Annotated[str, Path(pattern=r"^[a-z][0-9a-z-]{0,39}$")]
_STATUS: Final = {"NO_CAMERA": 404, "CAMERA_IN_USE": 409}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NoFields(_Strict):
    """A request that says nothing."""


class DisplayAct(_Strict):
    """``POST /api/v1/displays/{id}/commands``; ``source`` is the input's own name, two digits for PJLink."""

    command: Literal["on", "off", "input"]
    source: Annotated[str, Field(pattern=r"^[1-5][1-9]$")] | None = None
    command_id: Key | None = None


class DisplayNow(BaseModel):
    """``wanted`` is what the hours or a person ordered last; null when nobody has."""

    id: str
    switchable: bool
    power: str
    faults: list[str]
    wanted: bool | None


class DisplayList(BaseModel):
    items: list[DisplayNow]
    next: str | None = None


class DisplayTold(BaseModel):
    """The order is on its way; how the screen then is stands in the list."""

    id: str
    command: str


class PublicityItem(BaseModel):
    url: str
    kind: Literal["picture", "film"]


class PublicityNow(BaseModel):
    """``seconds`` that each picture stays."""

    seconds: int
    items: list[PublicityItem]


def surroundings_router(desk: Desk, around: Surroundings) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["staff"])
    _camera(router, desk, around)
    _displays(router, desk, around)
    return router


def _camera(router: APIRouter, desk: Desk, around: Surroundings) -> None:
    signed_in = Depends(staff_only(desk))

    @router.post(
        "/windows/{n}/pictures",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
    )
    def take(n: WindowInPath, body: NoFields | None = None, session: Session = signed_in) -> Response:
        """One picture of what lies on this window's desk, for its own staff; it is kept nowhere.

        This changes nothing in the hall, so it takes no Idempotency-Key: asked again, it takes another picture.
        """
        if desk.door.plan.window(n) is None:
            raise Refusal(Code.UNKNOWN_WINDOW, "window")
        if session.window != n:
            raise ApiError(403, "OTHER_WINDOW")
        try:
            picture = around.cameras.take(n)
        except NoPicture as problem:
            raise ApiError(_STATUS.get(problem.code, 503), problem.code) from None
        return Response(picture.jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _displays(router: APIRouter, desk: Desk, around: Surroundings) -> None:
    staff = Depends(staff_only(desk))

    def supervisor(session: Session = staff) -> Session:
        if session.staff.role is not Role.SUPERVISOR:
            raise ApiError(403, "SUPERVISOR_ONLY")
        return session

    may = Depends(supervisor)

    @router.get("/displays", dependencies=[may])
    def displays() -> DisplayList:
        """The big screens, for the duty manager."""
        return DisplayList(items=[_now(screen) for screen in around.displays.screens()])

    @router.post("/displays/{id}/commands")
    def act(id: DeviceInPath, body: DisplayAct, key: KeyHeader = None, session: Session = may) -> DisplayTold:
        """Switch a screen by hand, until the hours next switch it; or choose its input."""
        screen = around.displays.find(id)
        if screen is None:
            raise ApiError(404, "UNKNOWN_DISPLAY")
        if not screen.switchable:
            raise ApiError(409, "NOT_SWITCHABLE")
        if (body.command == "input") != (body.source is not None):
            raise ApiError(422, "MISSING_FIELD" if body.source is None else "UNKNOWN_FIELD", "source")
        if around.first_time(command_key(f"display:{id}:{session.staff.name}", key, body.command_id)):
            if body.source is not None:
                around.displays.choose(id, body.source)
            else:
                around.displays.switch(id, body.command == "on")
        return DisplayTold(id=id, command=body.command)


def _now(screen: Screen) -> DisplayNow:
    return DisplayNow(
        id=screen.id,
        switchable=screen.switchable,
        power=screen.power,
        faults=list(screen.faults),
        wanted=screen.wanted,
    )


def publicity_router(desk: Desk, publicity: Publicity) -> APIRouter:
    router = APIRouter()

    @router.get("/publicity", include_in_schema=False)
    def page(lang: Lang = None) -> HTMLResponse:
        return draw_page("publicity", lang or desk.language, desk.door.plan, desk.assets, {})

    @router.get("/api/v1/publicity", tags=["hall"])
    def items() -> PublicityNow:
        """What the publicity screen shows at this time of day, in turn."""
        minute = local_minute(desk.door.now_ms()[1])
        found = [PublicityItem(url=f"/publicity/files/{item.key}", kind=item.kind) for item in publicity.items(minute)]
        return PublicityNow(seconds=publicity.seconds, items=found)

    @router.get("/publicity/files/{key}", include_in_schema=False)
    def file(key: Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]) -> FileResponse:
        item = publicity.find(key)
        if item is None or not item.path.is_file():
            raise ApiError(404, "NOT_FOUND")
        kept = {"Cache-Control": "public, max-age=604800, immutable"}  # a changed file has another name
        return FileResponse(item.path, media_type=item.media_type, headers=kept)

    return router
