"""How documents write things out: days, money, numbers of days as the law writes them, and what an application says."""

from __future__ import annotations

from typing import Final

from hall_config.aid_application import Application, Person
from hall_config.wording import catalogue, clock_words, date_words, say

_DIGITS: Final = "〇一二三四五六七八九"
_MOST_IN_WORDS: Final = 99
_RESIDENT: Final = 18  # digits (GB 11643-1999): the day of birth from the 7th on, the sex at the 17th


def chinese(number: int) -> str:
    """``七``, ``十五``, ``三十``: as laws write numbers of days; larger ones in figures."""
    if not 0 < number <= _MOST_IN_WORDS:
        return str(number)
    tens, ones = divmod(number, 10)
    front = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return front + (_DIGITS[ones] if ones else "")


def day_words(wall_ms: int) -> str:
    return date_words(wall_ms)


def time_words(wall_ms: int) -> str:
    return f"{date_words(wall_ms)} {clock_words(wall_ms)}"


def words_of(section: str, code: str | None) -> str:
    """The Chinese words of a code; none for none."""
    key = f"{section}.{code}"
    return say(key) if code and key in catalogue() else ""


def person_words(day: str | None) -> str:
    """``1990-01-02`` as ``1990年1月2日``."""
    if not day:
        return ""
    year, month, number = day.split("-")
    return f"{int(year)}年{int(month)}月{int(number)}日"


def birth_words(person: Person) -> str:
    """As it was told, or as a resident's number says it."""
    number = _resident(person)
    return person_words(person.birth or (f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number else None))


def sex_words(person: Person) -> str:
    number = _resident(person)
    return words_of("aid_paper.sex", person.sex or ("FM"[int(number[16]) % 2] if number else None))


def _resident(person: Person) -> str:
    return person.id_number if person.id_kind == "RESIDENT" and len(person.id_number) == _RESIDENT else ""


def money_words(fen: int | None) -> str:
    """Yuan with two places, and none where there are no fen."""
    if fen is None:
        return ""
    yuan, rest = divmod(fen, 100)
    amount = f"{yuan}.{rest:02d}" if rest else str(yuan)
    return say("aid_paper.part.yuan", amount=amount)


def groups_words(application: Application) -> str:
    return "、".join(words_of("aid_paper.group", one.value) for one in application.groups)


def agent_words(application: Application) -> str:
    return words_of("aid_paper.relation", application.agent.relation) if application.agent else ""


def opposing_words(application: Application) -> str:
    return "\n".join(_whole(one) for one in application.opposing)


def _whole(person: Person) -> str:
    return "，".join(part for part in (person.name, person.id_number, person.address, person.phone) if part)


def means_words(application: Application) -> str:
    """The statement of means in one line, as the application form shows it."""
    hardship, parts = application.hardship, []
    if application.presumed:
        parts.append(words_of("aid.presumed", application.presumed))
    if hardship.household:
        parts.append(say("aid_paper.part.household_is", count=hardship.household))
    if hardship.income is not None:
        income = money_words(hardship.income).removesuffix(" 元")
        parts.append(say("aid_paper.part.income_is", amount=income))
    if hardship.basis:
        parts.append(words_of("aid_paper.basis", hardship.basis.value))
    return "；".join(parts)
