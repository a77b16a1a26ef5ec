"""Over HTTP: the content pack, today's rota, court fees, the opinion box, and the kiosk's call for a person."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from edge.content import Content
from edge.screens.content_view import ContentShown, RotaShown, content_shown, rota_shown
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import Key, KeyHeader, command_key
from hall.gate.words import PressHelp
from hall.law.court_fee import CannotReckon, FeeTable, court_fee, table_of
from hall.moment import Moment, local_day
from hall.opinions.words import GiveOpinion, OpinionGiven, Topic
from hall_config.law_tables import court_fee_tables

HELP_PLACE: Final = "kiosk"
_WRITTEN: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
FeeKind = Annotated[str, Query(pattern=r"^[A-Z_]{2,40}$")]
Fen = Annotated[int, Query(ge=0, le=10**15, description="the amount at stake, in fen")]


class FeeRuleShown(BaseModel):
    kind: str
    article: str
    by_amount: bool
    halvable: bool
    low_fen: int
    high_fen: int


class FeeRulesShown(BaseModel):
    source_zh: str
    source_en: str
    valid_from: date
    halving_article: str
    rules: list[FeeRuleShown]


class ShareShown(BaseModel):
    """One line of the reckoning."""

    from_fen: int
    to_fen: int
    per_ten_thousand: int


class CourtFeeShown(BaseModel):
    """For information only; the court decides."""

    kind: str
    low_fen: int
    high_fen: int
    base_low_fen: int
    base_high_fen: int
    shares: list[ShareShown]
    capped: bool
    halved: bool
    article: str
    source_zh: str
    source_en: str
    valid_from: date


class Opinion(BaseModel):
    """``POST /api/v1/content/opinions``"""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    topic: Annotated[str, Field(min_length=1, max_length=32)]
    text: Annotated[str, Field(pattern=_WRITTEN)] = ""
    command_id: Key | None = None


class OpinionTaken(BaseModel):
    opinion: int  # its number of the day


def content_router(desk: Desk, content: Content) -> APIRouter:
    router = APIRouter(prefix="/api/v1/content", tags=["content"])
    _reading(router, desk, content)
    _fees(router, desk)
    _asking(router, desk)
    return router


def content_pictures(content: Content) -> APIRouter:
    """The pack's pictures, by names that hold no path."""
    router = APIRouter(include_in_schema=False)

    @router.get("/content/pictures/{key}")
    def picture(key: Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]) -> Response:
        photo = content.photo(key)
        if photo is None:
            raise ApiError(404, "NOT_FOUND")
        kept = {"Cache-Control": "public, max-age=604800, immutable"}  # a changed picture has another name
        return Response(photo.raw, media_type=photo.media_type, headers=kept)

    return router


def _reading(router: APIRouter, desk: Desk, content: Content) -> None:
    @router.get("")
    def whole() -> ContentShown:
        """Guides, legal knowledge, places and people: what is published and valid today."""
        return content_shown(content, desk.door.now_ms()[1])

    @router.get("/rota")
    def rota() -> RotaShown:
        """Who is on duty today."""
        steady_ms, wall_ms = desk.door.now_ms()
        return rota_shown(content, desk.door.look()[0], desk.door.plan, Moment(steady_ms, wall_ms))


def _fees(router: APIRouter, desk: Desk) -> None:
    @router.get("/court-fee/rules")
    def rules() -> FeeRulesShown:
        """The kinds of cases, and where their numbers come from."""
        table = _table(desk)
        return FeeRulesShown(
            source_zh=table.source_zh,
            source_en=table.source_en,
            valid_from=date.fromisoformat(table.valid_from),
            halving_article=table.halving_article,
            rules=[
                FeeRuleShown(
                    kind=one.kind, article=one.article, by_amount=one.by_amount, halvable=one.halvable,
                    low_fen=one.low_fen, high_fen=one.high_fen,
                )
                for one in table.rules
            ],
        )  # fmt: skip

    @router.get("/court-fee")
    def reckon(kind: FeeKind, amount_fen: Fen = 0, halved: bool = False) -> CourtFeeShown:
        """What a case costs, for information only."""
        table = _table(desk)
        rule = table.rule(kind)
        if rule is None:
            raise ApiError(422, "WRONG_FIELD", "kind")
        try:
            found = court_fee(table, rule, amount_fen, halved=halved)
        except CannotReckon as wrong:
            raise ApiError(422, "WRONG_FIELD", {"halving": "halved"}.get(wrong.reason, "amount_fen")) from None
        return CourtFeeShown(
            kind=kind, low_fen=found.low_fen, high_fen=found.high_fen,
            base_low_fen=rule.low_fen, base_high_fen=rule.high_fen,
            shares=[
                ShareShown(from_fen=one.from_fen, to_fen=one.to_fen, per_ten_thousand=one.per_ten_thousand)
                for one in found.shares
            ],
            capped=found.capped, halved=found.halved, article=rule.article, source_zh=table.source_zh,
            source_en=table.source_en, valid_from=date.fromisoformat(table.valid_from),
        )  # fmt: skip


def _asking(router: APIRouter, desk: Desk) -> None:
    @router.post("/opinions", status_code=201)
    def opinion(body: Opinion, key: KeyHeader = None) -> OpinionTaken:
        """Put something into the opinion box; nobody is asked for a name."""
        if body.topic not in Topic.__members__:
            raise ApiError(422, "WRONG_FIELD", "topic")
        command = GiveOpinion(Topic(body.topic), body.text)
        answer = desk.door.ask(command, command_key("opinions", key, body.command_id))
        return OpinionTaken(opinion=next(one.opinion for one in answer.events if isinstance(one, OpinionGiven)))

    @router.post("/help", status_code=204)
    def help_wanted() -> None:
        """Call a person to the kiosk; pressed twice it is still one call."""
        desk.door.ask(PressHelp(HELP_PLACE))


def _table(desk: Desk) -> FeeTable:
    table = table_of(court_fee_tables(), local_day(desk.door.now_ms()[1]))
    if table is None:
        raise ApiError(503, "NOT_READY")
    return table
