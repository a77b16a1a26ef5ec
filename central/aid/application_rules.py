"""What an application and an organ's notice must hold so that their limits begin (法律援助法 36, 40, 41). Pure.

The checks of an application are those of the halls (``hall_config/aid_checks.py``); each refusal has a code of its own,
and its words (``central.error``) name the rule and the article.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from central.aid.origin import Notice
from central.failures import WrongField
from hall.law.limits import china_day
from hall_config.aid_application import Application
from hall_config.aid_checks import Taken, lacks
from hall_config.aid_people import Lack, is_minor, lacks_of_person
from hall_config.written_names import is_written

_MINOR: Final = "N25_1"
# codes whose words central has had under another name; all others are the halls' with AID_ before them
_NAMES: Final = {
    "ID_NUMBER_MISSING": "ID_MISSING",
    "MINOR_WITHOUT_AGENT": "MINOR_ALONE",
    "HOUSEHOLD_MISSING": "HARDSHIP_MISSING",
    "INCOME_MISSING": "HARDSHIP_MISSING",
    "BIRTH_DIFFERS": "BIRTH",
    "NO_SUCH_DAY": "NO_SUCH_BIRTH",
}
_FIELDS: Final = {"MINOR_WITHOUT_AGENT": "agent"}


def check_application(application: Application, now_ms: int, *, at_home: bool = False) -> None:
    """What an application must hold so that its limits begin (法律援助法 40, 41); raises `WrongField`.

    ``at_home``: nobody could look at a card or hand over a pen yet. What is signed on paper follows as a scan.
    """
    later = at_home or application.signed_how == "SCAN"
    _refuse("application", lacks(application, china_day(now_ms), Taken(signed_later=later)))


def check_notice(notice: Notice, received_ms: int) -> None:
    """A notice is an organ's letter with its number, about somebody whom its ground fits (法律援助法 25, 28, 36)."""
    _refuse("notice", tuple(_lacks_of_notice(notice, received_ms)))


def _lacks_of_notice(notice: Notice, received_ms: int) -> Iterator[Lack]:
    today, accused = china_day(received_ms), notice.accused
    if not is_written(notice.organ):
        yield Lack("NOTICE_ORGAN_MISSING", "organ")
    if not is_written(notice.letter):
        yield Lack("NOTICE_LETTER_MISSING", "letter")
    if not is_written(accused.name):
        yield Lack("NOTICE_NAME_MISSING", "accused.name")
    yield from lacks_of_person(accused, "accused", today)
    if notice.matter == _MINOR:
        minor = is_minor(accused, today)
        if minor is None:
            yield Lack("NOTICE_AGE_MISSING", "accused.birth")
        elif not minor:
            yield Lack("NOTICE_NOT_MINOR", "matter")


def _refuse(where: str, found: tuple[Lack, ...]) -> None:
    for lack in found:
        place = _FIELDS.get(lack.code, lack.field)
        raise WrongField(f"AID_{_NAMES.get(lack.code, lack.code)}", f"{where}.{place}")
