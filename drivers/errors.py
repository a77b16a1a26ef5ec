"""What can go wrong with a device, and whose fault it is. Each also inherits the built-in that a caller expects."""

from __future__ import annotations


class DriverError(Exception):
    """A device or its line could not do what was asked."""


class PortLost(DriverError, ConnectionError):
    """The line is dead: unplugged, or the port is not there."""


class NoReply(DriverError, TimeoutError):
    """The line lives, the device said nothing in time."""


class BadFrame(DriverError, ValueError):
    """The device said something that is no frame of its protocol, or answered another question."""


class OtherAddress(BadFrame):
    """A good frame came, but from a device with another address than the one that was asked."""


class GaveWay(DriverError):
    """An urgent order waits: the line takes the turn away. Nobody's fault; drivers let it pass through.

    ``after_silence``: the device had already let one question go unanswered.
    """

    def __init__(self, *, after_silence: bool) -> None:
        super().__init__("left for an urgent order")
        self.after_silence = after_silence


class DeviceFault(DriverError, RuntimeError):
    """The device speaks and refuses: paper out, font missing, self-test failed. ``code`` is stable, for tables."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words or code)
        self.code = code
