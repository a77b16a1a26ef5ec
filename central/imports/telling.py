"""An import's outcome for people and programs, in both languages; and the files that are given out.

What goes out may be opened in a spreadsheet: a text that would be taken for a formula gets a mark before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from openpyxl import Workbook
from sqlalchemy import RowMapping

from central.imports.kinds import Fault, Kind
from central.imports.work import MOST_FAULTS, Outcome
from hall_config.wording import Language, catalogue, say

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def outcome(kind: Kind, result: Outcome, *, applied: bool) -> dict[str, Any]:
    """As the interface tells it. Faults beyond the first two hundred are counted only."""
    return {
        "kind": result.kind,
        "written_as": result.written_as,
        "rows": result.rows,
        "added": result.added,
        "changed": result.changed,
        "same": result.same,
        "applied": applied,
        "faults": [_fault(kind, one) for one in result.faults[:MOST_FAULTS]],
        "faults_total": len(result.faults),
    }


def fault_words(code: str, language: Language, **facts: object) -> str:
    """What is wrong and what to do."""
    key = f"central.import_fault.{code}"
    return say(key if key in catalogue() else f"central.error.{code}", language, **facts)


def column_words(kind: Kind, column: str | None, language: Language) -> str | None:
    """A column's name, or a header as it stands in the file."""
    known = {one.key: one.names() for one in kind.columns}
    return known[column][language == "en"] if column in known else column


def _fault(kind: Kind, fault: Fault) -> dict[str, Any]:
    return {
        "row": fault.row,
        "column": column_words(kind, fault.column, "en"),
        "column_zh": column_words(kind, fault.column, "zh"),
        "code": fault.code,
        "message": fault_words(fault.code, "en", **fault.facts),
        "message_zh": fault_words(fault.code, "zh", **fault.facts),
    }


# --- files ------------------------------------------------------------------------------------------------


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it, and does not run it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_file(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(map(harmless, header))
    writer.writerows(map(harmless, row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_file(header: Iterable[str], rows: Iterable[Iterable[str]], title: str) -> bytes:
    """All cells are texts: a number of seventeen digits stays whole."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append([harmless(one) for one in header])
    for row in rows:
        sheet.append([harmless(one) for one in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def header(kind: Kind, language: Language) -> list[str]:
    """The names of all columns."""
    return [column.names()[language == "en"] for column in kind.columns]


def window_for_plan(row: RowMapping) -> dict[str, Any]:
    """A window of a list in the words of a hall file."""
    names = {name: row[name] for name in ("name_zh", "name_en") if row[name]}
    return {"number": row["number"], "services": row["services"].split(), **names}
