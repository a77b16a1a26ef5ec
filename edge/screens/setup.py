"""The setup page and its interface: the duty manager or IT tests every device, looks for new ones, prints the sheet.

May be used by a supervisor who is signed in, and by a command of this machine that can read the controller's key file.
Knows the page and its requests. Must not know how a device is tested.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from edge.commissioning.probing import PortFound
from edge.commissioning.room import SetupRoom
from edge.commissioning.shown import driver_words, naming
from edge.commissioning.trial_scripts import needs_permission
from edge.commissioning.trials import TrialRefused
from edge.screens.desk import Desk
from edge.screens.drawing import draw_page
from edge.screens.errors import ApiError
from edge.screens.pages import Lang
from edge.screens.requests import Key, KeyHeader, command_key
from edge.screens.sessions import session_of
from edge.staff import Role
from hall_config.paper import NoPaper
from hall_config.prober import answer_words
from hall_config.wording import Language, say

DeviceId = Annotated[str, Path(pattern=r"^[a-z][0-9a-z-]{0,39}$")]
_PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"
_STATUS: Final = {"UNKNOWN_DEVICE": 404, "TOO_MANY_KEYS": 429}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DeviceTry(_Strict):
    """``allow``: something may open or move. ``relay`` counts from 1."""

    allow: bool = False
    relay: Annotated[int, Field(ge=1, le=64)] = 1
    command_id: Key | None = None


class DeviceJudged(_Strict):
    """The engineer's own word on a device."""

    works: bool | None
    remark: Annotated[str, Field(max_length=200, pattern=_PLAIN)] = ""
    command_id: Key | None = None


class PortSearch(_Strict):
    """``listen_s``: so long it then listens for a key that somebody presses."""

    listen_s: Annotated[float, Field(ge=0, le=60)] = 0.0
    command_id: Key | None = None


class Words(BaseModel):
    zh: str
    en: str


class DeviceTest(BaseModel):
    device: str
    kind: str
    verdict: str
    lines: list[Words]
    left_s: float


class SetupDevice(BaseModel):
    id: str
    name: Words
    driver: str
    driver_version: str
    kind: str
    port: str
    address: int | None
    window: int | None
    state: str
    state_words: Words
    look_at: Words
    needs_permission: bool
    test: DeviceTest | None
    verdict: str
    verdict_line: Words
    works: bool | None
    remark: str


class PortAnswer(BaseModel):
    driver: str
    kind: Words
    baud: int
    address: int | None
    words: Words
    may_be: list[Words]


class PortLooked(BaseModel):
    port: str
    device: str
    note: Words
    answers: list[PortAnswer]


class SearchState(BaseModel):
    running: bool
    listening: bool
    asking: Words | None
    ports: list[PortLooked] | None


class SetupState(BaseModel):
    assets: str
    devices: list[SetupDevice]
    search: SearchState


def setup_router(desk: Desk, room: SetupRoom | None) -> APIRouter:
    router = APIRouter()
    _page(router, desk)
    allowed = Depends(_allowed(desk, room))
    _device_routes(router, room, allowed)
    _hall_routes(router, desk, room, allowed)
    return router


def _allowed(desk: Desk, room: SetupRoom | None) -> Callable[[Request], None]:
    def check(request: Request) -> None:
        if room is None:
            raise ApiError(503, "NOT_READY")
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), room.key.encode()):
            return
        found = session_of(desk, request)
        if found is None:
            raise ApiError(401, "NOT_SIGNED_IN", headers={"WWW-Authenticate": "Bearer"})
        if found[1].staff.role is not Role.SUPERVISOR:
            raise ApiError(403, "SUPERVISOR_ONLY")

    return check


def _page(router: APIRouter, desk: Desk) -> None:
    @router.get("/setup", include_in_schema=False, response_class=HTMLResponse)
    def setup(request: Request, lang: Lang = None) -> Response:
        found = session_of(desk, request)
        manager = found[1].staff.name if found and found[1].staff.role is Role.SUPERVISOR else None
        return draw_page("setup", lang or desk.language, desk.door.plan, desk.assets, {"manager": manager})


