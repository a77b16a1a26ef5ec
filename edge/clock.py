"""The only place of the edge that asks for the time.

The steady count begins at the wall clock's reading and goes on by the machine's monotonic clock, so that it never goes
back and looks like UTC milliseconds; across a restart it goes on from the journal's last count or the wall clock,
whichever is later. The wall clock may be moved by anybody; a jump of more than a minute against the steady count is
reported, and while they disagree the wall clock turns no day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hall.moment import Moment

_JUMP_MS: Final = 60_000
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
_HARDWARE_CLOCK: Final = Path("/dev/rtc0")

ReadMs = Callable[[], int]


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Clock:
    """Moments for the rules, and what the envelope says about time."""

    def __init__(
        self, last_steady_ms: int = 0, *, wall_ms: ReadMs = _wall_ms, monotonic_ms: ReadMs = _monotonic_ms
    ) -> None:
        self._wall_ms = wall_ms
        self._monotonic_ms = monotonic_ms
        self._start_mono_ms = monotonic_ms()
        self._start_steady_ms = max(last_steady_ms, wall_ms())
        self._offset_ms = wall_ms() - self._start_steady_ms  # wall minus steady, as last accepted
        self._suspect = False

    def now(self) -> Moment:
        steady_ms = self._start_steady_ms + self.mono_ms()
        return Moment(steady_ms, self._wall_ms(), trusted=not self._suspect)

    def mono_ms(self) -> int:
        """Milliseconds since this start of the program."""
        return self._monotonic_ms() - self._start_mono_ms

    def stepped_ms(self) -> int | None:
        """By how much somebody moved the wall clock since the last call; None when it runs true.

        A synchronised clock is believed at once; any other jump leaves the clock suspect until it is set right again.
        """
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
        return "rtc" if _HARDWARE_CLOCK.exists() else "none"
