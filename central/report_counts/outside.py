"""The 12348 hotline and the web platform, from what their systems told (``central/outside``).

A day of a hotline stands in sums or call by call, never in both, so the two are added. Of legal advice by telephone,
what no column said is "other": B22 and B35 are what is left of B03, so that the parts always meet their whole.

A05 is what came over the platforms: questions and applications that were told here. What central itself was asked
online (``central/matters``, ``central/aid``) is added to A05 and to N06 to N11 by the collectors of those rooms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from central.outside import store_of_sums as sums
from central.outside.codes import ADVICE, BY_FIELD, BY_WHOM, ONLINE, Ended, Source
from central.report_counts.rules import ANSWERED, FIELDS
from central.report_counts.span import Cells, Span
from hall.record.words import AnsweredBy, Field

STOCKS: Final = ("N02", "N03")


def cells(connection: Connection, span: Span) -> Cells:
    found: dict[str, Counter[str]] = {}
    for source in Source:
        for unit, figures in sums.of_days(connection, source, span.units, span.days, span.known_ms).items():
            found.setdefault(unit, Counter()).update(figures)
    for counted in found.values():
        _left_is_other(counted)
    _add_calls(connection, span, found)
    for counted in found.values():
        counted["A04"] = counted["G02"]
        counted["A05"] = counted["N04"] + sum(counted[code] for code in ONLINE)
    for code in STOCKS:
        _put(found, code, sums.last_known(connection, code, span.units, span.days[1], span.known_ms))
    _put(found, "G05O", sums.open_tasks(connection, span.units, span.days[0], span.known_ms))
    return found


def _left_is_other(counted: Counter[str]) -> None:
    for parts in (BY_FIELD, BY_WHOM):
        counted[parts[-1]] = counted[ADVICE] - sum(counted[code] for code in parts[:-1])


def _add_calls(connection: Connection, span: Span, found: dict[str, Counter[str]]) -> None:
    for unit, ended, field, by_whom, calls, talk_s in sums.of_calls(connection, span.units, span.days, span.known_ms):
        counted = found.setdefault(unit, Counter())
        counted["G01"] += calls
        counted["G01V"] += calls if ended == Ended.MENU else 0
        if ended == Ended.ANSWERED:
            counted["G02"] += calls
            counted["G04S"] += int(talk_s)
        if field:
            whom = ANSWERED[AnsweredBy(by_whom or AnsweredBy.OTHER)]
            for code in (ADVICE, FIELDS[Field(field)], whom):
                counted[code] += calls


def _put(found: dict[str, Counter[str]], code: str, figures: Mapping[str, int]) -> None:
    for unit, figure in figures.items():
        found.setdefault(unit, Counter())[code] = figure
