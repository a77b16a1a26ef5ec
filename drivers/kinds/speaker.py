"""A speaker: one sound at a time, and word of when it began and when it was over."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.driver import Order, Report


@dataclass(frozen=True, slots=True)
class Play(Order):
    """Let this WAV sound. A sound that still plays is cut: who wants them in a row waits for `PlayFinished`."""

    job: str
    wav: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlayStarted(Report):
    """The first sample went out."""

    job: str


@dataclass(frozen=True, slots=True)
class PlayFinished(Report):
    """It is over; ``whole`` is False when it was cut or the device was lost."""

    job: str
    whole: bool = True
