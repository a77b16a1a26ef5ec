"""Where a case came from, and an organ's notice (通知辩护, 法律援助法 25, 28, 36) as its letter says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from central.aid.field_faults import code_of
from central.aid.people import APPLICANT, Work, case_place, where
from central.failures import WrongField
from central.keeping.sealed_columns import SealedText
from central.strict_json import write_json
from hall.intake.codes import NOTICES, Channel, Group, Stage
from hall.law.limits import china_day, close_of
from hall_config.aid_application import Line, Name, Person
from hall_config.strict_model import StrictModel


@dataclass(frozen=True, slots=True)
class Origin:
    """How an application or a notice came. ``unit`` is the centre whose case it becomes."""

    unit: str
    channel: Channel
    received_ms: int
    receipt: str | None = None
    code_hash: str | None = None
    hall: str | None = None
    ticket: str | None = None
    identified: bool = True
    urgent: bool = False
    first_check: str | None = None  # what a street station's first look said (工作站初审)


class Notice(StrictModel):
    """What the letter of a court, a procuratorate or the police says."""

    organ: Name
    organ_kind: Literal["COURT", "PROCURATORATE", "POLICE", "STATE_SECURITY"]
    letter: Line
    accused: Person
    matter: Literal[NOTICES]  # type: ignore[valid-type]
    charge: Line = ""
    stage: Stage
    detained: bool = False
    place: Line = ""  # where the person is held
    groups: Annotated[tuple[Group, ...], Field(max_length=7)] = ()

    def parties(self) -> Iterator[tuple[str, Person]]:
        yield APPLICANT, self.accused


def read_notice(given: Any) -> Notice:
    """A notice as it came in; raises `WrongField`."""
    try:
        return Notice.model_validate_json(given if isinstance(given, str) else write_json(given))
    except ValidationError as problem:
        first = problem.errors()[0]
        place = where(first)
        named = f"notice.{place}" if place else "notice"
        raise WrongField(code_of(first), f"{named}.id_number" if first["type"] == "value_error" else named) from None


def letter_received(day: str | None, now_ms: int) -> int:
    """When an organ's letter reached the centre; raises `WrongField` for a day that is not there or still to come."""
    if day is None:
        return now_ms
    try:
        received = date.fromisoformat(day)
    except ValueError:
        raise WrongField("AID_NO_SUCH_DAY", "received_on") from None
    if received > china_day(now_ms):
        raise WrongField("AID_DAY_AHEAD", "received_on")
    return min(now_ms, close_of(received))


def seal_notice(work: Work, case: str, unit: str, notice: Notice) -> SealedText:
    return work.seal(unit, notice.model_dump_json(), case_place(case))


def open_notice_of(work: Work, case: str, sealed: SealedText) -> Notice:
    return Notice.model_validate_json(work.open(sealed, case_place(case)))
