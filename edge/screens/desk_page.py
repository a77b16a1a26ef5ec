"""The service desk over HTTP: its page and its live view, for the staff; what acts stands in the routers beside."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from edge.screens.announcements import has_speaker
from edge.screens.desk import Desk
from edge.screens.desk_view import desk_view
from edge.screens.drawing import draw_page
from edge.screens.pages import Lang
from edge.screens.public_view import Sight
from edge.screens.sessions import session_of, staff_only
from edge.staff import Role, Session
from edge.surroundings import Surroundings


def desk_router(desk: Desk, around: Surroundings) -> APIRouter:
    router = APIRouter()
    signed_in = Depends(staff_only(desk))

    @router.get("/desk", include_in_schema=False)
    def page(request: Request, lang: Lang = None) -> HTMLResponse:
        found = session_of(desk, request)
        names = {place: {"zh": zh, "en": en} for place, (zh, en) in desk.place_names.items()}
        facts = {
            "signed_in": found[1].staff.name if found else None,
            "manager": found is not None and found[1].staff.role is Role.SUPERVISOR,
            "names": names if found else {},
        }
        return draw_page("desk", lang or desk.language, desk.door.plan, desk.assets, facts)

    @router.get(
        "/api/v1/desk/stream",
        response_class=EventSourceResponse,
        tags=["staff"],
        dependencies=[Depends(desk.hub.require_staff_room)],
    )
    async def stream(request: Request, session: Session = signed_in) -> AsyncIterator[ServerSentEvent]:
        """The live view of the service desk: gates and help for all staff, notices and screens for duty managers."""
        manager = session.staff.role is Role.SUPERVISOR

        def seen(sight: Sight) -> str:
            screens = around.displays.screens()
            view = desk_view(sight, screens, desk.place_names, manager=manager, speaker=has_speaker(desk))
            return view.model_dump_json()

        def same_person() -> bool:
            found = session_of(desk, request)
            return found is not None and found[1].staff == session.staff

        async for event in desk.hub.events("desk", seen, same_person, also=lambda: _beside(desk, around)):
            yield event

    return router


def _beside(desk: Desk, around: Surroundings) -> tuple[object, ...]:
    """What changes without an event of the hall."""
    return around.displays.screens(), desk.door.health().voice
