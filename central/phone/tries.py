"""How often somebody may ask for something: so many in a while from one source, and never more sources than memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from central.failures import ApiError, TooMany

_MOST_SOURCES: Final = 20_000
# what is asked: so many within so many seconds; of sign-ins and enrolments only the wrong ones, of whatever names
LIMITS: Final = {
    "look": (600, 600),
    "book": (30, 3600),
    "find": (60, 600),
    "wrong": (10, 600),
    "ticket": (10, 600),
    "sign_in": (300, 600),
    "enrol": (60, 600),
    # legal aid from home; "all" counts whoever asks, so that many sources together are stopped too
    "aid_apply": (10, 3600),
    "aid_apply_all": (600, 3600),
    "aid_look": (600, 600),
    "aid_upload": (120, 3600),
    "aid_wrong": (10, 600),
    "aid_wrong_all": (3000, 600),
}  # wrong ones, of whatever names


class Tries:
    """What each source asked for lately; in memory only, because an address is somebody's."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._times: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def count(self, what: str, source: str, now_s: float) -> None:
        """One more; raises `TooMany`, and then it is not counted."""
        most, within_s = LIMITS[what]
        with self._lock:
            times = self._fresh(what, source, now_s - within_s)
            if len(times) >= most:
                raise TooMany("TOO_MANY_TRIES", retry_after_s=max(1, int(times[0] + within_s - now_s) + 1))
            times.append(now_s)

    def check(self, what: str, source: str, now_s: float) -> None:
        """Raises `TooMany` when there were too many; counts nothing."""
        most, within_s = LIMITS[what]
        with self._lock:
            times = self._fresh(what, source, now_s - within_s)
            if len(times) >= most:
                raise TooMany("TOO_MANY_TRIES", retry_after_s=max(1, int(times[0] + within_s - now_s) + 1))

    @contextmanager
    def wrong_ones(self, what: str, source: str, now_s: float, codes: str = "") -> Iterator[None]:
        """Counts what is refused with a code that begins so; refuses at once where that was often."""
        self.check(what, source, now_s)
        try:
            yield
        except ApiError as problem:
            if problem.code.startswith(codes):
                self.count(what, source, now_s)
            raise

    def _fresh(self, what: str, source: str, since_s: float) -> deque[float]:
        times = self._times.setdefault((what, source), deque())
        self._times.move_to_end((what, source))
        while times and times[0] <= since_s:
            times.popleft()
        while len(self._times) > _MOST_SOURCES:
            self._times.popitem(last=False)
        return times
