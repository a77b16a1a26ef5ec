"""The content pack as visitors see it: only what is published and valid today, Markdown as safe HTML.

HTML in any field is text: Markdown is drawn with HTML, links and pictures switched off, so that a pack can put no
script, no foreign address and no form on a kiosk.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, Literal

from markdown_it import MarkdownIt
from pydantic import BaseModel

from edge.content import Content, ContentNow
from hall.duty.rules import on_duty
from hall.duty.words import Half
from hall.moment import Moment, local_day
from hall.plan import Plan
from hall.state import HallState
from hall_config.content.models import Guide, KnowledgeHead, PackFile, Person, PlacesFile

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).disable(
    ["html_block", "html_inline", "link", "image", "autolink", "reference"]
)


class GuideShown(BaseModel):
    guide: Guide
    overdue: bool  # past its review date: shown with a banner


class KnowledgeShown(BaseModel):
    head: KnowledgeHead
    html_zh: str
    html_en: str  # empty: there is no English, Chinese is shown
    overdue: bool


class PersonShown(BaseModel):
    person: Person
    photo: str | None


class ContentShown(BaseModel):
    """``GET /api/v1/content``: all of it at once, so that a page has it when the line is cut."""

    state: Literal["ready", "kept", "wrong"]
    mark: str
    day: date
    pack: PackFile | None
    guides: list[GuideShown]
    knowledge: list[KnowledgeShown]
    places: PlacesFile | None
    people: list[PersonShown]


class DutyShown(BaseModel):
    person: str
    name_zh: str
    name_en: str
    half: Half
    services: list[str]
    here: bool  # on duty this moment
    absent: bool


class RotaShown(BaseModel):
    """``GET /api/v1/content/rota``: today's, of people whom the content pack names."""

    day: str
    duties: list[DutyShown]


def content_shown(content: Content, wall_ms: int) -> ContentShown:
    """What may be shown today."""
    now = content.now()
    day = date.fromisoformat(local_day(wall_ms))
    pack = now.pack
    return ContentShown(
        state=now.state,
        mark=now.mark[:16],
        day=day,
        pack=pack.pack if pack else None,
        guides=[GuideShown(guide=one, overdue=one.overdue_on(day)) for one in pack.guides if one.shown_on(day)]
        if pack
        else [],
        knowledge=_knowledge(now, day),
        places=pack.places if pack else None,
        people=[PersonShown(person=one, photo=_photo(content, one)) for one in pack.people] if pack else [],
    )


def rota_shown(content: Content, state: HallState, plan: Plan, now: Moment) -> RotaShown:
    """Who is on duty today, by the names that the pack makes public; nobody else is named."""
    pack, day = content.now().pack, local_day(now.wall_ms)
    public = {one.id: one.name for one in pack.people} if pack else {}
    duties = []
    for duty in state.duty.rotas.get(day, ()):
        name = public.get(duty.person)
        if name is None:
            continue
        duties.append(
            DutyShown(
                person=duty.person,
                name_zh=name.zh,
                name_en=name.en or name.zh,
                half=duty.half,
                services=list(duty.services),
                here=any(duty.person in on_duty(state.duty, plan, letter, now) for letter in duty.services),
                absent=duty.person in state.duty.absent,
            )
        )
    return RotaShown(day=day, duties=duties)


def _knowledge(now: ContentNow, day: date) -> list[KnowledgeShown]:
    if now.pack is None:
        return []
    return [
        KnowledgeShown(
            head=one.head,
            html_zh=safe_html(one.answer_zh),
            html_en=safe_html(one.answer_en) if one.answer_en else "",
            overdue=one.head.overdue_on(day),
        )
        for one in now.pack.knowledge
        if one.head.shown_on(day)
    ]


@lru_cache(maxsize=1024)
def safe_html(text: str) -> str:
    """Markdown as HTML that holds nothing but paragraphs, lists, emphasis, quotes and headings."""
    drawn: str = _MARKDOWN.render(text)
    return drawn


def _photo(content: Content, person: Person) -> str | None:
    key = content.photo_key(person.photo) if person.photo else None
    return f"/content/pictures/{key}" if key else None
