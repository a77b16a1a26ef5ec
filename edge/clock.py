"""The only place of the edge that asks for the time.

The steady count begins at the wall clock's reading and goes on by the machine's monotonic clock, so that it never goes
back and looks like UTC milliseconds; across a restart it goes on from the journal's last count or the wall clock,
whichever is later. The wall clock may be moved by anybody; a jump of more than a minute against the steady count is
reported, and while they disagree the wall clock turns no day. So it is with a date a month after the last event.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hall.moment import Moment

_JUMP_MS: Final = 60_000
_AWAY_MS: Final = 30 * 86_400_000  # longer than any hall is switched off; such a date is believed only from a server
_LIBC: Final = ctypes.CDLL(None)
_TIME_ERROR: Final = 5
_TIMEX_BYTES: Final = 256  # more than struct timex has anywhere
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
_HARDWARE_CLOCK: Final = Path("/dev/rtc0")

ReadMs = Callable[[], int]


def wall_now_ms() -> int:
    """UTC as the machine believes."""
    return time.time_ns() // 1_000_000


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Clock:
    """Moments for the rules, and what the envelope says about time."""

    def __init__(
        self, last_steady_ms: int = 0, *, wall_ms: ReadMs = wall_now_ms, monotonic_ms: ReadMs = _monotonic_ms
    ) -> None:
        self._wall_ms = wall_ms
        self._monotonic_ms = monotonic_ms
        self._start_mono_ms = monotonic_ms()
        self._start_steady_ms = max(last_steady_ms, wall_ms())
        self._offset_ms = wall_ms() - self._start_steady_ms  # wall minus steady, as last accepted
        self._suspect = last_steady_ms > 0 and wall_ms() - last_steady_ms > _AWAY_MS and self.quality() != "ntp"
        self._lock = threading.Lock()
        self._last_number = 0

    def now(self) -> Moment:
        steady_ms = self._start_steady_ms + self.mono_ms()
        return Moment(steady_ms, self._wall_ms(), trusted=not self._suspect)

    def mono_ms(self) -> int:
        """Milliseconds since this start of the program."""
        return self._monotonic_ms() - self._start_mono_ms

    def mono_s(self) -> float:
        """The same in seconds, for waits."""
        return self.mono_ms() / 1000

    def number(self) -> int:
        """A steady count that no two callers share, to number messages that replace each other."""
        with self._lock:
            self._last_number = max(self._last_number + 1, self.now().steady_ms)
            return self._last_number

    def stepped_ms(self) -> int | None:
        """By how much somebody moved the wall clock since the last call; None when it runs true.

        A synchronised clock is believed at once; any other jump leaves the clock suspect until it is set right again.
        """
        if self._suspect and self.quality() == "ntp":
            self._suspect = False
        now = self.now()
        moved_ms = now.wall_ms - now.steady_ms - self._offset_ms
        if abs(moved_ms) <= _JUMP_MS:
            return None
        self._offset_ms += moved_ms
        far_from_start = abs(now.wall_ms - now.steady_ms) > _JUMP_MS
        self._suspect = far_from_start and self.quality() != "ntp"
        return moved_ms

    def quality(self) -> str:
        """``ntp`` while a time service says it is synchronised, ``rtc`` with a battery clock, else ``none``."""
        if _SYNCHRONISED.exists():
            return "ntp"
        if _kernel_says_synchronised():
            return "ntp"
        return "rtc" if _HARDWARE_CLOCK.exists() else "none"


def _kernel_says_synchronised() -> bool:
    """What chrony, ntpd and others tell the kernel (adjtimex(2)): the state is not TIME_ERROR."""
    adjtimex = getattr(_LIBC, "adjtimex", None)
    return adjtimex is not None and 0 <= adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)) < _TIME_ERROR
