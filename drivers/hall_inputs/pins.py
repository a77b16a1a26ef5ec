"""The pins of this board, or of a board behind a pigpio daemon, through gpiozero.

Knows pin factories and how they fail. Must not know what hangs on a pin.

What gpiozero and pigpio leave to their user is contained here:
- the pigpio client prints a page of advice to stdout when nobody answers, waits without limit for each reply, and its
  notification thread spins for ever on a connection that was closed and misses the first edge of a pin whose pull was
  set after the connection was made: `_Wire` gives its sockets a limit and turns an end into an exception,
  `_Notifications` is that thread without these two faults;
- a factory whose daemon has gone raises from every destructor: `Pins.close` cuts it off first;
- callbacks run in the library's threads: drivers only put into a queue there.
Source: pigpio socket interface (abyz.me.uk/rpi/pigpio/sif.html), pigpio 1.78, gpiozero 2.0.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import gpiozero.exc
import pigpio
from gpiozero.pins.pi import PiFactory
from gpiozero.pins.pigpio import PiGPIOFactory, PiGPIOPin

from drivers.errors import DeviceFault, PortLost

_LIMIT_S: Final = 2.0
_CHECK_EVERY_S: Final = 1.0
_NOTE: Final = struct.Struct("<HHII")  # sequence, flags, tick, level of pins 0 to 31
NO_LGPIO: Final = "没有 lgpio，用不了本板引脚：请安装软件包 python3-lgpio / no pins without it: install python3-lgpio"


class _Wire:
    """A pigpio socket that neither waits for ever nor answers with nothing."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), _LIMIT_S)  # which is the limit of each reply too
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.whole = True  # replies are read to their full length; notifications come as they come

    def send(self, data: bytes) -> int:
        self._socket.sendall(data)
        return len(data)

    sendall = send

    def recv(self, size: int) -> bytes:
        data = b""
        while not data or (self.whole and len(data) < size):
            more = self._socket.recv(size - len(data))
            if not more:
                raise ConnectionResetError("the pigpio daemon has closed the connection")
            data += more
        return data

    def listen(self) -> None:
        """From now on notifications: they may take all day."""
        self.whole = False
        self._socket.settimeout(None)

    def shut(self) -> None:
        """Wake whoever reads; they see the end."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()


class _Notifications(pigpio._callback_thread):  # type: ignore[misc]
    """pigpio's thread for level changes; ends when its connection ends."""

    def __init__(self, control: Any, host: str, port: int) -> None:
        threading.Thread.__init__(self, name="pins", daemon=True)
        self.control = control
        self.sl = pigpio._socklock()
        self.go = False
        self.monitor = self.event_bits = 0
        self.callbacks: list[Any] = []
        self.events: list[Any] = []
        wire = self.sl.s = _Wire(host, port)
        try:
            self.lastLevel = pigpio._pigpio_command(self.sl, pigpio._PI_CMD_BR1, 0, 0)
            self.handle = pigpio._u2i(pigpio._pigpio_command(self.sl, pigpio._PI_CMD_NOIB, 0, 0))
        except BaseException:
            wire.close()
            raise
        wire.listen()
        self.go = True
        self.start()

    def append(self, callback: Any) -> None:
        """Watch one more pin. Its level may have moved since the connection was made (a pull was set): read it now,
        or the first edge would look like none."""
        super().append(callback)
        levels = pigpio._pigpio_command(self.control, pigpio._PI_CMD_BR1, 0, 0)
        self.lastLevel = (self.lastLevel & ~callback.bit) | (levels & callback.bit)

    def run(self) -> None:
        with contextlib.suppress(OSError):  # the end of the connection; `Pins.check` sees that this thread has ended
            waiting = b""
            while self.go:
                waiting += self.sl.s.recv(4096)
                while self.go and len(waiting) >= _NOTE.size:
                    _, flags, tick, levels = _NOTE.unpack_from(waiting)
                    waiting = waiting[_NOTE.size :]
                    if flags == 0:  # the others keep the line alive or tell of what we do not use
                        self._tell(levels, tick)

    def _tell(self, levels: int, tick: int) -> None:
        changed, self.lastLevel = levels ^ self.lastLevel, levels
        for callback in list(self.callbacks):
            if callback.bit & changed:
                callback.func(callback.gpio, int(bool(callback.bit & levels)), tick)


class _Connection(pigpio.pi):  # type: ignore[misc]
    """pigpio's client without its page of advice and its exit handler."""

    def __init__(self, host: str, port: int) -> None:
        self.connected = True
        self.sl = pigpio._socklock()
        self._notify: _Notifications | None = None
        self._host, self._port = host, port
        self.sl.s = _Wire(host, port)
        try:
            self._notify = _Notifications(self.sl, host, port)
        except BaseException:
            self.sl.s.close()
            raise


