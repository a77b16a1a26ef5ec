"""What holds for a hall: its own word before its unit's, that before the district's, the city's last.

Hours of the week are taken whole from the nearest that names any; days that are not like their weekday come together
from all of them, and on the same day the nearest one holds. Which minutes a class is open is asked of `hall.opening`,
with the same models as a hall file's: a calendar that a hall file could not have, central has not either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from central.failures import WrongField
from hall.opening import Hours, hours_on
from hall.plan import Opening, Plan, ServicePlan
from hall_config.opening_checks import opening_problems
from hall_config.plan import opening_of
from hall_config.problems import Problem
from hall_config.queue_models import OpeningPart, RestDayPart, WorkDayPart
from hall_config.strict_model import StrictModel

MOST_DAYS = 200  # entries of one calendar


class Calendar(StrictModel):
    """Hours of the week, rest days, days worked otherwise; the words are those of a hall file."""

    opening: Annotated[list[OpeningPart], Field(max_length=7)] = Field(default_factory=list)
    rest_day: Annotated[list[RestDayPart], Field(max_length=MOST_DAYS)] = Field(default_factory=list)
    work_day: Annotated[list[WorkDayPart], Field(max_length=MOST_DAYS)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Service:
    """A class of matters as the catalogue offers it."""

    letter: str
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    papers_zh: str
    papers_en: str
    average_service_s: int
    by_appointment: bool
    from_phones: bool
    owner: str = ""


def check_calendar(calendar: Calendar) -> None:
    """Raises `WrongField` for the first thing that a hall file could not say either, with its place."""

    def find(code: str, path: Any = (), **params: object) -> Problem:
        return Problem(code, path, params=params)

    problem = next(opening_problems(find, calendar.model_dump(exclude_none=True, mode="json")), None)
    if problem is not None:
        raise WrongField(f"CALENDAR_{problem.code}", problem.key)


def opening(calendars: Sequence[Calendar]) -> Opening | None:
    """The calendars of a hall, the nearest first, as the rules read them; None where nobody says when it is open."""
    weekly = next((one.opening for one in calendars if one.opening), None)
    if weekly is None:
        return None
    others: dict[str, Any] = {}
    for calendar in reversed(calendars):
        others.update(opening_of((), calendar.rest_day, calendar.work_day).others)
    return Opening(opening_of(weekly, (), ()).weekly, others)


def services(entries: Iterable[Service], owners: Sequence[str]) -> dict[str, Service]:
    """By letter, the nearest entry of each."""
    rank = {owner: place for place, owner in enumerate(owners)}
    found: dict[str, Service] = {}
    for entry in sorted(entries, key=lambda one: (one.letter, rank[one.owner])):
        found.setdefault(entry.letter, entry)
    return found


def hours_of(opening: Opening, letter: str, day: str) -> Hours:
    """When this class is open on a day."""
    service = ServicePlan(letter, letter, letter)
    return hours_on(Plan("", "", "", (service,), (), opening=opening), service, day)


def parts_for_plan(calendars: Sequence[Calendar], offered: Mapping[str, Service]) -> dict[str, Any]:
    """What a plan of the hall takes over from here, in the words of a hall file."""
    weekly: list[OpeningPart] = next((one.opening for one in calendars if one.opening), [])
    days = list(_nearest_days(calendars))
    return {
        "opening": [part.model_dump(mode="json") for part in weekly],
        "rest_day": [day.model_dump(mode="json", exclude_none=True) for day in days if isinstance(day, RestDayPart)],
        "work_day": [day.model_dump(mode="json", exclude_none=True) for day in days if isinstance(day, WorkDayPart)],
        "service": [
            {
                "letter": one.letter,
                "name_zh": one.name_zh,
                "name_en": one.name_en,
                "average_service_s": one.average_service_s,
                "by_appointment": one.by_appointment,
            }
            for one in offered.values()
        ],
    }


def _nearest_days(calendars: Sequence[Calendar]) -> Iterator[RestDayPart | WorkDayPart]:
    """Every day that is not like its weekday, once, by the nearest calendar; a span that is partly taken is cut up."""
    taken: set[str] = set()
    for calendar in calendars:
        own = opening_of((), calendar.rest_day, calendar.work_day).others
        for day, other in sorted(own.items()):
            if day in taken:
                continue
            if other.rest:
                yield RestDayPart(day=day, name_zh=other.name_zh, name_en=other.name_en)
            else:
                yield next(part for part in calendar.work_day if part.day == day)
        taken.update(own)
