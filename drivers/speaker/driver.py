"""The speaker as a driver: one sound at a time, and word of when it began and when it was over.

Knows when a sound begins and ends. Must not know zones, tickets or what is said: it gets a WAV and a name for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.driver import Tell
from drivers.errors import DeviceFault, DriverError
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from drivers.options import read_options
from drivers.speaker.sinks import Sink
from drivers.speaker.sound import wav_shape


class Speaker:
    """One sound device on a line of its own."""

    poll_every_s: float | None = 0.05

    def __init__(self, device: str, tell: Tell) -> None:
        self.device = device
        self._tell = tell
        self._job: str | None = None

    def handshake(self, channel: Sink) -> None:
        """The device is there and takes sound."""
        channel.check()

    def perform(self, channel: Sink, order: Play) -> None:
        if not isinstance(order, Play):
            raise DeviceFault("no_such_order", f"{self.device}: a speaker cannot {type(order).__name__}")
        try:
            wav_shape(order.wav)
        except ValueError as problem:
            raise DeviceFault("bad-sound", str(problem)) from problem
        if self._job is not None:
            self._over(whole=False)
            channel.stop()
        channel.start(order.wav)
        self._job = order.job
        self._tell(PlayStarted(self.device, order.job))

    def poll(self, channel: Sink) -> None:
        """Keep the sound going, or see that the idle device is still there."""
        if self._job is None:
            channel.glance()
            return
        try:
            sounding = channel.feed()
        except DriverError:
            self._over(whole=False)
            raise
        if not sounding:
            self._over(whole=True)

    def heard(self, channel: Sink, data: bytes) -> None:
        """A speaker does not speak bytes."""

    def forget(self) -> None:
        self._over(whole=False)

    def _over(self, *, whole: bool) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            self._tell(PlayFinished(self.device, job, whole))


def build(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> Speaker:
    """A speaker has no options; which device it is stands in its port."""
    read_options((), options)
    return Speaker(device, tell)
