"""A mapping that is never changed: ``put`` gives the next one and leaves this one as it was.

A day may hold ten thousand tickets and each event makes a new state; copying a whole dict each time would make the
folding of a long journal quadratic. Entries lie in 256 small buckets, and ``put`` copies one bucket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar
from zlib import crc32

K = TypeVar("K")
V = TypeVar("V")

_BUCKETS: Final = 256


class Ledger(Mapping[K, V]):
    """Persistent mapping; keys are text or whole numbers, so that their place is the same in every process."""

    __slots__ = ("_buckets", "_size")

    def __init__(self, entries: Mapping[K, V] | None = None) -> None:
        buckets: list[dict[K, V]] = [{} for _ in range(_BUCKETS)]
        for key, value in (entries or {}).items():
            buckets[_place(key)][key] = value
        self._buckets = tuple(buckets)
        self._size = len(entries or {})

    def put(self, key: K, value: V) -> Ledger[K, V]:
        """The next mapping, with ``key`` set."""
        place = _place(key)
        bucket = {**self._buckets[place], key: value}
        return self._next(place, bucket)

    def drop(self, key: K) -> Ledger[K, V]:
        """The next mapping, without ``key``."""
        place = _place(key)
        bucket = {kept: value for kept, value in self._buckets[place].items() if kept != key}
        return self._next(place, bucket)

    def _next(self, place: int, bucket: dict[K, V]) -> Ledger[K, V]:
        following: Ledger[K, V] = object.__new__(Ledger)
        following._size = self._size + len(bucket) - len(self._buckets[place])
        following._buckets = (*self._buckets[:place], bucket, *self._buckets[place + 1 :])
        return following

    def __getitem__(self, key: K) -> V:
        return self._buckets[_place(key)][key]

    def __iter__(self) -> Iterator[K]:
        for bucket in self._buckets:
            yield from bucket

    def __len__(self) -> int:
        return self._size

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self.items()) == dict(other.items())

    def __repr__(self) -> str:
        return f"Ledger({dict(self.items())!r})"


def put(entries: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """``entries`` with ``key`` set, as a new mapping."""
    return _ledger(entries).put(key, value)


def drop(entries: Mapping[K, V], key: K) -> Mapping[K, V]:
    """``entries`` without ``key``, as a new mapping."""
    return _ledger(entries).drop(key)


def _ledger(entries: Mapping[K, V]) -> Ledger[K, V]:
    return entries if isinstance(entries, Ledger) else Ledger(entries)


def _place(key: Any) -> int:
    return (key if isinstance(key, int) else crc32(key.encode())) % _BUCKETS
