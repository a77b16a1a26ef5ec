"""What a list of days or calls would change, and what in it is wrong: row and column, all of it or nothing.

The rules are in ``rules.py``; here stand what has to be asked of the store: units, periods, what was told before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from central.imports.kinds import Fault
from central.imports.rules import Judged, KnownUnit, Line, only_once, unit_fault
from central.outside import rules, store
from central.outside.codes import TOLD, Ended, Source
from central.outside.periods import OpenPeriods
from central.outside.rules import Wrong
from hall.moment import local_day
from hall.record.words import AnsweredBy, Field
from hall_config.wording import LANGUAGES, say


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose list it is: what is at or below their path, in the caller's transaction."""

    connection: Connection
    path: str
    now_ms: int

    @property
    def today(self) -> str:
        return local_day(self.now_ms)


# --- days ---------------------------------------------------------------------------------------------------


def judge_days(source: Source, asker: Asker, units: Mapping[str, KnownUnit], lines: list[Line]) -> Judged:
    """A day that was told before and says something else now is a change; the old figures are kept."""
    judged = Judged()
    good: dict[int, dict[str, Any]] = {}
    periods = OpenPeriods(asker.connection)
    days = {line.number: rules.day_of(line.told["day"], asker.today) for line in lines}
    once = only_once(
        lines, lambda told: (told["of_unit"], rules.day_of(told["day"], asker.today) or told["day"]), "day",
        judged.faults,
    )  # fmt: skip
    for line in once:
        figures, wrong = _figures(source, line)
        faults = _place_faults(line, "day", days[line.number], units, asker, periods)
        faults += wrong or [_fault(line, one) for one in rules.wrong_of_day(source, figures)]
        judged.faults += faults
        if not faults:
            good[line.number] = {"unit": line.told["of_unit"], "day": days[line.number], **figures}
    if source is Source.HOTLINE:
        good = _without_doubles(good, judged, store.days_told_by_calls, asker.connection, "G01", "DAY_HAS_CALLS")
    known = store.known_days(asker.connection, source, [(row["unit"], row["day"]) for row in good.values()])
    for row in good.values():
        judged.take((row["unit"], row["day"]), row, known)
    return judged


def _figures(source: Source, line: Line) -> tuple[dict[str, int | None], list[Fault]]:
    figures: dict[str, int | None] = {}
    faults = []
    for code in TOLD[source].every:
        text = line.told.get(code, "")
        count = rules.count_of(text) if text else None
        if isinstance(count, str):
            faults.append(Fault(line.number, code, count, {"limit": rules.MOST}))
        else:
            figures[code] = count
    return figures, faults


# --- calls --------------------------------------------------------------------------------------------------


def judge_calls(asker: Asker, units: Mapping[str, KnownUnit], lines: list[Line]) -> Judged:
    """A call that was told before and says something else now is a correction; what it said is kept."""
    judged = Judged()
    good: dict[int, dict[str, Any]] = {}
    periods = OpenPeriods(asker.connection)
    for line in only_once(lines, lambda told: (told["of_unit"], told["call"]), "call", judged.faults):
        found = _call(line)
        moment = rules.moment_of(line.told["call_at"])
        at_ms = int(moment.timestamp() * 1000) if moment is not None else None
        day = rules.day_of(local_day(at_ms), asker.today) if at_ms is not None and at_ms <= asker.now_ms else None
        faults = _place_faults(line, "call_at", day, units, asker, periods)
        if isinstance(found, Fault):
            faults.append(found)
        elif (wrong := rules.wrong_of_call(found)) is not None:
            faults.append(_fault(line, wrong))
        elif not faults:
            good[line.number] = {**found, "unit": line.told["of_unit"], "day": day, "at_ms": at_ms}
        judged.faults += faults
    good = _without_doubles(good, judged, store.days_told_by_sums, asker.connection, "call_at", "DAY_HAS_SUMS")
    known = store.known_calls(asker.connection, [(row["unit"], row["call"]) for row in good.values()])
    for row in good.values():
        judged.take((row["unit"], row["call"]), row, known)
    return judged


def _call(line: Line) -> dict[str, Any] | Fault:
    told = line.told
    talk = rules.count_of(told["talk_s"])
    if isinstance(talk, str):
        return Fault(line.number, "talk_s", talk, {"limit": rules.MOST})
    if not rules.is_call(told["call"]):
        wrong = "PERSONAL_NUMBER" if rules.holds_personal_number(told["call"]) else "CALL_NAME"
        return Fault(line.number, "call", wrong)
    kinds: tuple[tuple[str, type[StrEnum], str], ...] = (
        ("call_ended", Ended, "central.call_ended"), ("advice_field", Field, "record.field"),
        ("answered_by", AnsweredBy, "record.answered_by"),
    )  # fmt: skip
    codes: dict[str, str] = {}
    for column, kind, words in kinds:
        code = _code(kind, words, told.get(column, ""))
        if code is None:
            return Fault(line.number, column, "CALL_CODE", _offered(kind, words))
        codes[column] = code
    return {"call": told["call"], "talk_s": talk, "ended": codes.pop("call_ended"), **codes}


def _code(kind: type[StrEnum], words: str, text: str) -> str | None:
    """The code by its name in either language; empty for nothing said, None for a name of nothing."""
    if not text:
        return ""
    for one in kind:
        if text.casefold() in {one.value.casefold(), *(say(f"{words}.{one}", lang).casefold() for lang in LANGUAGES)}:
            return one.value
    return None


def _offered(kind: type[StrEnum], words: str) -> dict[str, object]:
    return {
        "offered_zh": "、".join(say(f"{words}.{one}", "zh") for one in kind),
        "offered_en": ", ".join(say(f"{words}.{one}", "en") for one in kind),
    }


# --- both ---------------------------------------------------------------------------------------------------


def _place_faults(
    line: Line, column: str, day: str | None, units: Mapping[str, KnownUnit], asker: Asker, periods: OpenPeriods
) -> list[Fault]:
    """What is wrong with unit and day."""
    fault = unit_fault(line.number, line.told["of_unit"], units, asker.path)
    if day is None:
        code = "CALL_TIME" if column == "call_at" else "DAY_OUTSIDE"
        return [*([fault] if fault else []), Fault(line.number, column, code, {"today": asker.today})]
    if fault is not None:
        return [fault]
    refusal = periods.refusal(line.told["of_unit"], day)
    return [Fault(line.number, column, refusal)] if refusal else []


def _without_doubles(
    good: Mapping[int, dict[str, Any]],
    judged: Judged,
    told_otherwise: Callable[[Connection, list[tuple[str, str]]], set[tuple[str, str]]],
    connection: Connection,
    column: str,
    code: str,
) -> dict[int, dict[str, Any]]:
    """Rows whose calls are not told in the other way already: a call would count twice."""
    adding = {number: row for number, row in good.items() if row.get("G01", 1) and row.get("ended") != Ended.VOID}
    taken = told_otherwise(connection, [(row["unit"], row["day"]) for row in adding.values()])
    double = {number for number, row in adding.items() if (row["unit"], row["day"]) in taken}
    judged.faults += [Fault(number, column, code) for number in sorted(double)]
    return {number: row for number, row in good.items() if number not in double}


def _fault(line: Line, wrong: Wrong) -> Fault:
    column = {"ended": "call_ended"}.get(wrong.column, wrong.column)
    return Fault(line.number, column, wrong.code, wrong.facts)
