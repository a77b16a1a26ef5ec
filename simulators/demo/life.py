"""A line of life for each hall every few seconds: tickets, waiting, events sent and acknowledged."""

from __future__ import annotations

import re
from typing import Any, Final

from hall_config.wording import say
from simulators.demo.layout import HallPlace
from simulators.demo.web import Web

_FIGURE: Final = re.compile(r"^(legal_hall_\w+)(?:\{[^}]*\})? ([0-9.e+-]+)$", re.MULTILINE)


async def line_of_life(web: Web, place: HallPlace) -> str:
    """What stands on the terminal for one hall."""
    state = await web.json(f"{place.url}/api/v1/state")
    if not isinstance(state, dict):
        return f"  {place.id:<14} {_both('away')}"
    figures = read_figures(await web.text(f"{place.url}/metrics") or "")
    counts: dict[str, Any] = state.get("counts", {})
    numbers = {
        "issued": counts.get("issued", 0),
        "waiting": counts.get("waiting", 0),
        "serving": counts.get("called", 0) + counts.get("serving", 0) + counts.get("held", 0),
        "done": counts.get("done", 0),
        "missed": counts.get("no_show", 0),
        "events": int(figures.get("legal_hall_journal_seq", 0)),
        "acknowledged": int(figures.get("legal_hall_acked_seq", 0)),
    }
    told = " · ".join(f"{_both(name)} {number}" for name, number in numbers.items())
    return f"  {place.id:<14} {told}"


def read_figures(text: str) -> dict[str, float]:
    """Prometheus' text format, of figures without labels the last value."""
    return {name: float(value) for name, value in _FIGURE.findall(text)}


def _both(name: str) -> str:
    return f"{say(f'demo_life.{name}', 'zh')} {say(f'demo_life.{name}', 'en')}"
