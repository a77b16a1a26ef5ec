"""The form as a PDF: A4, the figures of the whole unit first, the columns of its parts as an annex."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from central.report.form import Field, Part, form
from central.report_out.few import Seen, SeenLine
from central.report_out.machine import short_digest
from central.report_out.written import (
    column_names,
    footnotes,
    head,
    moment_words,
    name_of,
    source_of,
    text_of,
    title,
    unit_of,
    version,
)
from hall_config.paper import lacking, typeset
from hall_config.wording import Language, say

_LAYOUT: Final = Path(__file__).with_name("form.typ")
_COLUMNS: Final = 8  # of an annex's table: as many as are read at a glance on A4 across
_LACKS: Final = 20
_HEADS: Final = ("code", "name", "unit", "source", "whole", "before", "change")
_LINE_HEADS: Final = ("kind", "field", "unit", "by", "reason", "evidence", "actor")
_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


def printed(seen: Seen) -> bytes:
    """The PDF; raises `hall_config.paper.NoPaper`."""
    return typeset(_LAYOUT, printed_data(seen))


def printed_data(seen: Seen) -> dict[str, Any]:
    """All that the layout prints: figures as texts, words in both languages."""
    sheet, period = seen.sheet, seen.sheet.period
    data: dict[str, Any] = {
        "title": [title(sheet, language) for language in _LANGUAGES],
        "spanned": _words("spanned", first=period.first, last=period.last, name=period.name),
        "nothing": _words("nothing") if sheet.nothing else [],
        "head": [[key, *_words(key), text] for key, text in head(sheet).items()],
        "heads": [_words(key) for key in _HEADS],
        "parts": [_part(part, seen) for part in form().parts],
        "annex": list(_annex(seen)) if len(seen.columns) > 1 else [],
        "lines": {"title": _words("lines"), "heads": [_words(f"line.{key}") for key in _LINE_HEADS],
                  "rows": [_line(line, seen) for line in seen.lines]},
        "notes": {"title": _words("notes"), "rows": [[note.rule, note.text, note.actor] for note in seen.notes]},
        "footnotes": [list(both) for both in zip(footnotes(seen), footnotes(seen, "en"), strict=True)],
        "signers": [[*_words(key), name] for key, name in
                    (("H06", sheet.preparer), ("H07", sheet.reviewer), ("H08", sheet.signer))],
        "words": {key: _words(key) for key in ("by_hand", "dated", "seal", "none")},
        "foot": f"{title(sheet)}  {period.name}  {version(sheet)}",
        "digest": say("central.report_out.fingerprint", digest=short_digest(seen)),
        "page": say("central.report_out.page", page="@1", pages="@2"),
    }  # fmt: skip
    lacks = lacking("".join(_texts(data)))
    numbers = "、".join(f"U+{ord(one):04X}" for one in lacks[:_LACKS])
    return {**data, "lacks": say("central.report_out.lacks", characters=numbers) if lacks else ""}


def _words(key: str, **params: object) -> list[str]:
    return [say(f"central.report_out.{key}", language, **params) for language in _LANGUAGES]


def _part(part: Part, seen: Seen) -> dict[str, Any]:
    return {"key": part.key, "zh": part.zh, "en": part.en, "rows": [_row(field, seen) for field in part.fields]}


def _row(field: Field, seen: Seen) -> list[str]:
    figures = (
        text_of(seen.figures[field.code], field.scale),
        text_of(seen.before.get(field.code), field.scale),
        text_of(seen.change[field.code], field.scale, signed=True),
    )
    return [field.code, field.zh, field.en, unit_of(field), source_of(field), *figures]


def _annex(seen: Seen) -> Iterator[dict[str, Any]]:
    """The columns, as many at a time as there is room for, each time with the whole before them."""
    names = column_names(seen)
    starts = range(0, len(names), _COLUMNS)
    for place, start in enumerate(starts, start=1):
        shown = [seen.figures, *(column.figures for column in seen.columns[start : start + _COLUMNS])]
        key = "annex_part" if len(starts) > 1 else "annex"
        yield {
            "title": _words(key, place=place, of=len(starts)) if len(starts) > 1 else _words(key),
            "heads": [*_words("whole")[:1], *names[start : start + _COLUMNS]],
            "parts": [
                {
                    "key": part.key, "zh": part.zh, "en": part.en,
                    "rows": [
                        [field.code, field.zh, *(text_of(row.get(field.code), field.scale) for row in shown)]
                        for field in part.fields
                    ],
                }
                for part in form().parts
            ],
        }  # fmt: skip


def _line(line: SeenLine, seen: Seen) -> list[str]:
    of, field = line.of, form().fields[line.of.code]
    units = {column.of.unit.id: name_of(column.of.unit) for column in seen.columns}
    about = f"（{of.about}）" if of.about else ""
    return [
        say(f"central.report_line.{of.kind}") + about, f"{of.code} {field.zh}", units.get(of.unit, of.unit),
        text_of(line.by, field.scale, signed=True), line.reason, of.evidence,
        f"{of.actor} {moment_words(of.at_ms)}",
    ]  # fmt: skip


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for one in part.values():
            yield from _texts(one)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
