"""What can be wrong with what is said of a person: the day of birth, and what an ID number says against it. Pure.

A citizen's number holds the day of birth (its 7th to 14th digit) and the sex (an odd 17th digit is a man's; GB 11643).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from hall.identity_numbers import right_id_number
from hall_config.aid_application import Person
from hall_config.aid_tables import number_on

_CITIZENS: Final = ("RESIDENT", "RESIDENCE_PERMIT")  # whose numbers are made alike
_SEX: Final = 16  # the digit that tells it


@dataclass(frozen=True, slots=True)
class Lack:
    """``code`` has words: at halls ``pages.error.CODE``, at central ``central.error.AID_CODE``.

    ``field`` is the way into the application.
    """

    code: str
    field: str


def lacks_of_person(person: Person, way: str, today: date) -> Iterator[Lack]:
    """What is said of a person and cannot be; nothing is asked that nobody said."""
    in_number = _day(_written_in(person)) if _tells(person) else None
    if in_number is not None:
        yield from _unlikely(in_number, f"{way}.id_number", today)
        if person.sex is not None and person.sex != ("F" if int(person.id_number[_SEX]) % 2 == 0 else "M"):
            yield Lack("SEX_DIFFERS", f"{way}.sex")
    if person.birth is None:
        return
    born = _day(person.birth)
    if born is None:
        yield Lack("NO_SUCH_DAY", f"{way}.birth")
    elif in_number is not None and born != in_number:
        yield Lack("BIRTH_DIFFERS", f"{way}.birth")
    elif in_number is None:
        yield from _unlikely(born, f"{way}.birth", today)


def is_minor(person: Person, today: date) -> bool | None:
    """None when nothing tells the age."""
    years = years_of(person, today)
    return None if years is None else 0 <= years < number_on("ADULT_YEARS", today)


def years_of(person: Person, today: date) -> int | None:
    """Completed years; fewer than none for somebody who is not born yet, None when nothing tells the age."""
    born = born_of(person)
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def born_of(person: Person) -> date | None:
    """As the number has it, else as it was said."""
    if _tells(person):
        return _day(_written_in(person))
    return _day(person.birth) if person.birth else None


def _tells(person: Person) -> bool:
    return person.id_kind in _CITIZENS and right_id_number(person.id_number)


def _written_in(person: Person) -> str:
    number = person.id_number
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def _unlikely(born: date, field: str, today: date) -> Iterator[Lack]:
    if born > today:
        yield Lack("BIRTH_AHEAD", field)
    elif today.year - born.year > number_on("OLDEST_YEARS", today):
        yield Lack("BIRTH_LONG_AGO", field)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
