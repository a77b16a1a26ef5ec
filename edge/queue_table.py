"""A day as it was beside the same day under other rules, as a table for people: Chinese first, English second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from unicodedata import east_asian_width

from hall.plan import Plan
from hall.queue.summary import ClassDay, DayTold, WindowDay
from hall_config.wording import LANGUAGES, say

_CLASS_COLUMNS: Final = (
    "issued", "done", "no_show", "turned_away", "mean", "median", "p90", "longest", "over_30", "overtakes",
)  # fmt: skip
_WINDOW_COLUMNS: Final = ("served", "at_work", "idle_waited")
_NOT_KNOWN: Final = "-"
_GAP: Final = "  "


def table(day: str, tickets: int, file: str, plan: Plan, was: DayTold, would_be: DayTold) -> Iterator[str]:
    """Line by line: waits by class, windows, the rules that chose the tickets, and what a replay cannot know."""
    for language in LANGUAGES:
        yield say("queue_replay.title", language, day=day, tickets=tickets, file=file)
    yield ""
    yield from _rows("queue_replay.classes", _CLASS_COLUMNS, _class_rows(plan, was, would_be))
    yield ""
    yield from _rows("queue_replay.windows", _WINDOW_COLUMNS, _window_rows(was, would_be))
    yield ""
    yield from _rules(was, would_be)
    yield ""
    for language in LANGUAGES:
        yield say("queue_replay.limits", language)


Row = tuple[str, str, Sequence[str]]  # what it is about, which of the two days, figures


def _class_rows(plan: Plan, was: DayTold, would_be: DayTold) -> Iterator[Row]:
    for letter in sorted({*was.classes, *would_be.classes}):
        service = plan.service(letter)
        name = f"{letter} {service.name_zh} / {service.name_en}" if service else letter
        yield from _pair(name, _class_cells(was.of(letter), None), _class_cells(would_be.of(letter), 0))
    all_was, all_new = _together(was), _together(would_be)
    whole = " / ".join(say("queue_replay.all", language) for language in LANGUAGES)
    yield from _pair(whole, _class_cells(all_was, None), _class_cells(all_new, 0))


def _together(told: DayTold) -> ClassDay:
    whole = ClassDay()
    for one in told.classes.values():
        whole.issued += one.issued
        whole.done += one.done
        whole.no_show += one.no_show
        whole.turned_away += one.turned_away
        whole.overtakes += one.overtakes
        whole.waits_s += one.waits_s
    return whole


def _class_cells(one: ClassDay, turned_away: int | None) -> list[str]:
    """A journal does not know whom a machine turned away, so of the day itself that stands nowhere."""
    away = _NOT_KNOWN if turned_away is None else str(one.turned_away)
    waits = (one.mean_s(), one.wait_at(0.5), one.wait_at(0.9), max(one.waits_s, default=None))
    minutes = [_NOT_KNOWN if seconds is None else f"{seconds / 60:.1f}" for seconds in waits]
    counts = [str(one.issued), str(one.done), str(one.no_show), away]
    return [*counts, *minutes, str(one.long_waits()), str(one.overtakes)]


def _window_rows(was: DayTold, would_be: DayTold) -> Iterator[Row]:
    for number in sorted({*was.windows, *would_be.windows}):
        name = " / ".join(say("queue_replay.window", language, window=number) for language in LANGUAGES)
        yield from _pair(name, *(_window_cells(told.windows.get(number, WindowDay())) for told in (was, would_be)))


def _window_cells(one: WindowDay) -> list[str]:
    return [str(one.served), f"{one.served_s / 60:.0f}", f"{one.idle_while_waited_for_ms / 60_000:.0f}"]


def _pair(name: str, was: Sequence[str], would_be: Sequence[str]) -> Iterator[Row]:
    labels = [" / ".join(say(f"queue_replay.{which}", language) for language in LANGUAGES) for which in ("was", "new")]
    yield name, labels[0], was
    yield "", labels[1], would_be


def _rows(key: str, columns: Sequence[str], rows: Iterator[Row]) -> Iterator[str]:
    """Two lines of headings, then the rows, each column as wide as its widest cell; words to the left."""
    heads: list[Row] = [
        (say(key, language), "", [say(f"queue_replay.column.{column}", language) for column in columns])
        for language in LANGUAGES
    ]
    lines = [(name, label, *cells) for name, label, cells in (*heads, *rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [" " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
        words = [cell + room for cell, room in zip(line[:2], padded[:2], strict=True)]
        figures = [room + cell for cell, room in zip(line[2:], padded[2:], strict=True)]
        yield _GAP.join((*words, *figures)).rstrip()


def _rules(was: DayTold, would_be: DayTold) -> Iterator[str]:
    for language in LANGUAGES:
        yield say("queue_replay.rules", language)
    for rule in sorted({*was.rules, *would_be.rules}):
        words = " / ".join(say(f"why.{rule}", language) for language in LANGUAGES)
        yield f"{_GAP}{was.rules[rule]:5} -> {would_be.rules[rule]:5}{_GAP}{words}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
