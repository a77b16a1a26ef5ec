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


class DeviceFault(DriverError, RuntimeError):
    """The device speaks and refuses: paper out, font missing, self-test failed. ``code`` is stable, for tables."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words or code)
        self.code = code
