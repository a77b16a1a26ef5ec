"""What every driver offers to its line. One line thread calls all of it, so a driver needs no lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from drivers.kind import Kind
from drivers.options import Option

API_VERSION: Final = 1  # of this file: a driver written for another one is refused
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
    or while another device of the line was (only on lines of bytes; a driver whose device never speaks first may say so
    by a true ``answers_only`` and is spared the latter). A driver whose device does what is asked although something is
    the matter may name that by a fault code in ``trouble`` ("" when all is well). All raise
    `drivers.errors.DriverError`; none waits longer than its protocol's time-outs. Reports go through the ``tell`` that
    the driver was built with.
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
class Found:
    """What answered a harmless question: at which address (None: the protocol has none), and who it says it is."""

    address: int | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """How `hall devices probe` finds such a device on a port that nobody uses.

    ``ask`` gets a channel opened at one of ``bauds`` and gives what answered. Its questions are harmless: they change
    nothing in the device that is looked for, nor in any other kind that may hang there instead. It ends within
    ``budget_s`` at each baud, raises only `drivers.errors.DriverError`, and is believed only when the answer's own
    check (checksum, echo, address) holds. Devices that never answer a question are listened to instead: ``asks`` is
    False, ``ask`` writes nothing, and it is called again and again while the engineer presses a key.
    ``may_be`` names other drivers whose devices give the very same answer: which one it is, only a person knows.
    """

    bauds: tuple[int, ...]
    ask: Callable[[Any, int], tuple[Found, ...]]
    budget_s: float = 3.0
    asks: bool = True
    may_be: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a driver offers, found under the entry point group ``legal_hall.drivers`` by its name.

    ``ports`` are the forms of a port it can live behind: serial, network, gpio, sound, file, drm, video.
    ``channel`` is what ``open_channel`` gives (bytes, modbus, pins, sound); devices on one line want the same.
    ``addresses`` are the lowest and highest address on a shared line; None: such a device has none.
    ``address_space`` names whose numbers they are: devices of different spaces may bear the same one on one wire.
    "" is the line's own space; another name is for a protocol whose frames cannot be taken for the others'.
    ``points`` is how many relays or inputs one device has, or the key of the option that says so. A hall file names
    one of many with its channel (``relays-1:4``), and the only one without (``door-1``). None: the option ``relays`` or
    ``inputs`` where there is one, else 8; a device of another kind than these two has one.
    ``repeatable`` names the orders that may be given twice and act once: a line puts only those back after a loss.
    """

    name: str  # as in hall.toml: "sam-id-card"
    version: str
    capabilities: tuple[str, ...]
    default_baud: int
    open_channel: Callable[[str, int], Channel]  # port URL and baud; raises PortLost
    build: Builder
    kind: Kind
    api: int = API_VERSION
    channel: str = "bytes"
    options: tuple[Option, ...] = ()
    ports: tuple[str, ...] = ("serial", "network")
    addresses: tuple[int, int] | None = None
    address_space: str = ""
    needs_window: bool = False
    one_of_a_kind: bool = False
    repeatable: frozenset[str] = frozenset()
    probe: Probe | None = None
    points: int | str | None = None
