"""A guide's main points as paper: what one takes home, in one language, with the law, the date and nothing of anybody.

Each part is cut at ``_MOST_COLUMNS``, so that no pack makes a slip without end; a slip that was cut says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final
from unicodedata import east_asian_width

from drivers.kinds.slip import LONGEST_QR_BYTES, Feed, Part, Qr, Rule, Text
from hall.moment import local_day
from hall.plan import Plan
from hall_config.content.models import Both, Guide, Law, PackFile, Paper
from hall_config.wording import Language, clock_words, date_words, say

_MOST_COLUMNS: Final = 480  # ten lines of the wide paper
_WIDE_COLUMNS: Final = 22  # a heading of double width on 80 mm paper
_QR_DOTS: Final = 5


def guide_parts(guide: Guide, pack: PackFile, plan: Plan, language: Language, wall_ms: int) -> tuple[Part, ...]:
    """What the printer is asked to print; where a pack has no English, its Chinese."""
    sheet = _Sheet(language)
    name = sheet.words(guide.name)
    parts: list[Part] = [Text(sheet.words(Both(zh=plan.name_zh, en=plan.name_en)), align="center")]
    parts += [Text(say("guide_slip.title", language), align="center"), Rule(), _heading(sheet.cut(name, _MOST_COLUMNS))]
    if language == "en" and guide.name.en:
        parts.append(Text(sheet.cut(guide.name.zh, _MOST_COLUMNS), align="center"))  # for whoever it is shown to
    parts.append(Rule())
    parts += sheet.section("who", map(sheet.words, guide.who))
    parts += sheet.section("bring", map(sheet.paper, guide.paper))
    parts += sheet.section("where", (sheet.words(guide.window), sheet.words(guide.hours), guide.phone))
    parts += sheet.section("fee", (sheet.words(guide.fee),))
    parts += sheet.section("limit", sheet.limits(guide))
    parts += sheet.section("basis", map(sheet.law, guide.basis))
    parts += [Rule(), *_source(guide, pack, language, wall_ms, sheet)]
    if guide.web is not None and len(guide.web) <= LONGEST_QR_BYTES:
        parts += [Feed(1), Qr(guide.web, _QR_DOTS), Text(say("guide_slip.web", language), align="center")]
    return (*parts, Feed(2))


class _Sheet:
    """One slip in one language; knows whether anything was left out."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.short = False

    def words(self, both: Both) -> str:
        return both.en or both.zh if self._language == "en" else both.zh

    def say(self, key: str, **params: object) -> str:
        return say(f"guide_slip.{key}", self._language, **params)

    def cut(self, text: str, columns: int) -> str:
        """At most so many columns of the paper; line breaks of a pack are spaces here."""
        text, left = " ".join(text.split()), columns
        for place, sign in enumerate(text):
            left -= _columns(sign)
            if left < 0:
                self.short = True
                return text[:place] + "…"
        return text

    def section(self, key: str, items: Iterable[str]) -> list[Part]:
        """A heading and its lines; nothing where there are none."""
        lines, left = [], _MOST_COLUMNS
        for item in filter(None, items):
            if left <= 0:
                self.short = True
                break
            line = self.cut(item, left)
            left -= sum(map(_columns, line)) + 2
            lines.append(Text(f"· {line}"))
        heading = self.say(key)
        return [Text(f"【{heading}】" if self._language == "zh" else f"[{heading}]"), *lines] if lines else []

    def paper(self, paper: Paper) -> str:
        counts = [("original", paper.original), ("copies", paper.copies)]
        facts = [self.say(key, count=count) for key, count in counts if count]
        facts += [] if paper.must else [self.say("if_needed")]
        name = self.words(paper.name)
        return self.say("paper", name=name, facts=self.say("and").join(facts)) if facts else name

    def limits(self, guide: Guide) -> list[str]:
        promised = guide.limit.promised
        found = [self.say("statutory", words=self.words(guide.limit.statutory))]
        return found if promised is None else [*found, self.say("promised", words=self.words(promised))]

    def law(self, law: Law) -> str:
        return self.say("law", name=self.words(law.name), article=law.article, date=law.in_force.isoformat())


def _source(guide: Guide, pack: PackFile, language: Language, wall_ms: int, sheet: _Sheet) -> list[Part]:
    """Where it comes from, from when on it holds, and what must be known about it."""
    tell: Callable[..., str] = sheet.say
    name = pack.name_zh if language == "zh" else pack.name_en
    today = date.fromisoformat(local_day(wall_ms))
    lines = [
        tell("valid", version=guide.version, start=guide.valid_from.isoformat(), end=guide.review_by.isoformat()),
        tell("pack", name=name, version=pack.version, date=pack.made_on.isoformat()),
    ]
    lines += [tell("overdue", date=guide.review_by.isoformat())] if guide.overdue_on(today) else []
    lines += [tell("sample")] if pack.sample else []
    lines += [tell("short")] if sheet.short else []
    lines += [tell("only"), tell("printed", date=date_words(wall_ms, language), time=clock_words(wall_ms))]
    return [Text(line) for line in lines]


def _heading(words: str) -> Text:
    """Twice as large where one line has room for it, else taller only."""
    wide = 2 if sum(map(_columns, words)) <= _WIDE_COLUMNS else 1
    return Text(words, align="center", wide=wide, high=2)


def _columns(sign: str) -> int:
    return 2 if east_asian_width(sign) in "WFA" else 1
