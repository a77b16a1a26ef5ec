"""One thread and one arbiter for one port: opens it, speaks to its devices in turn, notices when they are gone.

Knows ports, turns, time-outs and lifecycles. Must not know any device's language: that is its driver's.

Turns: an urgent order first, then a poll that is long overdue, then orders as they came, then what is due: polls of
devices that work, then questions to those that were lost; in between it listens. A silent device costs one time-out a
round and is then asked ever more rarely, and left when an order waits (`drivers.line_channel`). An order that failed,
or waited while its device was lost, is told as failed; only one that may be given twice is ever begun anew.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from drivers.driver import Channel, Driver, Order, OrderDone, OrderFailed, Tell
from drivers.errors import DriverError, GaveWay, PortLost
from drivers.lifecycle import Happening, working
from drivers.line_channel import Leave, LineChannel, Turn, begin_turn, end_turn, look_at_plug, number_of
from drivers.order_queue import OrderQueue
from drivers.reopening import Reopening
from drivers.strangers import MISTAKES
from drivers.transport import Transport
from drivers.unit import Unit, fault_code

log = structlog.get_logger()

_LONGEST_WAIT_S: Final = 0.5
_AFTER_FAILURE_S: Final = 1.0
_OVERDUE_S: Final = 1.0  # a poll so late goes before orders that are not urgent: a watchdog may hang on it


class Line:
    """The devices on one port. ``start`` and ``submit`` may be called from any thread; all else happens in its own.

    ``baud`` (0: unknown) is for the silence between two turns; ``repeatable`` names each device's repeatable orders.
    """

    def __init__(
        self,
        name: str,
        open_channel: Callable[[], Channel],
        drivers: Sequence[Driver[Any]],
        tell: Tell,
        *,
        baud: int = 0,
        repeatable: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.name = name
        self._open_channel = open_channel
        self._shared = len(drivers) > 1
        self._units = {driver.device: Unit(driver, name, tell, shares=self._shared) for driver in drivers}
        self._tell = tell
        self._baud = baud
        self._repeatable = repeatable or {}
        self._orders = OrderQueue()
        self._lock = threading.Lock()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stopping = False
        self._ending = threading.Event()
        self._channel: Channel | None = None
        self._reopening = Reopening()
        self._last_mistake = ""
        self._thread = threading.Thread(target=self._run, name=f"line-{name}", daemon=True)

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(self._units.values())

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Ask the thread to end, without waiting for it."""
        self._stopping = True
        self._ending.set()
        self._wake()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Let the port go and join; twice is fine."""
        self.end()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        with self._lock:
            if self._wake_read >= 0 and not self._thread.is_alive():
                os.close(self._wake_read)
                os.close(self._wake_write)
                self._wake_read = self._wake_write = -1

    def submit(self, order: Order) -> None:
        """Queue an order; the result comes as a report."""
        self._orders.put(order)
        if self._stopping:
            self.refuse_orders("stopped", self.name)
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            if self._wake_write >= 0:
                try:
                    os.write(self._wake_write, b"x")
                except BlockingIOError:
                    return  # already awake

    def _run(self) -> None:
        while not self._stopping:
            try:
                if self._channel is None:
                    self._try_to_open()
                else:
                    self._turn(self._channel)
            except MISTAKES as problem:  # ours, or of who opens it; the hall needs this port all the same
                self._say_mistake(problem)
                self._lose_port(type(problem).__name__)
                self._ending.wait(_AFTER_FAILURE_S)
        self._close()
        for unit in self._units.values():
            unit.move(Happening.STOP, "")
        self.refuse_orders("stopped", self.name)

    def _say_mistake(self, problem: BaseException) -> None:
        before, self._last_mistake = self._last_mistake, f"{type(problem).__name__}: {problem}"
        if before != self._last_mistake:
            log.exception("line.failed", line=self.name)

    def _try_to_open(self) -> None:
        for unit in self._units.values():
            unit.move(Happening.OPEN, unit.reason)
        try:
            self._channel = self._lend(self._open_channel())
        except DriverError as problem:
            for unit in self._units.values():
                unit.move(Happening.NO_PORT, str(problem))
            self.refuse_orders("no_port", str(problem))
            self._wait(self._reopening.failed())
            return
        look_on_s = self._reopening.opened()
        for unit in self._units.values():
            unit.port_opened(look_on_s)

    def _lend(self, channel: Channel) -> Channel:
        """Ports of bytes are lent turn by turn; a Modbus client, pins or a sound device keep their own order."""
        if not isinstance(channel, Transport):
            return channel
        return LineChannel(channel, self._baud, self._wake_read, self._orders)

    def _turn(self, channel: Channel) -> None:
        try:
            self._listen(channel, 0.0)  # a key pressed now must not wait until there is nothing left to show
            late = None if self._orders.any_urgent else self._due_unit(_OVERDUE_S, working_only=True)
            order = self._orders.take() if late is None else None
            if order is not None:
                self._perform(channel, order)
                return
            unit = late or self._due_unit()
            if unit is not None:
                self._visit(channel, unit)
                return
            self._listen(channel, self._time_to_next())
        except PortLost as problem:
            self._lose_port(str(problem))

    def _perform(self, channel: Channel, order: Order) -> None:
        unit = self._units[order.device]
        if unit.may_be_met:
            self._visit(channel, unit)  # the port has just opened: meet the device first
        if not working(unit.state):
            # nothing is asked of a device that has not answered yet: a dead one would hold up the others
            self._tell(OrderFailed(order.device, order, "lost", unit.reason))
            return
        unit.counters["orders"] += 1
        begin_turn(channel, self._turn_for(order, unit))
        problem: DriverError | None = None
        try:
            with unit.at_work() as driver:
                driver.perform(channel, order)
        except GaveWay as left:
            self._orders.put_back(order)
            unit.left(left.after_silence)
        except DriverError as failure:
            problem = failure
            self._tell(OrderFailed(order.device, order, fault_code(problem), str(problem)))
            unit.failed(problem)
            if isinstance(problem, PortLost):
                raise
        except MISTAKES as mistake:  # a driver's own mistake must stop one device, not the line
            unit.crashed(mistake)
            self._tell(OrderFailed(order.device, order, "crashed", type(mistake).__name__))
        else:
            unit.answered()
            self._tell(OrderDone(order.device, order))
        finally:
            overheard = end_turn(channel, problem)
        self._pass_on(channel, unit, overheard)

    def _turn_for(self, order: Order, unit: Unit) -> Turn:
        """An order may be left only where it may be given twice; failures are counted, so it is not left for ever."""
        repeatable = type(order).__name__ in self._repeatable.get(order.device, frozenset())
        if not (self._shared and repeatable):
            return Turn(shared=self._shared)
        return Turn(Leave.SUSPECT if unit.failures else Leave.AT_RETRY, retries=not unit.failures, shared=True)

    def _due_unit(self, overdue_s: float = 0.0, *, working_only: bool = False) -> Unit | None:
        """Whose turn it is: of those that work the one that waits longest, else of the others."""
        now = time.monotonic() - overdue_s
        due = [unit for unit in self._units.values() if (at_s := unit.due_s) is not None and now >= at_s]
        if working_only:
            due = [unit for unit in due if working(unit.state)]
        return min(due, key=lambda unit: (not working(unit.state), unit.due_s), default=None)

    def _visit(self, channel: Channel, unit: Unit) -> None:
        works = working(unit.state)
        leave = (Leave.SUSPECT if unit.failures else Leave.BETWEEN) if works else Leave.IN_SILENCE
        begin_turn(channel, Turn(leave, not unit.failures, shared=True) if self._shared else Turn())
        problem: DriverError | None = None
        try:
            if works:
                unit.poll_at = time.monotonic() + (unit.driver.poll_every_s or 0.0)
                with unit.at_work() as driver:
                    driver.poll(channel)
            else:
                unit.ask_later()
                with unit.at_work() as driver:
                    driver.handshake(channel)
        except PortLost:
            raise
        except GaveWay as left:
            unit.left(left.after_silence)
        except DriverError as failure:
            problem = failure
            unit.failed(problem)
        except MISTAKES as mistake:  # as above
            unit.crashed(mistake)
        else:
            unit.answered()
        finally:
            overheard = end_turn(channel, problem)
        self._pass_on(channel, unit, overheard)

    def _pass_on(self, channel: Channel, spoke: Unit, data: bytes) -> None:
        """What came in one device's turn may be another's: a terminal's key while a sign was asked."""
        for unit in self._units.values() if data else ():
            if unit is not spoke and not getattr(unit.driver, "answers_only", False):
                unit.hear(channel, data)

    def _listen(self, channel: Channel, timeout_s: float) -> None:
        """Sleep until bytes, an order or the next due poll; with no time to sleep, take what has come."""
        number = number_of(channel)
        if number is None:
            if timeout_s > 0:
                look_at_plug(channel)
                self._wait(timeout_s)
            return
        if number in self._wait(timeout_s, number):
            transport: Transport = channel  # type: ignore[assignment]
            data = transport.read(0.0)
            for unit in self._units.values() if data else ():
                unit.hear(channel, data)

    def _time_to_next(self) -> float:
        times = [at_s for unit in self._units.values() if (at_s := unit.due_s) is not None]
        return max(0.0, min(_LONGEST_WAIT_S, min(times, default=float("inf")) - time.monotonic()))

    def _wait(self, timeout_s: float, number: int | None = None) -> list[int]:
        """What is ready: the port, or the bell that a new order rings."""
        if self._orders.any and self._channel is not None:
            timeout_s = 0.0
        watched = [self._wake_read] if number is None else [self._wake_read, number]
        try:
            ready, _, _ = select.select(watched, [], [], timeout_s)
        except (OSError, ValueError) as problem:
            raise PortLost(str(problem)) from problem
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        return ready

    def _lose_port(self, reason: str) -> None:
        self._close()
        for unit in self._units.values():
            unit.forget()
            unit.move(Happening.NO_PORT, reason)
        self.refuse_orders("port_lost", reason)
        self._wait(self._reopening.lost())

    def refuse_orders(self, code: str, words: str) -> None:
        while (order := self._orders.take()) is not None:
            self._tell(OrderFailed(order.device, order, code, words))

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
