"""Halls whose clock was wrong: kept with a version of a form, and said where the form shows what is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping

from central.report.periods import Period
from central.report_counts.clocks import Doubtful, doubtful
from central.report_counts.span import span_of
from central.strict_json import write_json
from hall_config.wording import Language, say

_JOINED: Final = {"zh": ("、", "；"), "en": (", ", "; ")}


def doubts_now(connection: Connection, unit: RowMapping, of: Period, now_ms: int) -> tuple[Doubtful, ...]:
    """Of the unit's own halls: those below are named in their own forms."""
    return tuple(doubtful(connection, span_of(unit["path"], of, now_ms, alone=True)))


def text_of_doubts(doubts: Sequence[Doubtful]) -> str:
    return write_json([[one.hall, list(one.days), one.tickets] for one in doubts])


def doubts_of(text: str) -> tuple[Doubtful, ...]:
    return tuple(Doubtful(hall, tuple(days), tickets) for hall, days, tickets in json.loads(text))


def doubt_words(doubts: Sequence[Doubtful], language: Language = "zh") -> str:
    """Which halls, which days, how many tickets, and what to do."""
    comma, semicolon = _JOINED[language]
    halls = semicolon.join(
        say("central.report_clock.hall", language, hall=one.hall, days=comma.join(one.days), n=one.tickets)
        for one in doubts
    )
    return say("central.report_clock.doubtful", language, halls=halls)
