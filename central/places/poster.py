"""A small place's poster for its door: A4, Chinese first, with the code that takes a number by phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from central.places.journal import Place
from central.places.qr import qr_svg
from hall_config.paper import typeset
from hall_config.wording import section

_LAYOUT: Final = Path(__file__).with_name("poster.typ")
_MOST: Final = 9  # classes that there is room for; the phone shows all of them


def poster_data(at: Place, address: str) -> dict[str, Any]:
    """What the layout prints; words in both languages."""
    return {
        "words": {language: section("central.poster", language) for language in ("zh", "en")},
        "place": {"zh": at.plan.name_zh, "en": at.plan.name_en},
        "services": [{"letter": one.letter, "zh": one.name_zh, "en": one.name_en} for one in at.plan.services[:_MOST]],
        "address": address.partition("://")[2],
        "qr": qr_svg(address),
    }


def poster(at: Place, address: str) -> bytes:
    """The poster as a PDF; raises `hall_config.paper.NoPaper`."""
    return typeset(_LAYOUT, poster_data(at, address))
