"""The guide desk's and the supervisor's page, and its live view."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from edge.screens.desk import Desk
from edge.screens.drawing import draw_page
from edge.screens.guide_view import guide_view
from edge.screens.pages import Lang
from edge.screens.public_view import Sight
from edge.screens.sessions import session_of, staff_only
from edge.staff import Role, Session


def guide_page_router(desk: Desk) -> APIRouter:
    router = APIRouter()
    signed_in = Depends(staff_only(desk))

    @router.get("/guide", include_in_schema=False)
    def page(request: Request, lang: Lang = None) -> HTMLResponse:
        found = session_of(desk, request)
        facts = {
            "signed_in": found[1].staff.name if found else None,
            "manager": found is not None and found[1].staff.role is Role.SUPERVISOR,
            "priorities": [rule.code for rule in desk.door.plan.queue.priorities],
            "group_most": desk.door.plan.queue.group_most,
            "duty_classes": [service.letter for service in desk.door.plan.services if service.duty],
        }
        return draw_page("guide", lang or desk.language, desk.door.plan, desk.assets, facts)

    @router.get(
        "/api/v1/guide/stream",
        response_class=EventSourceResponse,
        tags=["staff"],
        dependencies=[Depends(desk.hub.require_staff_room)],
    )
    async def stream(request: Request, session: Session = signed_in) -> AsyncIterator[ServerSentEvent]:
        """The live view of the whole hall for its staff."""
        name, manager = session.staff.name, session.staff.role is Role.SUPERVISOR

        def same_person() -> bool:
            found = session_of(desk, request)
            return found is not None and found[1].staff == session.staff

        def view(sight: Sight) -> str:
            return guide_view(sight, desk.place_names, name, manager=manager).model_dump_json()

        async for event in desk.hub.events("guide", view, same_person):
            yield event

    return router
