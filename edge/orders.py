"""What central may ask of a hall: each order acts once, is too old after its time, and its answer is kept (LH-5)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog

from edge.journal import Journal
from hall.shape import ShapeError, dump, load
from hall.wire import Order, OrderAnswer

log = structlog.get_logger()

_PING: Final = "ping"
_ID: Final = re.compile(r"[\x21-\x7e]{1,200}")


class OrderDesk:
    """Belongs to the uplink's thread. ``acts`` are what it has done in the hall, by the order's operation."""

    def __init__(
        self,
        on_journal: Callable[[Callable[[Journal], Any]], Any],
        wall_ms: Callable[[], int],
        acts: Mapping[str, Callable[[Order], OrderAnswer]] | None = None,
    ) -> None:
        self._on_journal = on_journal
        self._wall_ms = wall_ms
        self._acts = dict(acts or {})
        self._ahead_ms = 0

    def central_clock(self, ahead_ms: int) -> None:
        """How far central's clock is ahead of this one: an order's age is judged by central's."""
        self._ahead_ms = ahead_ms

    def central_now_ms(self) -> int:
        """UTC by central's clock; by our own while central has not told its own."""
        return self._wall_ms() + self._ahead_ms

    def carry_out(self, order: Order) -> OrderAnswer:
        """The answer to ``order``; to a repeated one the answer that was kept; raises `ShapeError` for a wild id."""
        if _ID.fullmatch(order.id) is None:
            raise ShapeError("id", "must be 1 to 200 printable ASCII characters")
        key = f"order:{order.id}"
        kept = self._on_journal(lambda journal: journal.answer(key))
        if kept is not None:
            return load(OrderAnswer, kept)
        answer = self._decide(order)
        now_ms = self._wall_ms()
        self._on_journal(lambda journal: journal.remember_answer(key, now_ms, dump(answer)))
        log.info("order.answered", op=order.op[:40], status=answer.status)
        return answer

    def refuse(self, value: Any, problem: ShapeError) -> OrderAnswer | None:
        """The answer to an order of the wrong shape; None when it has no id that one could answer to."""
        identifier = value.get("id") if isinstance(value, dict) else None
        if not isinstance(identifier, str) or _ID.fullmatch(identifier) is None:
            return None
        log.warning("order.refused", problem=str(problem)[:200])
        return OrderAnswer(identifier, "rejected", {"reason": str(problem)[:200]})

    def _decide(self, order: Order) -> OrderAnswer:
        issued_ms = _issued_ms(order.id)
        if order.ttl_ms <= 0:
            return OrderAnswer(order.id, "expired")
        if issued_ms is not None and self.central_now_ms() - issued_ms > order.ttl_ms:
            return OrderAnswer(order.id, "expired")
        if order.op == _PING:
            return OrderAnswer(order.id, "done", {"now": self._wall_ms()})
        if order.op not in self._acts:
            known = [_PING, *self._acts]
            return OrderAnswer(order.id, "rejected", {"reason": "unknown operation", "known": known})
        return self._acts[order.op](order)


def _issued_ms(identifier: str) -> int | None:
    """The moment in a UUIDv7; None for any other identifier, whose age only the broker's expiry knows."""
    try:
        value = uuid.UUID(identifier)
    except ValueError:
        return None
    return value.int >> 80 if value.version == 7 else None
