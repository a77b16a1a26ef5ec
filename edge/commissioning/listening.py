"""What speaks only when somebody presses a key or scans a code: heard on the ports where nothing answered.

Knows that such drivers write nothing, so what was heard once can be shown to each of them, and no key is lost because
another driver was listening. Must not know any protocol.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import structlog

from drivers.driver import Found, Manifest
from drivers.errors import DriverError, PortLost
from drivers.transport import SerialTransport

log = structlog.get_logger()

_TURN_S: Final = 3.0  # at one speed, where drivers want several
_LOOK_S: Final = 0.25  # how soon an end is noticed
_PAUSE_S: Final = 0.08  # a frame is over
_LONGEST: Final = 2048  # of one burst; a line full of noise ends it

Heard = Callable[[Manifest, int, Found], None]


class Recorded:
    """Bytes that were heard, as a transport: read once, then silence. What a listener would write goes nowhere."""

    def __init__(self, url: str, data: bytes) -> None:
        self.url = url
        self._data = data

    def read(self, timeout_s: float) -> bytes:
        data, self._data = self._data, b""
        return data

    def write(self, data: bytes) -> None: ...

    def fileno(self) -> int | None:
        return None

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Ear:
    """One port's listeners, until ``over`` says that it is enough. ``heard`` gets each device once."""

    port: str
    drivers: Sequence[Manifest]
    over: Callable[[], bool]
    heard: Heard

    def listen(self) -> None:
        """Raises `drivers.errors.PortLost` when the port is pulled."""
        known: set[tuple[str, int | None]] = set()
        bauds = dict.fromkeys(baud for one in self.drivers for baud in _speeds(one, self.port))
        while bauds and not self.over():
            for baud in bauds:
                there = [one for one in self.drivers if baud in _speeds(one, self.port)]
                self._one_turn(there, baud, known, time.monotonic() + _TURN_S)

    def _one_turn(
        self, drivers: Sequence[Manifest], baud: int, known: set[tuple[str, int | None]], until_s: float
    ) -> None:
        with closing(SerialTransport(self.port, baud)) as channel:
            while time.monotonic() < until_s and not self.over():
                data = channel.read(_LOOK_S)
                while data and len(data) < _LONGEST and (more := channel.read(_PAUSE_S)):
                    data += more
                for manifest in drivers if data else ():
                    for found in _understood(manifest, self.port, data, baud):
                        if (manifest.name, found.address) not in known:
                            known.add((manifest.name, found.address))
                            self.heard(manifest, baud, found)


def listeners(drivers: Iterable[Manifest]) -> list[Manifest]:
    """Those whose devices never answer and speak in bare bytes."""
    return [
        one for one in drivers if one.probe is not None and not one.probe.asks and one.open_channel is SerialTransport
    ]


def _speeds(manifest: Manifest, port: str) -> tuple[int, ...]:
    assert manifest.probe is not None
    return manifest.probe.bauds[:1] if "://" in port else manifest.probe.bauds


def _understood(manifest: Manifest, port: str, data: bytes, baud: int) -> Sequence[Found]:
    assert manifest.probe is not None
    channel: Any = Recorded(port, data)
    try:
        return manifest.probe.ask(channel, baud)
    except PortLost:
        raise
    except DriverError:
        return ()
    except Exception:
        log.exception("probe.crashed", driver=manifest.name)  # a stranger's plug-in must not end the search
        return ()


class Enough:
    """When the listening ends: the time is over, or somebody says so. May be asked from any thread."""

    def __init__(self, seconds: float, stopping: threading.Event, said: Callable[[], bool] = lambda: False) -> None:
        self._until_s = time.monotonic() + seconds
        self._stopping = stopping
        self._said = said

    def __call__(self) -> bool:
        return self._stopping.is_set() or time.monotonic() >= self._until_s or self._said()