class _Factory(PiGPIOFactory):  # type: ignore[misc]
    def __init__(self, host: str, port: int) -> None:
        PiFactory.__init__(self)
        self.pin_class = PiGPIOPin
        self._connection: _Connection | None = _Connection(host, port)
        self._host, self._port = host, port
        self._spis: list[Any] = []
        try:  # asked at once, so that something that is no pigpio daemon is found here and not at the first pin
            self.board_info  # noqa: B018
        except BaseException:
            self.cut_off()
            raise

    def close(self) -> None:
        notify = self._connection._notify if self._connection is not None else None
        super().close()
        if notify is not None:
            notify.join(_LIMIT_S)

    def listening(self) -> None:
        """Seen at no cost: level changes would still reach us."""
        if self._connection is None or self._connection._notify is None or not self._connection._notify.is_alive():
            raise ConnectionResetError("the pigpio daemon has closed the connection")

    def alive(self) -> None:
        self.listening()
        assert self._connection is not None
        self._connection.get_current_tick()

    def settle(self, pin: int, high: bool) -> None:
        """Level first, then output: gpiozero alone makes a pin an output at whatever level it had."""
        assert self._connection is not None
        self._connection.write(pin, int(high))

    def cut_off(self) -> None:
        """Let go of a daemon that is gone: nothing is said to it any more."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        notify = connection._notify
        if notify is not None:
            notify.go = False
            notify.sl.s.shut()
            notify.join(_LIMIT_S)
            notify.sl.s.close()
        connection.sl.s.close()
        connection.sl.s = None


class Pins:
    """An open set of pins. gpiozero devices are made with ``factory``, inside ``guard``."""

    def __init__(
        self,
        name: str,
        factory: Any,
        alive: Callable[[], None] = lambda: None,
        listening: Callable[[], None] = lambda: None,
        cut_off: Callable[[], None] = lambda: None,
        settle: Callable[[int, bool], None] = lambda pin, high: None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.factory = factory
        self._alive = alive
        self._listening = listening
        self._cut_off = cut_off
        self.settle = settle  # a pin's level before it becomes an output; native pins do both at once
        self._steady = steady
        self._checked_s = steady()
        self._closed = False
        self._before_close: dict[str, Callable[[], None]] = {}

    def before_close(self, device: str, release: Callable[[], None]) -> None:
        """``release`` is called while the pins can still be reached: an output must not be left as it is."""
        self._before_close[device] = release

    @contextlib.contextmanager
    def guard(self) -> Iterator[None]:
        """What goes wrong with a pin, in our words."""
        try:
            yield
        except TimeoutError as problem:
            self._cut_off()
            raise PortLost(f"{self.name}: no answer within {_LIMIT_S:.0f} s") from problem
        except (OSError, struct.error, AttributeError) as problem:
            # AttributeError: gpiozero's factory gives None for a connection that has gone
            self._cut_off()
            raise PortLost(f"{self.name}: {problem}") from problem
        except gpiozero.exc.GPIOPinInUse as problem:
            raise DeviceFault("pin-in-use", str(problem)) from problem
        except (gpiozero.exc.GPIOZeroError, pigpio.error, ValueError) as problem:
            raise DeviceFault("bad-pin", str(problem)) from problem

    def check(self) -> bool:
        """See that the connection stands, and now and then ask; True when it was asked. Raises PortLost."""
        with self.guard():
            self._listening()
        now_s = self._steady()
        if now_s - self._checked_s < _CHECK_EVERY_S:
            return False
        self._checked_s = now_s
        with self.guard():
            self._alive()
        return True

    def close(self) -> None:
        """Let all pins go; twice is fine, and so is a daemon that is gone."""
        if self._closed:
            return
        self._closed = True
        try:
            self._alive()
            for release in self._before_close.values():
                release()
            self.factory.close()
        except (OSError, struct.error, AttributeError, pigpio.error, gpiozero.exc.GPIOZeroError):
            self._cut_off()
        with contextlib.suppress(OSError, struct.error, AttributeError, pigpio.error, gpiozero.exc.GPIOZeroError):
            self.factory.close()


def open_channel(pins: str, baud: int = 0) -> Pins:
    """``native``: the pins of this board; ``pigpio://host:port``: those behind a daemon. Raises PortLost."""
    if pins == "native":
        return Pins(pins, _native())
    parts = urlsplit(pins)
    try:
        host, port = parts.hostname, parts.port or 8888
    except ValueError as problem:
        raise PortLost(f"{pins}: {problem}") from problem
    if parts.scheme != "pigpio" or not host:
        raise PortLost(f"{pins}: pins are native or pigpio://host:port")
    try:
        factory = _Factory(host, port)
    except TimeoutError as problem:
        raise PortLost(f"{pins}: no answer within {_LIMIT_S:.0f} s; does pigpiod run there?") from problem
    except (OSError, UnicodeError, struct.error, pigpio.error, gpiozero.exc.GPIOZeroError) as problem:
        raise PortLost(f"{pins}: {problem}; does pigpiod run there?") from problem
    return Pins(pins, factory, factory.alive, factory.listening, factory.cut_off, factory.settle)


def _native() -> Any:
    try:
        from gpiozero.pins.lgpio import LGPIOFactory

        return LGPIOFactory()
    except ImportError as problem:
        raise PortLost(NO_LGPIO) from problem
    except Exception as problem:
        # lgpio raises its own error class, which cannot be named where lgpio is not installed
        raise PortLost(f"native pins: {problem}; may this user open /dev/gpiochip*?") from problem
