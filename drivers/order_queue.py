"""The orders that wait on one line: a fast lane for urgent ones, and one place for each slot of a device.

Knows lanes and slots. Must not know devices, ports or what an order means. Any thread may put; the line's thread takes.
"""

from __future__ import annotations

import threading
from collections import deque

from drivers.driver import Order


class OrderQueue:
    """Urgent orders first, each lane in the order in which they came."""

    def __init__(self) -> None:
        self._urgent: deque[Order] = deque()
        self._others: deque[Order] = deque()
        self._lock = threading.Lock()

    def put(self, order: Order) -> None:
        """A newer order in the same slot replaces one that still waits."""
        with self._lock:
            if order.slot is not None:
                for lane in (self._urgent, self._others):
                    for waiting in [one for one in lane if _place(one) == _place(order)]:
                        lane.remove(waiting)
            (self._urgent if order.urgent else self._others).append(order)

    def put_back(self, order: Order) -> None:
        """An order that was left half done waits again, unless a newer one has taken its slot meanwhile.

        An urgent one goes behind the urgent ones it gave way to, another one to the front of its lane.
        """
        with self._lock:
            if order.slot is not None and any(
                _place(one) == _place(order) for lane in (self._urgent, self._others) for one in lane
            ):
                return
            if order.urgent:
                self._urgent.append(order)
            else:
                self._others.appendleft(order)

    def take(self) -> Order | None:
        with self._lock:
            if self._urgent:
                return self._urgent.popleft()
            return self._others.popleft() if self._others else None

    @property
    def any_urgent(self) -> bool:
        return bool(self._urgent)

    @property
    def any(self) -> bool:
        return bool(self._urgent or self._others)


def _place(order: Order) -> tuple[str, str | None]:
    return order.device, order.slot
