"""One driver, its counterpart and the line between them, on one transport; keeps all that was reported."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from drivers.conformance.counterpart import BYTE_TRANSPORTS, Connection, Counterpart
from drivers.driver import Channel, Driver, Manifest, Order, OrderDone, OrderFailed, Report
from drivers.lifecycle import State, working
from drivers.line import Line
from drivers.unit import Moved

DEVICE: Final = "conformance-1"
READY_S: Final = 15.0  # a device that is there and fit is ready by then
CALL_S: Final = 12.0  # no call of a driver waits longer on a device that is silent
ORDER_S: Final = 60.0  # a projector warms up
_MOST_FOR_A_PROMISE: Final = 1.5
_STEP_S: Final = 0.02
_SETTLED_S: Final = 0.25
_FIRST_POLLS_S: Final = 0.8
_POLL_EVERY_S: Final = 0.3  # a hall may wait five seconds for word of a paper's end, a check need not


@dataclass
class Bench:
    """What the checks work on. ``patience`` multiplies every limit, for a machine that is busy with other things."""

    manifest: Manifest
    counterpart: Counterpart
    transport: str
    folder: Path
    patience: float = 1.0
    reports: list[Report] = field(default_factory=list)
    tellers: set[int] = field(default_factory=set)
    driver: Driver[Any] | None = None  # that of the line which was opened last
    _connections: list[Connection] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        """The other side; made when it is first asked for."""
        if not self._connections:
            self._connections.append(self.counterpart.open(self.transport, self.folder))
        return self._connections[0]

    @property
    def carries_bytes(self) -> bool:
        return self.transport in BYTE_TRANSPORTS

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def tell(self, report: Report) -> None:
        self.tellers.add(threading.get_ident())
        self.reports.append(report)

    def told(self) -> list[Report]:
        """What the driver itself reported, without the line's words about its life."""
        return [one for one in self.reports if not isinstance(one, Moved | OrderDone | OrderFailed)]

    def build(self, **changes: Any) -> Driver[Any]:
        """The driver as the counterpart needs it; ``changes`` go over its options."""
        return self.manifest.build(
            DEVICE,
            self.tell,
            address=self.counterpart.address,
            baud=self.manifest.default_baud,
            options={**self.counterpart.options, **changes},
        )

    def open_channel(self) -> Channel:
        return self.manifest.open_channel(self.connection.port, self.manifest.default_baud)

    @contextmanager
    def channel(self) -> Iterator[Channel]:
        """An open channel with no line around it."""
        channel = self.open_channel()
        try:
            yield channel
        finally:
            channel.close()

    @contextmanager
    def line(self) -> Iterator[Line]:
        """The driver at work on its line, as the controller runs it, and the device ready."""
        _ = self.connection
        driver = self.build()
        if driver.poll_every_s is not None:
            driver.poll_every_s = min(driver.poll_every_s, _POLL_EVERY_S)
        self.driver = driver
        line = Line("conformance", self.open_channel, [driver], self.tell)
        line.start()
        try:
            self.wait_until_working()
            if self.counterpart.reports:
                time.sleep(_FIRST_POLLS_S)  # what was pressed before the first look is no press
            yield line
        finally:
            line.stop(CALL_S * self.patience)

    # --- waiting ---------------------------------------------------------------------------------------------

    def wait(self, condition: Callable[[], object], limit_s: float, what: str, *, promised: bool = False) -> float:
        """Until it is so; how long it took. Fails with ``what`` when the limit is over. A limit that was promised to
        the hall is stretched by half at most: more patience would not see a driver that breaks the promise."""
        began_s = time.monotonic()
        patience = min(self.patience, _MOST_FOR_A_PROMISE) if promised else self.patience
        while not condition():
            passed_s = time.monotonic() - began_s
            assert passed_s <= limit_s * patience, f"not within {limit_s:g} s: {what}; told: {self.reports[-5:]}"
            time.sleep(_STEP_S)
        return time.monotonic() - began_s

    def state(self) -> State | None:
        return next((one.state for one in reversed(self.reports) if isinstance(one, Moved)), None)

    def is_working(self) -> bool:
        state = self.state()
        return state is not None and working(state)

    def wait_until_working(self, limit_s: float = READY_S) -> float:
        return self.wait(self.is_working, limit_s, "the device is ready")

    def settle(self) -> object:
        """What the device did, once it has stopped doing it."""
        since_s, last = time.monotonic(), self.connection.did()
        limit_s = since_s + ORDER_S * self.patience
        while time.monotonic() - since_s < _SETTLED_S and time.monotonic() < limit_s:
            time.sleep(_STEP_S)
            now = self.connection.did()
            if now != last:
                since_s, last = time.monotonic(), now
        return last

    def order(self, line: Line, order: Order) -> OrderDone | OrderFailed:
        """Give an order and wait for its end."""
        before = len(self.reports)
        line.submit(order)

        def ends() -> list[OrderDone | OrderFailed]:
            return [one for one in self.reports[before:] if isinstance(one, OrderDone | OrderFailed)]

        self.wait(ends, ORDER_S, f"{type(order).__name__} is done or refused")
        return ends()[0]

    def provoke(self, turn: int) -> list[Report]:
        """Make the device report something on a line that runs; what the driver told."""
        before = len(self.told())
        self.connection.provoke(turn)
        expected = self.counterpart.reports[turn]
        self.wait(lambda: len(self.told()) - before >= expected, READY_S, f"{expected} reports of turn {turn}")
        return self.told()[before:]


def descriptors() -> int:
    """How many files this process holds."""
    return len(list(Path("/proc/self/fd").iterdir()))


def threads() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if one.is_alive()}


def resident_bytes() -> int:
    """The memory that this process holds."""
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * 4096
    return 0


def weight(thing: object, seen: set[int] | None = None) -> int:
    """The bytes of all data that hangs on an object: buffers, texts, containers, and the objects in them."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, type | ModuleType | threading.Thread) or callable(thing):
        return 0
    seen.add(id(thing))
    total = sys.getsizeof(thing)
    if isinstance(thing, Mapping):
        return total + sum(weight(one, seen) for one in (*thing.keys(), *thing.values()))
    if isinstance(thing, list | tuple | set | frozenset | deque):
        return total + sum(weight(one, seen) for one in thing)
    names = [*getattr(thing, "__dict__", ()), *getattr(type(thing), "__slots__", ())]
    return total + sum(weight(getattr(thing, name, None), seen) for name in names)
