"""Lines that take orders and answer as they are told: they do, fail or stay silent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from drivers.driver import Order, OrderDone, OrderFailed, Report
from drivers.kinds.relays import SwitchRelays
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from edge.announcer import Announcer
from hall.devices.words import ReportSpoken

SPEAKER, RELAY = "speaker-1", "relay-1"


class Lines:
    """Takes orders as the lines do and answers as it is told; each order is kept with its moment."""

    def __init__(self) -> None:
        self.orders: list[tuple[float, Order]] = []
        self.spoken: list[ReportSpoken] = []
        self.changed = threading.Condition()
        self.announcer: Announcer | None = None
        self.relay = self.speaker = "works"
        self.hold = threading.Event()
        self.hold.set()

    def submit(self, order: Order) -> None:
        with self.changed:
            self.orders.append((time.monotonic(), order))
            self.changed.notify_all()
        threading.Thread(target=self._answer, args=(order,), daemon=True).start()

    def report(self, report: ReportSpoken) -> None:
        with self.changed:
            self.spoken.append(report)
            self.changed.notify_all()

    def _answer(self, order: Order) -> None:
        assert self.announcer is not None
        for report in self._answers(order):
            self.announcer.heard(report)

    def _answers(self, order: Order) -> Iterator[Report]:
        how = self.relay if isinstance(order, SwitchRelays) else self.speaker
        if how == "fails":
            yield OrderFailed(order.device, order, "lost", "no_reply")
        if how != "works":
            return
        if isinstance(order, Play):
            yield PlayStarted(SPEAKER, order.job)
            self.hold.wait(5)
            yield PlayFinished(SPEAKER, order.job)
        yield OrderDone(order.device, order)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 30), [type(order).__name__ for _, order in self.orders]

    @property
    def plays(self) -> list[Play]:
        return [order for _, order in self.orders if isinstance(order, Play)]

    @property
    def numbers(self) -> list[str]:
        return [play.job.rsplit("-", 1)[0] for play in self.plays]

    @property
    def switches(self) -> list[frozenset[int]]:
        return [order.on for _, order in self.orders if isinstance(order, SwitchRelays)]

    def kinds(self) -> list[str]:
        return ["play" if isinstance(order, Play) else "open" if order.on else "close" for _, order in self.orders]  # type: ignore[attr-defined]
