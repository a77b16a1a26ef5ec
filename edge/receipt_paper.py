"""The receipt of an application as paper (form F05): number, time, papers handed in, what comes next, where to ask.

No name, no number of a person, nothing of the case: whoever finds the paper learns that somebody has applied. The code
is for the applicant's own page at central; it is printed here and known nowhere else but as a hash.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from unicodedata import east_asian_width

from drivers.kinds.slip import Feed, Part, Qr, Rule, Text
from edge.identifiers import in_groups
from edge.receipt_slips import Handed
from hall.moment import local_day
from hall.plan import Plan
from hall_config.limit_tables import limit_table
from hall_config.wording import clock_words, date_words, say

_WIDE_COLUMNS: Final = 22  # a heading of double width on 80 mm paper
_MOST_LINES: Final = 40
_QR_DOTS: Final = 5
_LIMIT: Final = "LA_DECIDE"
PROGRESS: Final = "/aid/my"  # the applicant's page at central; the code is typed there or comes behind the #


def receipt_parts(handed: Handed, plan: Plan, central_url: str | None) -> tuple[Part, ...]:
    """What the printer is asked to print, Chinese first."""
    parts: list[Part] = [
        _heading(plan.name_zh),
        Text(plan.name_en, align="center"),
        Rule(),
        _heading(_say("title")),
        Text(say("aid_slip.title", "en"), align="center"),
        Rule(),
        Text(_say("receipt")),
        Text(handed.receipt),
        Text(_say("time", date=date_words(handed.wall_ms), time=clock_words(handed.wall_ms))),
        Text(_say("number", number=handed.number)),
        Rule(),
        Text(_say("papers")),
        *(Text(line) for line in _papers(handed)),
        Rule(),
        Text(_say("next")),
        Text(f"· {_decided(handed.wall_ms)}"),
        *(Text(f"· {_say(key)}") for key in ("next_more", "next_told", "next_free")),
        Rule(),
        *_progress(handed, central_url),
        Text(_say("where")),
        Text(_say("keep"), align="center"),
        Feed(2),
    ]
    return tuple(parts)


def _decided(wall_ms: int) -> str:
    """By the limit in force on that day; a clock that stands before the law's first day gets the first one."""
    try:
        rule = limit_table().rule(_LIMIT, date.fromisoformat(local_day(wall_ms)))
    except KeyError:
        rule = next(one for one in limit_table().rules if one.rule_id == _LIMIT)
    return _say("next_decide", days=rule.value, article=rule.article)


def _papers(handed: Handed) -> list[str]:
    if not handed.known:
        return [_say("papers_gone")]
    lines = [_say("paper_form", place=1)]
    for place, (name, copies, original) in enumerate(handed.papers[:_MOST_LINES], start=2):
        kind = _say("original" if original else "copy")
        lines.append(_say("paper", place=place, name=name, count=copies, kind=kind))
    return [*lines, _say("pages", count=handed.pages)] if handed.pages else lines


def _progress(handed: Handed, central_url: str | None) -> list[Part]:
    if not handed.code:
        return [Text(_say("no_code"))]
    parts: list[Part] = [Text(_say("code")), Text(in_groups(handed.code), align="center", wide=1, high=2)]
    if central_url:
        address = central_url.rstrip("/") + PROGRESS
        link = f"{address}#{handed.code}"
        parts += [Feed(1), Qr(link, _QR_DOTS), Text(_say("scan", address=address), align="center")]
    return [*parts, Text(_say("code_note"))]


def _say(key: str, **params: object) -> str:
    return say(f"aid_slip.{key}", "zh", **params)


def _heading(words: str) -> Text:
    """Twice as large where one line has room for it, else taller only."""
    columns = sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in words)
    return Text(words, align="center", wide=2 if columns <= _WIDE_COLUMNS else 1, high=2)
