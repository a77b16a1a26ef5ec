"""The demo's rota: whoever sits at a window is on duty for its classes, whole days and half-days in turn.

The names are those that staff sign in with, which the sample content gives faces; the same for every run.
"""

from __future__ import annotations

from itertools import cycle
from typing import Final

from hall_config.models import HallFile

_HALVES: Final = ("DAY", "MORNING", "AFTERNOON")


def rota_of(hall: HallFile) -> list[dict[str, object]]:
    """The lines of one day's rota, as the guide desk's page would send them."""
    return [
        {"person": f"staff{window.number}", "services": sorted(window.services), "half": half}
        for window, half in zip(hall.window, cycle(_HALVES), strict=False)
    ]
