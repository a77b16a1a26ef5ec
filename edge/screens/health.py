"""Whether this controller lives and can serve; what Prometheus reads; the hall as anybody may see it, once or live.

Needed to serve is the journal alone: without paper, signs, sound or central the hall still works, and says what lacks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from edge.hall_door import FileHealth, VoiceHealth
from edge.screens.desk import Desk
from edge.screens.health_view import HealthSeen, seen
from edge.screens.public_view import PublicState
from edge.surroundings import Surroundings


class Part(BaseModel):
    name: str
    state: str
    needed: bool
    reason: str = ""


class Ready(BaseModel):
    ready: bool
    version: str
    boot: str
    parts: list[Part]


class Alive(BaseModel):
    ok: bool


def _both(file: FileHealth) -> str:
    """Chinese first, English beside it; empty when all is well."""
    return " / ".join(filter(None, (file.reason_zh, file.reason_en)))


def _voice(voice: VoiceHealth | None) -> list[Part]:
    return [] if voice is None else [Part(name="voice", state=voice.state, needed=False, reason=voice.reason[:300])]


def _content(around: Surroundings) -> Part:
    """The kiosk's content pack; one with mistakes is named, and how many they are."""
    now = around.content.now()
    pack = f"{now.pack.pack.id} {now.pack.pack.version}" if now.pack else ""
    reason = f"{now.problems} mistakes; hall content check" if now.problems else pack
    return Part(name="content", state=now.state, needed=False, reason=reason)


def health_router(desk: Desk, around: Surroundings) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    def alive() -> Alive:
        """The process answers."""
        return Alive(ok=True)

    @router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
    def ready() -> JSONResponse:
        """Each part with its state; 503 while a needed one is missing."""
        health = desk.door.health()
        journal = "ready" if health.journal_ok else "failed"
        parts = [
            Part(name="journal", state=journal, needed=True, reason=desk.door.look()[0].devices.alarm),
            Part(name="central", state=health.central, needed=False, reason=health.line),
            Part(name="clock", state=health.clock, needed=False),
            Part(name="config", state=health.file.state, needed=False, reason=_both(health.file)),
            *_voice(health.voice),
            _content(around),
            *(
                Part(name=f"device:{device.id}", state=device.state, needed=False, reason=device.reason)
                for device in health.devices
            ),
            *(
                Part(name=f"publicity:{file.name[:80]}", state="skipped", needed=False, reason=file.reason)
                for file in around.publicity.skipped()
            ),
        ]
        answer = Ready(ready=health.journal_ok, version=health.version, boot=health.boot, parts=parts)
        return JSONResponse(answer.model_dump(), 200 if answer.ready else 503)

    @router.get("/api/v1/health")
    def health() -> HealthSeen:
        """The same in words for people, the worst first."""
        alarm = desk.door.look()[0].devices.alarm
        return seen(desk.door.health(), alarm, around.content.now(), around.publicity.skipped(), desk.place_names)

    @router.get("/metrics", response_class=Response)
    def figures() -> Response:
        """For Prometheus."""
        return Response(desk.figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @router.get("/api/v1/state", tags=["hall"])
    def state() -> PublicState:
        """The hall as anybody may see it."""
        return desk.hub.public()

    @router.get(
        "/api/v1/stream",
        response_class=EventSourceResponse,
        tags=["hall"],
        dependencies=[Depends(desk.hub.require_public_room)],
    )
    async def stream() -> AsyncIterator[ServerSentEvent]:
        """The same, live: the present state first, then after each change."""
        async for event in desk.hub.events("state", desk.hub.public_json, public=True):
            yield event

    return router
