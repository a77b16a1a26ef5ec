"""A hall's live view as the text that is stored, and back."""

from __future__ import annotations

import json
from typing import Any

from central.live.rules import LiveView, WindowView
from central.strict_json import write_json


def to_text(view: LiveView) -> str:
    """Everything the view knows."""
    windows = {
        number: [window.state, window.ticket, window.since_ms, window.pause] for number, window in view.windows.items()
    }
    return write_json(
        {
            "epoch": view.epoch,
            "seq": view.seq,
            "ts": view.ts,
            "day": view.day,
            "day_open": view.day_open,
            "windows": windows,
            "waiting": view.waiting,
            "held": view.held,
            "counts": view.counts,
            "sums": view.sums,
            "bad": view.bad,
            "stepped": view.stepped,
            "trouble": view.trouble,
            "help": view.help,
            "recent": view.recent,
        }
    )


def from_text(text: str | None) -> LiveView:
    """The view as it was; an empty one for a hall that has none yet."""
    if text is None:
        return LiveView()
    kept: dict[str, Any] = json.loads(text)
    windows = {int(number): WindowView(*facts) for number, facts in kept.pop("windows").items()}
    return LiveView(windows=windows, **kept)
