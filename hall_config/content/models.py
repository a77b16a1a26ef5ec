"""The shape of a content pack: what stands in each file, its bounds, and what may be shown on a day.

    pack.toml          who made it, when, from what
    guides/*.toml      办事指南, one matter each
    knowledge/*.md     法律知识, one question each: a head of TOML between lines of +++, then Markdown
    places.toml        服务网点, and the outline of the district
    people.toml        lawyers, mediators, notaries; the id is the name that the rota knows
    pictures/          JPEG, PNG or WebP

Chinese is complete; English may be missing, and then Chinese is shown.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from hall_config.strict_model import StrictModel

LONGEST: Final = 20_000  # characters of one text; more is no text for a screen

Line = Annotated[str, Field(min_length=1, max_length=2_000)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
Ident = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,63}$")]
Web = Annotated[str, Field(pattern=r"^https?://[!-~]{1,290}$")]  # as a code on a slip it can still be read
PictureName = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,63}\.(jpg|jpeg|png|webp)$")]


class Both(StrictModel):
    """Words in both languages; a plain string is Chinese alone."""

    zh: Line
    en: Annotated[str, Field(max_length=4_000)] = ""

    @model_validator(mode="before")
    @classmethod
    def _chinese_alone(cls, value: Any) -> Any:
        return {"zh": value} if isinstance(value, str) else value


class Law(StrictModel):
    """Where something stands: the text, its article, and the day from which that text is in force."""

    name: Both
    article: Short
    in_force: date


class _Dated(StrictModel):
    published: bool = True
    valid_from: date
    valid_to: date | None = None
    review_by: date

    @model_validator(mode="after")
    def _in_order(self) -> _Dated:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to")
        if self.review_by < self.valid_from:
            raise ValueError("review_by")
        return self

    def shown_on(self, day: date) -> bool:
        return self.published and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overdue_on(self, day: date) -> bool:
        """Past its review date: still shown, with a banner."""
        return day > self.review_by


class Paper(StrictModel):
    name: Both
    original: Annotated[int, Field(ge=0, le=20)] = 0
    copies: Annotated[int, Field(ge=0, le=20)] = 0
    source: Both
    must: bool = True  # False: only when it applies


class TimeLimit(StrictModel):
    """What the law gives, and what this hall promises, which is never longer."""

    statutory: Both
    promised: Both | None = None


class Download(StrictModel):
    name: Both
    where: Both


class Guide(_Dated):
    """``guides/*.toml``: one matter, whole."""

    code: Ident
    name: Both
    service: Annotated[str, Field(pattern=r"^[A-HJ-NP-Z]$")] | None = None
    summary: Both
    basis: Annotated[tuple[Law, ...], Field(min_length=1)]
    who: Annotated[tuple[Both, ...], Field(min_length=1)]
    conditions: Annotated[tuple[Both, ...], Field(min_length=1)]
    paper: tuple[Paper, ...] = ()
    steps: Annotated[tuple[Both, ...], Field(min_length=1)]
    limit: TimeLimit
    fee: Both
    window: Both
    hours: Both
    phone: Short
    result: Both
    remedy: Both
    download: tuple[Download, ...] = ()
    web: Web | None = None  # the office's own page of this matter: a code on the printed slip, never asked by a page
    version: Annotated[int, Field(ge=1, le=9999)]
    reviewer: Short

    @field_validator("basis", "who", "conditions", "paper", "steps", "download", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class KnowledgeHead(_Dated):
    """The head of ``knowledge/*.md``; ``topic`` groups the questions, ``words`` are found besides."""

    id: Ident
    topic: Literal["AID", "FAMILY", "LABOUR", "DEBT", "CONSUMER", "INJURY", "PROCEDURE", "OTHER"]
    question: Both
    words: tuple[Short, ...] = ()
    source: Annotated[tuple[Law, ...], Field(min_length=1)]
    reviewer: Short

    @field_validator("words", "source", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class Knowledge(StrictModel):
    head: KnowledgeHead
    answer_zh: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    answer_en: Annotated[str, Field(max_length=LONGEST)] = ""


class PackFile(StrictModel):
    """``pack.toml``. ``sample``: made up for a demonstration, and every page says so."""

    id: Ident
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+){0,3}$")]
    name_zh: Short
    name_en: Short
    made_on: date
    source_zh: Line
    source_en: Line
    sample: bool = False


Degrees = Annotated[float, Field(ge=-180, le=180)]
Point = tuple[Degrees, Degrees]  # longitude, latitude


class Path(StrictModel):
    """A line of the outline map: a road, a river, a railway."""

    kind: Literal["road", "river", "rail"]
    name: Both | None = None
    points: Annotated[tuple[Point, ...], Field(min_length=2, max_length=500)]

    @field_validator("points", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        return _points(value)


class OutlineMap(StrictModel):
    """The district as a line of points, longitude before latitude; no picture from anywhere else is needed."""

    outline: Annotated[tuple[Point, ...], Field(min_length=3, max_length=2_000)]
    path: tuple[Path, ...] = ()

    @field_validator("outline", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        return _points(value)

    @field_validator("path", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class Place(StrictModel):
    id: Ident
    name: Both
    address: Both
    phone: Short
    hours: Both
    services: Annotated[tuple[Both, ...], Field(min_length=1)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Degrees
    barrier_free: Both | None = None
    here: bool = False  # the hall that this kiosk stands in

    @field_validator("services", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class PlacesFile(StrictModel):
    """``places.toml``"""

    map: OutlineMap
    place: tuple[Place, ...] = ()

    @field_validator("place", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class Person(StrictModel):
    """Who gives advice here; only what the office itself makes public."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,63}$")]
    name: Both
    kind: Literal["LAWYER", "MEDIATOR", "NOTARY", "LEGAL_AID"]
    office: Both
    speciality: Annotated[tuple[Both, ...], Field(min_length=1)]
    licence: Annotated[str, Field(pattern=r"^[0-9]{12}$|^1[0-9]{4}(19|20)[0-9]{2}[1-9][01][0-9]{6}$")] | None = None
    since: Annotated[int, Field(ge=1950, le=2100)] | None = None
    photo: PictureName | None = None

    @field_validator("speciality", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class PeopleFile(StrictModel):
    """``people.toml``"""

    person: tuple[Person, ...] = ()

    @field_validator("person", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


def _points(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(tuple(map(_number, point)) if isinstance(point, list) else point for point in value)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class ContentPack(StrictModel):
    """A whole pack as it lies in its folder; `shown_on` of its items says what may be seen."""

    pack: PackFile
    guides: tuple[Guide, ...]
    knowledge: tuple[Knowledge, ...]
    places: PlacesFile
    people: tuple[Person, ...]
    folder: str
