"""The analysis as a PDF, A4 upright: the same words, tables and charts as the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from central.report_analysis.model import Analysis
from central.report_analysis.told import view
from hall_config.paper import lacking, typeset
from hall_config.wording import Language, say

_LAYOUT: Final = Path(__file__).with_name("analysis.typ")
_LACKS: Final = 20


def printed(found: Analysis, language: Language = "zh") -> bytes:
    """Raises `hall_config.paper.NoPaper`."""
    return typeset(_LAYOUT, printed_data(found, language))


def printed_data(found: Analysis, language: Language) -> dict[str, Any]:
    shown = view(found, language)
    words = {key: say(f"central.report_analysis.{key}", language) for key in ("main_points", "stands_on")}
    page = say("central.report_analysis.page", language, page="@1", pages="@2")
    lacks = lacking("".join(_texts(shown)))
    numbers = "、".join(f"U+{ord(one):04X}" for one in lacks[:_LACKS])
    told = say("central.report_out.lacks", language, characters=numbers) if lacks else ""
    return {**shown, "words": words, "page": page, "lang": language, "lacks": told}


def _texts(part: Any) -> Iterator[str]:
    """All but the drawings, whose words stand in the tables too."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, one in part.items():
            yield from _texts("" if key == "svg" else one)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
