"""What the alarm rules measure of a hall, read off its stored view and its devices' states."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import RowMapping

from central.alarms.rules import Signals
from central.live.keeping import from_text

_BROKEN = frozenset({"absent", "lost", "quarantined", "degraded"})


def signals_of(row: RowMapping, devices: Sequence[RowMapping]) -> Signals:
    """From a hall's row with the text of its view."""
    view = from_text(row["view"])
    known = {device["device"] for device in devices}
    trouble = {device["device"]: device["since"] for device in devices if device["state"] in _BROKEN}
    trouble |= {name: facts["since_ms"] for name, facts in view.trouble.items() if name not in known}
    return Signals(
        state_ms=row["state_ms"],
        heard_ms=row["heard_ms"],
        event_ms=view.ts,
        clock=row["clock"],
        bad=tuple(view.bad),
        stepped=tuple(view.stepped),
        help=dict(view.help),
        windows=tuple((number, one.state, one.pause, one.since_ms) for number, one in view.windows.items()),
        waiting_ms=min((facts[1] for facts in view.waiting.values()), default=None),
        trouble=trouble,
        counters={device["device"]: json.loads(device["counters"]) for device in devices},
    )
