"""An analysis as JSON for programs, and as what page and print show in one language."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from central.report_analysis.charts import drawn, written
from central.report_analysis.model import Analysis, Both, Cell, Line, Month, Named, Said, Section, Table, both
from central.report_analysis.spans import field_name, unit_name
from central.report_out.few import Shown
from central.report_out.hiding import Veil
from central.report_out.written import exact, moment_words
from hall_config.wording import Language, rfc3339, say

# --- for programs --------------------------------------------------------------------------------------------


def analysis_told(found: Analysis) -> dict[str, Any]:
    """Exact figures as text; what is hidden as its sign, what is unknown as null."""
    return {
        "unit": {"id": found.unit.id, "level": found.unit.level.value, **_names(unit_name(found.unit))},
        "from": found.first.name, "to": found.last.name, "first_day": found.first.first.isoformat(),
        "last_day": found.last.last.isoformat(), "made_at": rfc3339(found.made_ms),
        "months": [
            {"period": one.name, "version": one.version, "state": one.state.value, "known": one.known}
            for one in found.months
        ],
        "says": [_said_told(one) for one in found.says],
        "sections": [
            {"key": one.key, **_names(one.title), "tables": [_table_told(table) for table in one.tables]}
            for one in found.sections
        ],
        "footnotes": [_names(one) for one in found.footnotes],
    }  # fmt: skip


def figure_told(shown: Shown) -> str | None:
    if isinstance(shown, Veil):
        return shown.value
    return exact(shown) if isinstance(shown, Fraction) else None


def _said_told(one: Said) -> dict[str, Any]:
    stands_on = [
        {"code": named.code, "unit": named.unit.id, "span": named.span, "figure": figure_told(named.shown)}
        for named in one.stands_on
    ]
    return {"text_zh": one.text.zh, "text": one.text.en, "stands_on": stands_on}


def _table_told(table: Table) -> dict[str, Any]:
    return {
        "key": table.key, **_names(table.title),
        "heads": [{"key": one.key, **_names(one.name)} for one in table.heads],
        "lines": [
            {"key": one.key, **_names(one.name), "whole": one.whole, "cells": [_cell_told(cell) for cell in one.cells]}
            for one in table.lines
        ],
        "notes": [_names(one) for one in table.notes],
    }  # fmt: skip


def _cell_told(cell: Cell) -> dict[str, Any]:
    return {"figure": figure_told(cell.shown), "mark": None if cell.mark is None else _names(cell.mark)}


def _names(words: Both) -> dict[str, str]:
    return {"name_zh": words.zh, "name_en": words.en}


# --- for page and print --------------------------------------------------------------------------------------


def view(found: Analysis, language: Language) -> dict[str, Any]:
    """All words and charts; whoever shows it adds nothing."""
    return {
        "title": both("title", unit=unit_name(found.unit)).of(language),
        "span": span_words(found),
        "days": _say("days", language, first=found.first.first, last=found.last.last),
        "made": _say("made", language, at=moment_words(found.made_ms, language)),
        "basis": _basis(found, language),
        "says": [_said(one, language, found.unit.id) for one in found.says],
        "sections": [_section(one, language) for one in found.sections],
        "footnotes": [one.of(language) for one in found.footnotes],
    }


def span_words(found: Analysis) -> str:
    return found.last.name if found.first.name == found.last.name else f"{found.first.name} – {found.last.name}"


def _say(key: str, language: Language, **params: object) -> str:
    return say(f"central.report_analysis.{key}", language, **params)


def _basis(found: Analysis, language: Language) -> str:
    told = [_month(one, language) for one in found.months]
    return _say("basis", language, months=("、" if language == "zh" else ", ").join(told))


def _month(one: Month, language: Language) -> str:
    key = "basis_none" if not one.known else "basis_version" if one.version else "basis_live"
    state = say(f"central.report_state.{one.state}", language)
    return _say(key, language, month=one.name, version=one.version, state=state)


def _said(one: Said, language: Language, own: str) -> dict[str, Any]:
    found = {(named.unit.id, named.code): named for named in one.stands_on}
    return {"text": one.text.of(language), "stands_on": [_stood_on(named, language, own) for named in found.values()]}


def _stood_on(named: Named, language: Language, own: str) -> dict[str, str]:
    name = field_name(named.code)
    if named.unit.id != own:
        name = both("with_unit", name=name, unit=unit_name(named.unit))
    return {"unit": named.unit.id, "code": named.code, "name": name.of(language)}


def _section(one: Section, language: Language) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title.of(language),
        "tables": [_table(table, language) for table in one.tables],
    }


def _table(table: Table, language: Language) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": table.title.of(language),
        "corner": table.corner.of(language),
        "heads": [one.name.of(language) for one in table.heads],
        "lines": [_line(one, language) for one in table.lines],
        "charts": [
            {
                "svg": drawn(table, chart, language, f"{table.key}{place}"),
                "title": _say("chart_of", language, title=chart.title.of(language)),
                "kind": chart.kind.value,
            }
            for place, chart in enumerate(table.charts)
        ],
        "notes": [one.of(language) for one in table.notes],
    }


def _line(one: Line, language: Language) -> dict[str, Any]:
    cells = [
        {"text": written(cell), "mark": "" if cell.mark is None else cell.mark.of(language), "level": cell.level}
        for cell in one.cells
    ]
    return {"name": one.name.of(language), "whole": one.whole, "cells": cells}
