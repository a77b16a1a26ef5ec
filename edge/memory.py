"""Two words to the C library so that a controller stays small; without glibc nothing happens."""

from __future__ import annotations

import ctypes
from typing import Final

_LIBC: Final = ctypes.CDLL(None)
_M_ARENA_MAX: Final = -8


def keep_memory_together() -> None:
    """A pool of memory for each thread costs a Pi more than it gives (mallopt(3), M_ARENA_MAX)."""
    mallopt = getattr(_LIBC, "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


def give_back_memory() -> None:
    """After something big was let go (malloc_trim(3))."""
    trim = getattr(_LIBC, "malloc_trim", None)
    if trim is not None:
        trim(0)
