"""The sheet that hall and installer sign: every device with its port, its driver, its test and the engineer's word.

Knows the layout's data only; how it looks stands in ``sheet.typ``. Typst makes the PDF; Noto Sans CJK (the Debian
package fonts-noto-cjk) brings the characters.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from edge.commissioning.listing import Listed
from edge.commissioning.record import Judged
from hall_config.wording import clock_words, date_words, section

_LAYOUT: Final = Path(__file__).with_name("sheet.typ")
_FONT: Final = "Noto Sans CJK SC"


class NoSheet(Exception):
    """The sheet cannot be made here; ``code`` has words under ``pages.error``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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


@cache
def _fonts() -> Any:
    """The machine's fonts, looked through once; a failure is not remembered, so that a font may be installed later."""
    import typst

    found = typst.Fonts(include_system_fonts=True)
    if _FONT not in found.families():
        raise NoSheet("NO_FONT")
    return found


def sheet(facts: SheetFacts, rows: Sequence[tuple[Listed, Judged]], form: Literal["pdf", "png"] = "pdf") -> bytes:
    """The sheet as one file; raises `NoSheet`."""
    try:
        import typst
    except ModuleNotFoundError:
        raise NoSheet("NO_TYPST") from None
    data = json.dumps(sheet_data(facts, rows), ensure_ascii=False)
    made = typst.compile(str(_LAYOUT), format=form, sys_inputs={"sheet": data}, ppi=110.0, font_paths=_fonts())
    assert isinstance(made, bytes | list)
    return made if isinstance(made, bytes) else made[0]
