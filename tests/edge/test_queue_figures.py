"""What a hall says of its queues to others: its own forecast and stops, when something changed, and not too often."""

from __future__ import annotations

from typing import Any

import pytest

from edge import queue_figures
from edge.queue_figures import QueueFigures
from hall.moment import Moment
from hall.queue.now import QueueNow
from hall.queue.words import OpenWindow, TakeTicket
from hall.shape import load
from tests.edge.plain_door import PlainDoor


class Clock:
    """The door's own time."""

    def __init__(self, door: PlainDoor) -> None:
        self._door = door

    def now(self) -> Moment:
        return Moment(*self._door.now_ms())


def of(told: Any, letter: str) -> dict[str, Any]:
    return dict(next(one for one in told["services"] if one["letter"] == letter))


def test_the_hall_tells_its_own_forecast_and_why_a_class_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_figures, "_AT_MOST_EVERY_S", 0.0)
    door = PlainDoor()
    tell = QueueFigures(door, Clock(door))
    ((name, told),) = tell()
    assert name == "queue"
    assert load(QueueNow, told).services[0].letter == "A"
    assert of(told, "A") | {"stop": None} == {
        "letter": "A", "waiting": 0, "ahead": 0, "windows": 0, "stop": None, "wait_s": None, "bound_s": None,
    }  # fmt: skip
    assert of(told, "D")["stop"] == "HOURS"
    door.ask(OpenWindow(1, "staff1"))
    for number in range(2):
        door.ask(TakeTicket("A", f"token-{number}"))
    ((_, told),) = tell()
    assert (of(told, "A")["waiting"], of(told, "A")["ahead"], of(told, "A")["windows"]) == (2, 2, 1)
    assert of(told, "A")["wait_s"] == 600  # two of five minutes each
    assert "token" not in str(told)


def test_it_is_told_at_most_every_few_seconds() -> None:
    door = PlainDoor()
    tell = QueueFigures(door, Clock(door))
    assert len(list(tell())) == 1
    door.ask(TakeTicket("A", "token-one"))
    assert list(tell()) == []
