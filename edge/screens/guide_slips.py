"""Over HTTP: the main points of a guide on the ticket printer's paper, and whether they came out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel

from edge.content import Content
from edge.guide_paper import guide_parts
from edge.guide_slips import GuideSlips
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import Key, KeyHeader, Strict, command_key
from hall.moment import local_day

GuideCode = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,63}$")]
SlipName = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{8,32}$")]


class PrintGuide(Strict):
    """``POST /api/v1/content/guides/{code}/slip``"""

    language: Literal["zh", "en"] = "zh"
    command_id: Key | None = None


class GuideSlipBegun(BaseModel):
    slip: str  # ask for it by this name


class GuideSlipNow(BaseModel):
    """``printed`` only when the printer has proved it; ``reason`` is its code when it could not."""

    state: Literal["printing", "printed", "failed"]
    reason: str


def guide_slips_router(desk: Desk, content: Content, slips: GuideSlips) -> APIRouter:
    router = APIRouter(prefix="/api/v1/content", tags=["content"])

    @router.post("/guides/{code}/slip", status_code=202)
    def begin(code: GuideCode, body: PrintGuide, key: KeyHeader = None) -> GuideSlipBegun:
        """Print who, where, what to bring, fee, time limit, law and date; one at a time, so many a day."""
        wall_ms = desk.door.now_ms()[1]
        day, pack = date.fromisoformat(local_day(wall_ms)), content.now().pack
        guide = next((one for one in pack.guides if one.code == code and one.shown_on(day)), None) if pack else None
        if pack is None or guide is None:
            raise ApiError(404, "NOT_FOUND")
        parts = guide_parts(guide, pack.pack, desk.door.plan, body.language, wall_ms)
        return GuideSlipBegun(slip=slips.print(parts, command_key(f"guide:{code}", key, body.command_id)))

    @router.get("/slips/{slip}")
    def look(slip: SlipName) -> GuideSlipNow:
        """Whether it is on paper."""
        fate = slips.fate(slip)
        if fate is None:
            raise ApiError(404, "NOT_FOUND")
        return GuideSlipNow(state=fate.state, reason=fate.reason)

    return router
