"""What a parser gives for bytes that are no frame: a value, never an exception; noise is no surprise on a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FrameError:
    """Bytes that had to be thrown away; ``problem`` is ``noise``, ``length``, ``checksum``, ``escape`` or ``end``."""

    problem: str
    size: int  # how many bytes were dropped
