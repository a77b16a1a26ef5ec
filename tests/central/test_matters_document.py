"""The page about short records is drawn from their tables, and names every endpoint and cell."""

from __future__ import annotations

import re

from central.matters import api, paper_api, public_api, room_api
from central.matters.counts import CELLS
from docs.matter_stages import PAGE, page


def test_the_states_on_the_page_are_those_of_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m docs.matter_stages"


def test_every_endpoint_stands_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    paths = {
        getattr(route, "path", "")
        for router in (api, paper_api, room_api, public_api)
        for route in router.router.routes
    }
    assert [path for path in paths if path not in text] == []


def test_every_cell_stands_on_the_page() -> None:
    told = re.findall(r"([A-Z])(\d\d)(?:–[A-Z](\d\d))?", PAGE.read_text(encoding="utf-8"))
    named = {f"{letter}{n:02d}" for letter, first, last in told for n in range(int(first), int(last or first) + 1)}
    assert set(CELLS) <= named
