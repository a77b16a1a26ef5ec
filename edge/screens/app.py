"""The hall's web application: routes, pages, guards and error words put together, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from edge.aid_desk import AidDesk
from edge.commissioning.room import SetupRoom
from edge.elder_question import ElderQuestion
from edge.hall_door import HallDoor
from edge.machine import CardNotice
from edge.screens import errors
from edge.screens.aid_applications import aid_applications_router
from edge.screens.aid_drafts import AID_CLASS, aid_drafts_router
from edge.screens.aid_receipts import aid_receipts_router
from edge.screens.announcements import announcements_router
from edge.screens.appointments import appointments_router
from edge.screens.content import content_pictures, content_router
from edge.screens.desk import Desk, TouchedChoice
from edge.screens.desk_page import desk_router
from edge.screens.drawing import TEMPLATES
from edge.screens.figures import Figures
from edge.screens.gates import gates_router
from edge.screens.guard import Guard
from edge.screens.guide_desk import guide_desk_router
from edge.screens.guide_page import guide_page_router
from edge.screens.guide_slips import guide_slips_router
from edge.screens.health import health_router
from edge.screens.live import Hub
from edge.screens.machine_page import machine_router
from edge.screens.pads import pads_router
from edge.screens.pages import pages_router
from edge.screens.sessions import sessions_router
from edge.screens.setup import setup_router
from edge.screens.spoken import spoken_router
from edge.screens.supervision import supervision_router
from edge.screens.surroundings import publicity_router, surroundings_router
from edge.screens.tickets import desk_tickets_router, tickets_router
from edge.screens.windows import windows_router
from edge.spoken_help import SpokenHelp
from edge.staff import StaffBook
from edge.surroundings import Surroundings, nothing_around
from hall.plan import Plan
from hall_config.routes import join
from hall_config.wording import Language

STATIC: Final = Path(__file__).parent / "static"


def build_app(
    door: HallDoor,
    staff: StaffBook,
    *,
    public_url: str | None = None,
    language: Language = "zh",
    place_names: Mapping[str, tuple[str, str]] | None = None,
    card_notice: Callable[[], CardNotice | None] = lambda: None,
    elders: ElderQuestion | None = None,
    setup: SetupRoom | None = None,
    surroundings: Surroundings | None = None,
    aid: AidDesk | None = None,
    spoken: SpokenHelp | None = None,
) -> FastAPI:
    """The application over one hall.

    ``app.state.machine_choice()`` gives, once, what was touched on the ticket machine in the last 20 s;
    ``app.state.ring()`` tells every page to look again;
    ``app.state.close_streams()`` ends all live streams before a stop.
    """
    assets = _assets_version(door.plan)
    figures = Figures(door)
    hub = Hub(door, assets, figures, card_notice)
    asked = elders or ElderQuestion(door.plan)
    names = place_names if place_names is not None else {}
    around, said = surroundings or nothing_around(), spoken or SpokenHelp(door.plan)
    desk = Desk(
        door, staff, hub, figures, TouchedChoice(door), asked, assets, public_url, language, names, around.cameras.at,
        takes_drafts=aid is not None and door.plan.service(AID_CLASS) is not None,
    )  # fmt: skip
    app = FastAPI(title="Legal hall: the controller", version="1", docs_url=None, redoc_url=None)
    errors.install(app)
    routers = [
        health_router(desk, around), sessions_router(desk), tickets_router(desk), desk_tickets_router(desk),
        machine_router(desk), windows_router(desk), gates_router(desk), announcements_router(desk), pads_router(desk),
        pages_router(desk, said), spoken_router(said), setup_router(desk, setup), surroundings_router(desk, around),
        publicity_router(desk, around.publicity), content_router(desk, around.content),
        content_pictures(around.content), guide_slips_router(desk, around.content, around.guide_slips),
        desk_router(desk, around), guide_desk_router(desk), guide_page_router(desk), supervision_router(desk),
        appointments_router(desk),
    ]  # fmt: skip
    if aid is not None:
        routers += [room(desk, aid) for room in (aid_drafts_router, aid_applications_router, aid_receipts_router)]
    join(app, routers)
    # the version stands in the path, so that modules which import each other change together
    app.mount(f"/static/{assets}", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guard, figures=figures)
    app.state.machine_choice = desk.choice.take
    app.state.close_streams = hub.close
    app.state.ring = hub.ring
    return app


def _assets_version(plan: Plan) -> str:
    """Another plan too makes every open page load again: names of classes and windows stand in the page itself."""
    digest = hashlib.sha256(repr(plan).encode())
    for folder in (STATIC, TEMPLATES):
        for file in sorted(folder.iterdir()):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
