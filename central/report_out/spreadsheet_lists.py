"""The sheets of a workbook that hold no sums: what was added by hand and said, and how every field is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from central.report.form import Field, Source, form
from central.report.formula import said
from central.report_out.few import Seen, SeenLine
from central.report_out.workbook import Book, Page
from central.report_out.written import footnotes, moment_words, name_of, rule_of, rule_words, source_of, unit_of
from hall_config.wording import say

_EVENTS: Final = 20  # ids that are named; how many there are is always said
_LINED: Final[dict[str, Any]] = {"border": 1, "border_color": "#8A97A3"}
_TOP: Final[dict[str, Any]] = {**_LINED, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE8F3"}
_LINE: Final = (
    ("kind", 11), ("field", 24), ("unit", 20), ("by", 9), ("reason", 40), ("about", 10), ("events", 28),
    ("evidence", 24), ("actor", 16), ("at", 20),
)  # fmt: skip
_COUNTED: Final = (
    ("code", 7), ("name", 30), ("name_en", 34), ("unit", 9), ("source", 8), ("counted.adds_up", 36),
    ("counted.how", 34), ("counted.relation", 48), ("counted.expected", 22), ("counted.sensitive", 16),
)  # fmt: skip
_RULES: Final = ("contact", "person", "case", "group", "advice", "year")


def write_record(book: Book, seen: Seen, foot: str) -> None:
    """Lines and notes, each under its heading."""
    page = book.page(say("central.report_out.tab.record"), head=2, foot=foot)
    last = len(_LINE) - 1
    page.across(0, 0, last, say("central.report_out.lines"), bold=True)
    _heads(page, 1, [(f"central.report_out.line.{key}", width) for key, width in _LINE])
    units = {column.of.unit.id: name_of(column.of.unit) for column in seen.columns}
    for row, line in enumerate(seen.lines, start=2):
        _write_line(page, row, line, units)
    row = 2 + len(seen.lines)
    if not seen.lines:
        page.across(row, 0, last, say("central.report_out.none"))
    row += 2
    page.across(row, 0, last, say("central.report_out.notes"), bold=True)
    for note in seen.notes:
        row += 1
        page.fitted(row, [(note.rule, _LINE[0][1]), (note.text, sum(width for _, width in _LINE[1:-1]))])
        page.text(row, 0, note.rule, **_LINED, text_wrap=True)
        page.across(row, 1, last - 1, note.text, **_LINED, text_wrap=True)
        page.text(row, last, note.actor, **_LINED)
    if not seen.notes:
        page.across(row + 1, 0, last, say("central.report_out.none"))


def _write_line(page: Page, row: int, line: SeenLine, units: dict[str, str]) -> None:
    of = line.of
    field = form().fields[of.code]
    texts = (
        say(f"central.report_line.{of.kind}"), f"{of.code} {field.zh}", units.get(of.unit, of.unit), "", line.reason,
        of.about, events_words(line.events), of.evidence, of.actor, moment_words(of.at_ms),
    )  # fmt: skip
    page.fitted(row, [(text, width) for text, (_, width) in zip(texts, _LINE, strict=True)])
    for column, text in enumerate(texts):
        page.text(row, column, text, **_LINED, text_wrap=True)
    page.figure(row, 3, line.by, field.scale, **_LINED, signed=True)


def events_words(events: Sequence[str]) -> str:
    """How many, and the first of them by their ids."""
    if not events:
        return ""
    more = "…" if len(events) > _EVENTS else ""
    return f"{len(events)}: {' '.join(events[:_EVENTS])}{more}"


def write_counted(book: Book, seen: Seen, foot: str) -> None:
    """口径: every field's definition, and the rules that hold for all."""
    page = book.page(say("central.report_out.tab.counted"), head=1, beside=2, foot=foot)
    _heads(page, 0, [(f"central.report_out.{key}", width) for key, width in _COUNTED])
    fields = form().fields.values()
    for row, field in enumerate(fields, start=1):
        texts = _definition(field)
        page.fitted(row, [(text, width) for text, (_, width) in zip(texts, _COUNTED, strict=True)])
        for column, text in enumerate(texts):
            page.text(row, column, text, **_LINED, text_wrap=True)
    row, last = len(fields) + 2, len(_COUNTED) - 1
    page.across(row, 0, last, say("central.report_out.counted.rules"), bold=True)
    for place, text in enumerate(_rules(seen), start=row + 1):
        page.across(place, 0, last, text, text_wrap=True)


def _rules(seen: Seen) -> Iterable[str]:
    period = seen.sheet.period
    yield from (say(f"central.report_out.counted.{key}") for key in _RULES)
    yield from (
        f"{say(f'central.report_source.{key}')}：{say(f'central.report_source_meaning.{key}')}" for key in Source
    )
    yield say(f"central.report_period_rule.{rule_of(period)}")
    yield say("central.report_out.counted.due", due=period.due)
    yield from footnotes(seen)


def _definition(field: Field) -> tuple[str, ...]:
    return (
        field.code, field.zh, field.en, unit_of(field), source_of(field),
        say(f"central.report_kind.{field.kind}"),
        f"{field.code} = {said(field.made_of)}" if field.made_of is not None else "",
        f"R-{field.code}：{rule_words(field.rule)}" if field.rule is not None else "",
        f"R-{field.code}：{rule_words(field.soft)}" if field.soft is not None else "",
        say("central.report_out.counted.yes") if field.few else "",
    )  # fmt: skip


def _heads(page: Page, row: int, heads: Iterable[tuple[str, int]]) -> None:
    page.sheet.set_row(row, 30)
    for column, (key, width) in enumerate(heads):
        page.sheet.set_column(column, column, width)
        page.text(row, column, f"{say(key)}\n{say(key, 'en')}", **_TOP)
