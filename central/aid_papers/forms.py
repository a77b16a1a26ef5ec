"""Which documents of legal aid there are, and what each of them needs: the table ``forms.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field as Checked
from pydantic import field_validator

from hall_config.strict_model import StrictModel

_TABLE: Final = Path(__file__).with_name("forms.toml")
# the series of the applications themselves; a form with a word of its own has the series of its code
APPLICATIONS: Final = "APPLICATION"
APPLICATION_WORD: Final = "援申"


class Kind(StrEnum):
    """What a field holds; days and times come as UTC milliseconds and are written out in China's time."""

    TEXT = "text"
    DAY = "day"
    TIME = "time"
    NUMBER = "number"
    ROWS = "rows"
    IMAGE = "image"


class Maker(StrEnum):
    """Who makes a document; words under ``central.aid_maker``."""

    CENTRE = "CENTRE"
    BUREAU = "BUREAU"
    APPLICANT = "APPLICANT"
    FIRM = "FIRM"
    LAWYER = "LAWYER"
    ORGAN = "ORGAN"


Words = Annotated[str, Checked(min_length=1)]


class Field(StrictModel):
    """One thing that documents say. ``columns``: of its rows, each of which is numbered (``no``) too."""

    zh: Words
    en: Words
    kind: Kind = Kind.TEXT
    columns: tuple[str, ...] = ()

    @field_validator("columns", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("kind", mode="before")
    @classmethod
    def _kind(cls, value: object) -> object:
        return Kind(value) if isinstance(value, str) else value


class Form(StrictModel):
    """One document: its titles, the word of its number (none: it bears the application's), what it must and may say."""

    code: Annotated[str, Checked(pattern=r"^F[0-9]{2}B?$")]
    zh: Words
    en: Words
    word: str = ""
    maker: Maker
    move: Words
    served: bool
    law_zh: str = ""
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()

    @field_validator("needs", "may", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("maker", mode="before")
    @classmethod
    def _maker(cls, value: object) -> object:
        return Maker(value) if isinstance(value, str) else value

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.needs, *self.may)


@dataclass(frozen=True, slots=True)
class FormTable:
    """All forms and fields, and where they come from; ``compared``: with the official annex."""

    source_zh: str
    source_en: str
    valid_from: date
    compared: bool
    forms: Mapping[str, Form]
    fields: Mapping[str, Field]


@cache
def form_table() -> FormTable:
    """The table; one that names a field it does not describe, or a form twice, is an error at start."""
    read = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    fields = {name: Field.model_validate(facts) for name, facts in read["field"].items()}
    listed = [Form.model_validate(facts) for facts in read["form"]]
    forms = {form.code: form for form in listed}
    unknown = {name for form in listed for name in form.fields} - set(fields)
    if unknown or len(forms) != len(listed):
        raise ValueError(f"forms.toml: fields without a description {sorted(unknown)}, or a form that stands twice")
    return FormTable(read["source_zh"], read["source_en"], read["valid_from"], read["compared"], forms, fields)
