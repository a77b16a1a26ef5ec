"""The duty lawyers' ledger (F29): the help that was given at a post on a day or in a month, made of the records.

Records that were struck out are not in it; one that belongs to the period by the day of its help is, whenever it was
written down. Their people stand in the document, sealed, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import RowMapping

from central.aid_papers import issuing, numbers
from central.aid_papers.facts import Lawyer
from central.aid_papers.fields import fields_of
from central.aid_papers.issuing import About, Issued
from central.matters import papers, store
from central.matters.papers import Told
from central.matters.words import Kind, Role, State
from central.matters.work import Desk
from hall.moment import local_ms
from hall_config.wording import clock_words, date_words, say

FORM: Final = "F29"


@dataclass(frozen=True, slots=True)
class Period:
    """A day ``2026-11-23``, or a month ``2026-11``."""

    text: str

    @property
    def first_day(self) -> str:
        return self.text if self.is_day else f"{self.text}-01"

    @property
    def is_day(self) -> bool:
        return self.text.count("-") > 1

    def has(self, day: str) -> bool:
        return day == self.text if self.is_day else day.startswith(f"{self.text}-")

    def words(self) -> str:
        if self.is_day:
            return date_words(local_ms(self.text, 0))
        year, month = self.text.split("-")
        return f"{int(year)}年{int(month)}月"


def issue(
    desk: Desk, unit: RowMapping, place: str, period: Period, lawyer: str | None, clerk: str
) -> Issued:  # fmt: skip
    """The ledger of a post of this unit and those below; raises `FieldMissing` where no lawyer is known."""
    rows = [row for row in _of(desk, unit["path"], place, period) if lawyer is None or row["lawyer"] == lawyer]
    records = [papers.opened(desk, row) for row in rows]
    centre = papers.centre_of(desk.connection, unit["id"])
    post = say(f"central.matter_option.place.{place}")
    duty = _lawyers(records) if lawyer is None else [papers.lawyer_of(desk, lawyer)]
    known = [one for one in duty if one is not None]
    texts = {
        "duty_day": period.words(), "held_at": post, "lawyer": _joined(one.name for one in known),
        "firm": _joined(one.firm for one in known),
    }  # fmt: skip
    whole = papers.case_facts(numbers.centre_of(desk.connection, centre), desk.now_ms, clerk, None, texts, {})
    facts = replace(whole, lists={"duties": tuple(_line(one) for one in records)})
    about = About(unit["id"], centre, title=f"（{post}，{period.words()}）")
    return issuing.issue_about(
        desk.connection, desk.vault, about, FORM, fields_of(FORM, facts), clerk, desk.now_ms
    )  # fmt: skip


def _of(desk: Desk, path: str, place: str, period: Period) -> list[RowMapping]:
    """The records of the post, by the day and time of the help."""
    rows = store.since(desk.connection, path, Kind.DUTY_HELP.value, local_ms(period.first_day, 0))
    wanted = [
        row for row in rows
        if row["state"] != State.STRUCK
        and json.loads(row["facts"])["place"] == place
        and period.has(papers.help_day(row))
    ]  # fmt: skip
    return sorted(wanted, key=_turn)


def _turn(row: RowMapping) -> tuple[str, str, int]:
    return papers.help_day(row), str(json.loads(row["facts"]).get("help_time", "")), row["number"]


def _lawyers(records: Sequence[Told]) -> list[Lawyer | None]:
    return list(dict.fromkeys(one.lawyer for one in records))


def _joined(words: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(words))


def _line(told: Told) -> dict[str, str]:
    at_ms = papers.helped_ms(told)
    when = f"{date_words(at_ms)} {clock_words(at_ms)}" if at_ms is not None else _day(told)
    return {
        "time": when, "name": "、".join(one.name for one in told.of(Role.DETAINED)),
        "charge": told.texts.get("charge", "") or told.option("field"), "help": told.option("help"),
        "result": say(f"central.matter_paper.forwarded_{told.row['state']}"),
    }  # fmt: skip


def _day(told: Told) -> str:
    return date_words(local_ms(papers.help_day(told.row), 0))