def _device_routes(router: APIRouter, room: SetupRoom | None, allowed: Any) -> None:
    @router.post("/api/v1/setup/devices/{device}/test", tags=["setup"], dependencies=[allowed])
    def begin(device: DeviceId, body: DeviceTry, key: KeyHeader = None) -> DeviceTest:
        """Let a device do something visible; what it came to is asked by GET at the same address."""
        assert room is not None
        begun = _once(
            room,
            command_key(f"setup/{device}", key, body.command_id),
            lambda: room.trials.begin(device, allow=body.allow, channel=body.relay - 1).as_json(),
        )
        return DeviceTest.model_validate(begun)

    @router.get("/api/v1/setup/devices/{device}/test", tags=["setup"], dependencies=[allowed])
    def progress(device: DeviceId) -> DeviceTest:
        """The test that runs, or the last one since the controller started."""
        assert room is not None
        found = room.trials.progress(device)
        if found is None:
            raise ApiError(404, "NOT_FOUND")
        return DeviceTest.model_validate(found.as_json())

    @router.delete("/api/v1/setup/devices/{device}/test", tags=["setup"], status_code=204, dependencies=[allowed])
    def stop(device: DeviceId, key: KeyHeader = None) -> None:
        """End the test and give the device back to the hall."""
        assert room is not None
        _once(room, command_key(f"setup/{device}/stop", key, None), lambda: room.trials.stop(device))

    @router.put("/api/v1/setup/devices/{device}/judgement", tags=["setup"], status_code=204, dependencies=[allowed])
    def judge(device: DeviceId, body: DeviceJudged, key: KeyHeader = None) -> None:
        """What the engineer saw and heard at the device."""
        assert room is not None
        known = command_key(f"setup/{device}/judgement", key, body.command_id)
        _once(room, known, lambda: room.judge(device, body.works, body.remark))


def _hall_routes(router: APIRouter, desk: Desk, room: SetupRoom | None, allowed: Any) -> None:
    @router.get("/api/v1/setup", tags=["setup"], dependencies=[allowed])
    def state() -> SetupState:
        """Every device with its tests, and the search on free ports."""
        assert room is not None
        return SetupState(assets=desk.assets, devices=_devices(room), search=_search(room))

    @router.post("/api/v1/setup/search", tags=["setup"], status_code=202, dependencies=[allowed])
    def search(body: PortSearch, key: KeyHeader = None) -> None:
        """Ask each free port harmlessly what hangs on it."""
        assert room is not None
        _once(room, command_key("setup/search", key, body.command_id), lambda: room.search(body.listen_s))

    @router.get("/api/v1/setup/sheet.pdf", tags=["setup"], response_class=Response, dependencies=[allowed])
    def paper(engineer: Annotated[str, Query(max_length=40, pattern=_PLAIN)] = "") -> Response:
        """The sheet to sign."""
        assert room is not None
        try:
            made = room.sheet(engineer)
        except NoPaper as problem:
            raise ApiError(503, problem.code) from None
        name = f'inline; filename="commissioning-{desk.door.plan.hall}.pdf"'
        return Response(made, media_type="application/pdf", headers={"Content-Disposition": name})


def _once(room: SetupRoom, key: str | None, work: Callable[[], Any]) -> Any:
    """What was asked with the same key within 24 h is not done again; it gets the same answer."""
    try:
        return room.once(key, work)
    except TrialRefused as problem:
        raise ApiError(_STATUS.get(problem.code, 409), problem.code) from None


def _both(key: str, **params: object) -> Words:
    return _each(lambda language: say(key, language, **params))


def _each(words: Callable[[Language], str]) -> Words:
    return Words(zh=words("zh"), en=words("en"))


def _may_be(driver: str) -> Words:
    """Another device that answers just so."""
    return _each(
        lambda known: say("commissioning.probe.may_be", known, driver=driver, called=driver_words(driver, known))
    )


def _devices(room: SetupRoom) -> list[SetupDevice]:
    found = []
    for one, judged, progress in room.rows():
        found.append(
            SetupDevice(
                id=one.id, name=Words(zh=one.name_zh, en=one.name_en), driver=one.driver,
                driver_version=one.version, kind=one.kind, port=one.port, address=one.address, window=one.window,
                state=one.state, state_words=Words(zh=one.state_words("zh"), en=one.state_words("en")),
                look_at=Words(zh=one.look_at("zh"), en=one.look_at("en")), needs_permission=needs_permission(one.kind),
                test=DeviceTest.model_validate(progress.as_json()) if progress else None,
                verdict=judged.verdict or "not_tested",
                verdict_line=Words(zh=judged.line_zh, en=judged.line_en), works=judged.works, remark=judged.remark,
            )
        )  # fmt: skip
    return found


def _search(room: SetupRoom) -> SearchState:
    running, asked, found = room.search_state()
    asking = None
    if asked is not None:
        asking = _each(lambda known: f"{asked.port.stable} · {driver_words(asked.driver, known)} {asked.baud}")
    ports = None if found is None else [_looked(one) for one in found]
    return SearchState(running=running, listening=room.listening, asking=asking, ports=ports)


def _looked(found: PortFound) -> PortLooked:
    answers = [
        PortAnswer(
            driver=one.driver, kind=_both(f"commissioning.kind.{one.kind}"), baud=one.baud, address=one.address,
            words=_each(partial(answer_words, one.words)),
            may_be=[_may_be(other) for other in one.may_be],
        )
        for one in found.answers
    ]  # fmt: skip
    if found.held is not None:
        note = _both(f"commissioning.held.{found.held.why}", by=found.held.by)
    elif found.problem:
        note = _both("commissioning.probe.problem", problem=found.problem)
    elif not answers:
        note = _both("pages.setup.silent")
    else:
        note = _both(f"commissioning.probe.{naming(found.port)}")
    return PortLooked(port=found.port.stable, device=found.port.device, note=note, answers=answers)
