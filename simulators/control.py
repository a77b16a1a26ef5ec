"""The simulator's control channel: what each device shows, hands to act on it, and the virtual hall's page.

Loopback only. It tells the simulator's own state and nothing of the controller: the page is driven by the bytes that
came over the wire (contract section 4).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from hall_config.wording import LANGUAGES, say, section
from simulators.bad_day_control import BadDays, Wish, add_bad_days
from simulators.control_requests import BodyLimit, Trouble, read_action, trouble_of
from simulators.device import ActionRefused, WrongArgument, no_others
from simulators.fault_actions import FAULTS
from simulators.host import Host, Station, describe
from simulators.rating_tablet import RatingTablet, links_in

# The contract's names. A device may know more (a reader can ``answer_fault``); what none knows is 400, not 409.
DEVICE_ACTIONS: Final = frozenset({"tap_card", "press", "tear", "paper_out", "paper_low", "cover_open", "reset"})
_LOOK_EVERY_S: Final = 0.12
_LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})

log = structlog.get_logger()


def control_app(
    host: Host, *, edge_url: str, stopping: Callable[[], bool] = lambda: False, bad_day: Wish | None = None
) -> FastAPI:
    """The control channel of these devices."""
    links = host.folder / "pads.json"
    numbers = [window.number for window in host.hall.window]
    tablets = {number: RatingTablet(number, edge_url, lambda one: links_in(links).get(one)) for number in numbers}

    days = BadDays(host, lambda device, asked: _act_of_fate(host, device, asked))

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        lives = [asyncio.create_task(tablet.live()) for tablet in tablets.values()]
        if bad_day is not None:
            days.begin(bad_day)
        yield
        await run_in_threadpool(days.end)
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)

    app = FastAPI(title="Legal hall simulator", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    _guard(app)
    app.add_middleware(BodyLimit, refuse=_answer)  # outermost: whatever the answer will be
    _health(app, host)
    _devices(app, host)
    _tablets(app, tablets)
    add_bad_days(app, days)
    _page(app, host, tablets, edge_url, stopping)
    return app


def _guard(app: FastAPI) -> None:
    @app.middleware("http")
    async def only_this_machine(request: Request, call_next: Any) -> Response:
        """No foreign web page may press these keys through a browser on this machine."""
        name = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        origin = request.headers.get("origin")
        if name not in _LOOPBACK_HOSTS or (origin and origin.split("://")[-1] != request.headers.get("host")):
            return _answer(Trouble(403, "FOREIGN_ORIGIN"))
        response: Response = await call_next(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.exception_handler(Trouble)
    async def trouble(_: Request, problem: Trouble) -> JSONResponse:
        return _answer(problem)

    @app.exception_handler(RequestValidationError)
    async def wrong_body(_: Request, problem: RequestValidationError) -> JSONResponse:
        return _answer(trouble_of(problem))

    @app.exception_handler(HTTPException)
    async def http(_: Request, problem: HTTPException) -> JSONResponse:
        code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(problem.status_code, "MALFORMED")
        return _answer(Trouble(problem.status_code, code))


def _answer(problem: Trouble) -> JSONResponse:
    key = f"simulator_error.{problem.code}"
    words = {language: say(key, language, **problem.params) for language in LANGUAGES}
    error = {
        "code": problem.code,
        "message": words["en"],
        "message_zh": words["zh"],
        "field": problem.field,
        "trace": uuid.uuid4().hex,
    }
    return JSONResponse({"error": error}, status_code=problem.status)


def _health(app: FastAPI, host: Host) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        """Every line with its port; a line that somebody unplugged on purpose does not make the simulator unready."""
        parts = {
            line.id: {"port": line.door.port, "state": "unplugged" if line.faults.tap.unplugged else "open"}
            for line in host.lines.values()
        }
        if host.pins is not None:
            state = "unplugged" if host.pins.faults.tap.unplugged else "open"
            parts["pins"] = {"port": host.pins.url, "state": state}
        return JSONResponse({"ready": True, "parts": parts})


def _devices(app: FastAPI, host: Host) -> None:
    def station(device_id: str) -> Station:
        found = host.stations.get(device_id)
        if found is None:
            raise Trouble(404, "UNKNOWN_DEVICE", "id")
        return found

    @app.get("/sim/devices")
    def devices() -> dict[str, Any]:
        return {"items": [describe(one, with_recent=False) for one in host.stations.values()], "next": None}

    @app.get("/sim/devices/{device_id}")
    def device(device_id: str) -> dict[str, Any]:
        return describe(station(device_id))

    @app.get("/sim/devices/{device_id}/picture.png")
    def picture(device_id: str) -> Response:
        with station(device_id).held() as held:
            image = held.picture()
        if image is None:
            raise Trouble(404, "NO_PICTURE", "id")
        return Response(image, media_type="image/png")

    @app.get("/sim/devices/{device_id}/audio.wav")
    def audio(device_id: str) -> Response:
        with station(device_id).held() as held:
            sound = held.audio()
        if sound is None:
            raise Trouble(404, "NO_AUDIO", "id")
        return Response(sound, media_type="audio/wav")

    @app.post("/sim/devices/{device_id}/do")
    async def do(device_id: str, request: Request) -> dict[str, Any]:
        found = station(device_id)
        asked = await read_action(request)
        return await run_in_threadpool(act, found, asked)


def _tablets(app: FastAPI, tablets: Mapping[int, RatingTablet]) -> None:
    """The rating tablets hang on no line of the hall file, so they are no devices of the contract."""

    @app.post("/sim/tablets/{window}/press")
    async def press(window: int, request: Request) -> dict[str, Any]:
        if window not in tablets:
            raise Trouble(404, "UNKNOWN_DEVICE", "window")
        asked = await read_action(request)
        grade = asked.pop("grade", None)
        if type(grade) is not int or not 1 <= grade <= 5 or asked:
            raise Trouble(422, "WRONG_FIELD", "grade", what="grade")
        try:
            await tablets[window].press(grade)
        except ActionRefused as problem:
            raise Trouble(409, "ACTION_REFUSED", "grade", reason=str(problem)) from None
        return tablets[window].show()


def act(station: Station, asked: dict[str, Any]) -> dict[str, Any]:
    """Carry out one action and tell how the device is then."""
    action = asked.pop("action", None)
    if not isinstance(action, str):
        raise Trouble(422, "WRONG_FIELD", "action", what="action")
    outcome: Any = {}
    try:
        if action in FAULTS:
            FAULTS[action](station, asked)
            if action == "clear_faults":
                _clear_own(station)
        else:
            if action == "reset":
                no_others(asked)
            with station.held() as device:
                outcome = device.do(action, asked)
    except ValidationError as problem:
        field = ".".join(str(part) for part in problem.errors(include_input=False, include_url=False)[0]["loc"])
        raise Trouble(422, "WRONG_FIELD", field, what=field) from None
    except WrongArgument as problem:
        raise Trouble(422, "WRONG_FIELD", problem.field, what=f"{problem.field} ({problem})") from None
    except ActionRefused as problem:
        status, code = (
            (409, "ACTION_REFUSED") if action in FAULTS or action in DEVICE_ACTIONS else (400, "UNKNOWN_ACTION")
        )
        raise Trouble(status, code, "action", reason=str(problem)) from None
    return {"done": action, "outcome": dict(outcome), "device": describe(station)}


def _act_of_fate(host: Host, device: str, asked: dict[str, Any]) -> None:
    """What a bad day does; a device that cannot do it just now is left alone."""
    try:
        act(host.stations[device], asked)
    except Trouble as problem:
        log.info("bad_day.refused", device=device, code=problem.code)


def _clear_own(station: Station) -> None:
    """Faults inside the device, for those that have some."""
    with station.held() as device, contextlib.suppress(ActionRefused):
        device.do("clear_faults", {})


def _page(
    app: FastAPI, host: Host, tablets: Mapping[int, RatingTablet], edge_url: str, stopping: Callable[[], bool]
) -> None:
    folder = Path(str(files("simulators") / "page"))

    @app.get("/", include_in_schema=False)
    def hall_page() -> FileResponse:
        return FileResponse(folder / "hall.html", media_type="text/html; charset=utf-8")

    @app.get("/sim/hall")
    def hall() -> dict[str, Any]:
        """What the page needs to know of the hall: names, windows, classes, where the controller's pages are."""
        plan = host.hall
        return {
            "id": plan.hall.id,
            "name": {"zh": plan.hall.name_zh, "en": plan.hall.name_en},
            "edge_url": edge_url,
            "pads": links_in(host.folder / "pads.json"),
            "services": [{"letter": one.letter, "zh": one.name_zh, "en": one.name_en} for one in plan.service],
            "windows": [{"number": one.number, "services": list(one.services)} for one in plan.window],
            "lines": [{"id": line.id, "baud": line.baud, "port": line.door.port} for line in host.lines.values()],
            "words": {
                language: section("hall_page", language)
                | {f"grade_{grade}": word for grade, word in section("pages.grade", language).items()}
                for language in LANGUAGES
            },
        }

    @app.get("/sim/stream", response_class=EventSourceResponse)
    async def stream(request: Request) -> AsyncIterator[ServerSentEvent]:
        """Every device and tablet at first, then each one that changed."""
        sent: dict[str, str] = {}
        while not stopping() and not await request.is_disconnected():
            for number, tablet in tablets.items():
                text = json.dumps(tablet.show(), ensure_ascii=False)
                if sent.get(f"tablet/{number}") != text:
                    sent[f"tablet/{number}"] = text
                    yield ServerSentEvent(raw_data=text, event="tablet")
            for device_id, text in (await run_in_threadpool(_snapshot, host)).items():
                if sent.get(device_id) != text:
                    sent[device_id] = text
                    yield ServerSentEvent(raw_data=text, event="device")
            await asyncio.sleep(_LOOK_EVERY_S)

    app.mount("/page", StaticFiles(directory=folder), name="page")


def _snapshot(host: Host) -> dict[str, str]:
    return {
        device_id: json.dumps(describe(station), ensure_ascii=False, separators=(",", ":"))
        for device_id, station in host.stations.items()
    }
