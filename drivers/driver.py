"""What every driver offers to its line. One line thread calls all of it, so a driver needs no lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

ChannelT = TypeVar("ChannelT", contravariant=True)


class Channel(Protocol):
    """What a line opens: a `drivers.transport.Transport`, a Modbus client, a set of pins, a sound device."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Report:
    """Something a device says about itself. Every device event is a subclass with the device's own words."""

    device: str


@dataclass(frozen=True, slots=True)
class Order:
    """Something a device shall do. A newer order with the same ``slot`` replaces one that still waits (None: never)."""

    device: str
    slot: str | None = field(default=None, kw_only=True)
    urgent: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class OrderDone(Report):
    order: Order


@dataclass(frozen=True, slots=True)
class OrderFailed(Report):
    order: Order
    code: str
    words: str


Tell = Callable[[Report], None]


class Driver(Protocol[ChannelT]):
    """One device on a line.

    ``handshake`` finds out whether the device is there and fit. ``perform`` carries out one order. ``poll`` is called
    each ``poll_every_s`` when the line is idle (None: never). ``heard`` gets bytes that came while nothing was asked
    (only on lines of bytes). All raise `drivers.errors.DriverError`; none waits longer than its protocol's time-outs.
    Reports go through the ``tell`` that the driver was built with.
    """

    device: str
    poll_every_s: float | None

    def handshake(self, channel: ChannelT) -> None: ...

    def perform(self, channel: ChannelT, order: Any) -> None: ...

    def poll(self, channel: ChannelT) -> None: ...

    def heard(self, channel: ChannelT, data: bytes) -> None: ...

    def forget(self) -> None:
        """The line was lost: drop half-arrived bytes and wipe what was read."""


class Builder(Protocol):
    """Makes one device's driver. ``options`` are the keys of ``[device.options]``; an unknown one is a ValueError."""

    def __call__(
        self, device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]
    ) -> Driver[Any]: ...


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a driver's folder offers to ``edge/devices.py``: one constant ``MANIFEST`` in its ``__init__``."""

    name: str  # as in hall.toml: "sam-id-card"
    version: str
    capabilities: tuple[str, ...]
    default_baud: int
    open_channel: Callable[[str, int], Channel]  # port URL and baud; raises PortLost
    build: Builder
