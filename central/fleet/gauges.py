"""The numbers of halls, alarms and devices for Prometheus, read off the board; hall ids are the only names in them."""

from __future__ import annotations

from collections import Counter
from typing import Final

from central.live.board import Board
from central.metrics import Metrics

_MS: Final = 1000


def renew(metrics: Metrics, board: Board, now_ms: int) -> None:
    """Bring the gauges up to now. Places without a controller count in the sums only: there are thousands."""
    board.bring_up(now_ms)
    told, lines = metrics.of_halls, board.lines()
    told.clear()
    online = sum(1 for line in lines if line["online"])
    metrics.halls.labels("online").set(online)
    metrics.halls.labels("offline").set(len(lines) - online)
    own = {hall: signals for hall, _, _, signals in board.signals() if signals.state_ms}
    for line in lines:
        signals = own.get(line["id"])
        if signals is None:
            continue
        hall, since_ms = line["id"], signals.waiting_ms
        told.up.labels(hall).set(line["online"])
        told.waiting.labels(hall).set(line["waiting"])
        told.longest_s.labels(hall).set(max(0, now_ms - since_ms) / _MS if since_ms is not None else 0)
        told.broken.labels(hall).set(line["devices_in_trouble"])
        told.devices.labels(hall).set(line["devices"])
        for state, count in Counter(window["state"] for window in line["windows"]).items():
            told.windows.labels(hall, state).set(count)
        for end, count in line["today"].items():
            told.today.labels(hall, end).set(count)
    for (rule, level, seen), count in Counter(board.open_alarms()).items():
        told.alarms.labels(rule, level, "acknowledged" if seen else "open").set(count)
