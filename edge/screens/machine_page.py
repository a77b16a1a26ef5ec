"""What only the ticket machine's own page asks: its live view with the question to an elder, and what was touched."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from edge.machine import Choice
from edge.screens.desk import Desk
from edge.screens.public_view import Sight
from edge.screens.requests import ElderAnswer, MachineChoice, priority_of
from hall.refusal import Code, Refusal


class QuestionNow(BaseModel):
    """The card just laid on is an elder's; its holder says within 15 s whether to be called earlier."""

    id: str
    service: str


class ElderAnswered(BaseModel):
    """False when the time was over: then the priority had been given."""

    taken: bool


def machine_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1/machine", tags=["tickets"])
    room = [Depends(desk.hub.require_public_room)]

    def view(sight: Sight) -> str:
        asked = desk.elders.asked()
        question = QuestionNow(id=asked.id, service=asked.service).model_dump_json() if asked else "null"
        return f'{desk.hub.public_json(sight)[:-1]},"question":{question}}}'

    @router.get("/stream", response_class=EventSourceResponse, dependencies=room)
    async def stream() -> AsyncIterator[ServerSentEvent]:
        """The public state, live, and the question to an elder; while it is open elders are asked."""
        with desk.elders.page_open():
            async for event in desk.hub.events("state", view, public=True, also=desk.elders.asked):
                yield event

    @router.post("/elder")
    def answer(body: ElderAnswer) -> ElderAnswered:
        """The holder's own word on the priority that the card gives."""
        return ElderAnswered(taken=desk.elders.answer(body.id, body.wants))

    @router.post("/choice", status_code=204)
    def touch(body: MachineChoice) -> None:
        """Remember for 20 s what was touched, for the card that may follow."""
        if body.service is None:
            desk.choice.touch(None)
            return
        if desk.door.plan.service(body.service) is None:
            raise Refusal(Code.UNKNOWN_SERVICE, "service")
        desk.choice.touch(Choice(body.service, priority_of(body.priority), body.persons, body.person))

    return router
