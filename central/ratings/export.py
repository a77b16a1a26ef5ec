"""Ratings as a file in the grades of GB/T 39735: one row a rating, nobody's name, window or number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from hall_config.wording import Language, section

COLUMNS: Final = (
    "day", "unit", "hall", "service", "channel", "grade", "label", "reasons", "has_text", "count", "kind",
)  # fmt: skip
_DEFAULT: Final = "5"  # what some places take silence for; a label of its own says so
_DANGEROUS: Final = tuple("=+-@\t\r")


def written(rows: Iterable[dict[str, Any]], unrated: Iterable[dict[str, Any]], language: Language) -> str:
    """The file: what visitors gave, and apart from it what nobody rated, where that is wanted."""
    words, out = section("central.rating_export", language), io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([words[name] for name in COLUMNS])
    for line in (*_given(rows, words, language), *_silent(unrated, words)):
        writer.writerow([harmless(str(line[name])) for name in COLUMNS])
    return "\ufeff" + out.getvalue()


def harmless(cell: str) -> str:
    """No cell is a formula to a spreadsheet."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def _given(rows: Iterable[dict[str, Any]], words: dict[str, str], language: Language) -> Iterator[dict[str, Any]]:
    labels, channels = section("central.grade", language), section("central.rating_channel", language)
    reasons, between = section("central.rating_reason", language), "、" if language == "zh" else "; "
    for row in rows:
        yield {
            **row, "label": labels[str(row["grade"])], "channel": channels[row["channel"]], "count": 1,
            "reasons": between.join(reasons[one] for one in row["reasons"].split()),
            "has_text": words["yes"] if row["has_text"] else words["no"],
            "kind": words["excluded"] if row["excluded"] else words["given"],
        }  # fmt: skip


def _silent(unrated: Iterable[dict[str, Any]], words: dict[str, str]) -> Iterator[dict[str, Any]]:
    empty = {"channel": "", "reasons": "", "has_text": words["no"]}
    for row in unrated:
        yield {**row, **empty, "grade": _DEFAULT, "label": words["default"], "kind": words["default"]}
