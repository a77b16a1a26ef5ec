"""The sheet that hall and installer sign: every device with its port, its driver, its test and the engineer's word.

Knows the layout's data only; how it looks stands in ``sheet.typ``, and `hall_config.paper` makes the PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from edge.commissioning.listing import Listed
from edge.commissioning.record import Judged
from hall_config.paper import typeset
from hall_config.wording import clock_words, date_words, section

_LAYOUT: Final = Path(__file__).with_name("sheet.typ")


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What stands above the table and below it."""

    hall: str
    name_zh: str
    name_en: str
    program: str
    engineer: str
    wall_ms: int


def sheet_data(facts: SheetFacts, rows: Sequence[tuple[Listed, Judged]]) -> dict[str, Any]:
    """What the layout prints; words in both languages."""
    words = {language: section("commissioning.sheet", language) for language in ("zh", "en")}
    verdicts = {language: section("commissioning.verdict", language) for language in ("zh", "en")}
    return {
        "words": words,
        "hall": {"id": facts.hall, "zh": facts.name_zh, "en": facts.name_en},
        "program": facts.program,
        "engineer": facts.engineer,
        "date": {
            "zh": f"{date_words(facts.wall_ms)} {clock_words(facts.wall_ms)}",
            "en": f"{date_words(facts.wall_ms, 'en')} {clock_words(facts.wall_ms)}",
        },
        "devices": [
            {
                "id": one.id, "zh": one.name_zh, "en": one.name_en, "driver": one.driver, "version": one.version,
                "port": one.port, "address": "" if one.address is None else str(one.address),
                "window": "" if one.window is None else str(one.window),
                "verdict": judged.verdict or "not_tested",
                "verdict_zh": verdicts["zh"][judged.verdict or "not_tested"],
                "verdict_en": verdicts["en"][judged.verdict or "not_tested"],
                "works": {True: "yes", False: "no", None: ""}[judged.works], "remark": judged.remark,
            }
            for one, judged in rows
        ],
    }  # fmt: skip


def sheet(facts: SheetFacts, rows: Sequence[tuple[Listed, Judged]], form: Literal["pdf", "png"] = "pdf") -> bytes:
    """The sheet as one file; raises `NoPaper`."""
    return typeset(_LAYOUT, sheet_data(facts, rows), form)
