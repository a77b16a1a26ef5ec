"""Three words to the C library so that a controller stays small; without glibc nothing happens."""

from __future__ import annotations

import ctypes
from typing import Final

_LIBC: Final = ctypes.CDLL(None)
_M_ARENA_MAX: Final = -8
_M_MMAP_THRESHOLD: Final = -3
_BIG_BLOCK: Final = 64 * 1024


def keep_memory_together() -> None:
    """Few pools, and big blocks outside of them (mallopt(3)).

    A pool for each thread costs a Pi more than it gives. A spoken call or the kept state is one block of some 100 kB:
    left in a pool it leaves a hole that small things soon break up; mapped by itself it is given back when it is let
    go. By default glibc moves that limit up to 32 MB with the first block that is let go; a limit that is set stays.
    """
    mallopt = getattr(_LIBC, "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, _BIG_BLOCK)


def give_back_memory() -> None:
    """After something big was let go (malloc_trim(3))."""
    trim = getattr(_LIBC, "malloc_trim", None)
    if trim is not None:
        trim(0)
