"""Which sequence numbers of one stream are stored: everything up to ``upto``, and islands beyond a gap."""

from __future__ import annotations

from bisect import bisect_right


class Spans:
    """A growing set of whole numbers from 1 on, kept as ranges."""

    __slots__ = ("_starts", "_stops", "upto")

    def __init__(self, upto: int = 0) -> None:
        self.upto = upto
        self._starts: list[int] = []  # islands above ``upto + 1``, first and last number of each
        self._stops: list[int] = []

    def __contains__(self, number: int) -> bool:
        if number <= self.upto:
            return True
        place = bisect_right(self._starts, number) - 1
        return place >= 0 and number <= self._stops[place]

    def add(self, first: int, last: int | None = None) -> None:
        """Take in ``first`` to ``last``; what is in already stays."""
        last = first if last is None else last
        first = max(first, self.upto + 1)
        if last < first:
            return
        low = bisect_right(self._stops, first - 2) if self._stops else 0
        high = bisect_right(self._starts, last + 1)
        if low < high:
            first, last = min(first, self._starts[low]), max(last, self._stops[high - 1])
        self._starts[low:high] = [first]
        self._stops[low:high] = [last]
        if self._starts[0] == self.upto + 1:
            self.upto = self._stops[0]
            del self._starts[0], self._stops[0]

    @property
    def top(self) -> int:
        """The highest number that is in."""
        return self._stops[-1] if self._stops else self.upto

    @property
    def whole(self) -> bool:
        return not self._starts

    def missing(self, limit: int) -> tuple[tuple[int, int], ...]:
        """The first ``limit`` gaps, each as first and last missing number."""
        gaps = []
        before = self.upto
        for start, stop in zip(self._starts[:limit], self._stops[:limit], strict=True):
            gaps.append((before + 1, start - 1))
            before = stop
        return tuple(gaps)
