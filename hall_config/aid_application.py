"""An application for legal aid as it is filled in (forms F02 and F04), at a kiosk, a window or at home: one shape.

It is personal data through and through: it travels sealed (`ABOUT`), is stored sealed, and is in nobody's log.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from hall.identity_numbers import right_id_number
from hall.intake.codes import MATTERS, PRESUMED, Basis, Group, Nature, Stage
from hall_config.aid_tables import natures_of
from hall_config.strict_model import StrictModel, Yes

ABOUT: Final = "aid.application"  # what a sealed application is sealed for
ABOUT_PAGE: Final = "aid.page"  # and a part of a page that was taken of its papers
LONGEST_FACTS: Final = 2000
MOST_PAPERS: Final = 40
SIGNATURE_BYTES: Final = 6 * 1024

_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_LONGEST_TYPED: Final = 60
_DASHES: Final = r"\-\u2010-\u2015\u2212"
_PHONE_SIGNS: Final = re.compile(rf"[\s()./{_DASHES}]")
_NUMBER_SIGNS: Final = re.compile(rf"[\s{_DASHES}]")
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=_LINE)]
Line = Annotated[str, Field(max_length=100, pattern=_LINE)]


def _tidy_phone(given: Any) -> Any:
    """A number as people write it (``021-6543 2100``, ``+86 138…``, full width), as it is dialled."""
    if not isinstance(given, str) or len(given) > _LONGEST_TYPED:
        return given
    text = _PHONE_SIGNS.sub("", unicodedata.normalize("NFKC", given))
    return text.removeprefix("+86")


def _tidy_number(given: Any) -> Any:
    """The number of a document without the spaces and dashes that it is read out by, in capitals."""
    if not isinstance(given, str) or len(given) > _LONGEST_TYPED:
        return given
    return _NUMBER_SIGNS.sub("", unicodedata.normalize("NFKC", given)).upper()


Phone = Annotated[str, BeforeValidator(_tidy_phone), Field(pattern=r"^([0-9]{7,12})?$")]
IdNumber = Annotated[str, BeforeValidator(_tidy_number), Field(max_length=18, pattern=r"^[0-9A-Za-z]*$")]
Money = Annotated[int, Field(ge=0, le=10**12, description="fen")]
IdKind = Literal["RESIDENT", "RESIDENCE_PERMIT", "PERMANENT_RESIDENT", "PASSPORT", "NONE"]


class WrongNumber(ValueError):
    """An ID number that cannot be anybody's: its form, its day or its check character (GB 11643-1999)."""


class Person(StrictModel):
    """Somebody in the case. ``id_number`` is checked where it is a resident's."""

    name: Name
    id_kind: IdKind = "RESIDENT"
    id_number: IdNumber = ""
    sex: Literal["M", "F"] | None = None
    birth: Annotated[str, Field(pattern=_DAY)] | None = None
    ethnicity: Annotated[str, Field(max_length=20, pattern=_LINE)] = ""
    household_address: Line = ""
    address: Line = ""
    phone: Phone = ""

    @model_validator(mode="after")
    def _checked(self) -> Person:
        if self.id_kind == "RESIDENT" and self.id_number and not right_id_number(self.id_number):
            raise WrongNumber("this is no ID number")
        return self


class Agent(StrictModel):
    """Who applies for another (法律援助法 40): legal representative of a minor or incapacitated person, a relative."""

    person: Person
    relation: Literal["PARENT", "GUARDIAN", "SPOUSE", "CHILD", "RELATIVE", "ENTRUSTED", "DUTY_LAWYER"]
    authority: Line = ""  # the paper that proves it


class Hardship(StrictModel):
    """The statement of means (form F04); per head and month, fen."""

    household: Annotated[int, Field(ge=1, le=30)] | None = None
    income: Money | None = None
    property: Line = ""
    debts: Line = ""
    basis: Basis | None = None
    promise: bool = False  # 个人诚信承诺 (法律援助法 41)


def _usual_nature(told: dict[str, Any]) -> Nature:
    """That of the matter, where nobody says it."""
    return natures_of(told.get("matter", ""))[0]


class Paper(StrictModel):
    """A line of the list of papers handed in."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=_LINE)]
    copies: Annotated[int, Field(ge=1, le=99)] = 1
    original: bool = False


class Application(StrictModel):
    """What is asked for, by whom, against whom and why. ``signature`` is a PNG in base64, or empty until signed."""

    consent: Yes
    applicant: Person
    agent: Agent | None = None
    matter: Literal[MATTERS]  # type: ignore[valid-type]
    nature: Nature = Field(default_factory=_usual_nature)
    aid_form: Literal["FORM_2", "FORM_3", "FORM_4", "FORM_6", "FORM_7"] = "FORM_4"
    stage: Stage = Stage.NONE
    position: Annotated[str, Field(max_length=40, pattern=_LINE)] = ""  # procedural position: 原告, 申请人, …
    organ: Line = ""  # who handles the matter: court, arbitration commission, …
    detained: bool = False  # the applicant is in custody (法律援助法 39, 40)
    custody: Line = ""  # and where
    presumed: Literal[PRESUMED] | None = None  # type: ignore[valid-type]
    hardship: Hardship = Hardship()
    groups: Annotated[tuple[Group, ...], Field(max_length=7)] = ()
    opposing: Annotated[tuple[Person, ...], Field(max_length=20)] = ()
    facts: Annotated[str, Field(max_length=LONGEST_FACTS, pattern=_TEXT)] = ""
    papers: Annotated[tuple[Paper, ...], Field(max_length=MOST_PAPERS)] = ()
    signature: Annotated[str, Field(max_length=SIGNATURE_BYTES * 4 // 3, pattern=r"^[A-Za-z0-9+/]*={0,2}$")] = ""
    signed_how: Literal["SIGNATURE", "FINGERPRINT", "SCAN"] | None = None
