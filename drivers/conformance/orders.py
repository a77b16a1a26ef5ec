"""Sample orders of each kind: such as a driver of that kind may be given, and such as none can carry out."""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from drivers.driver import Order
from drivers.kind import Kind
from drivers.kinds.call_terminal import AskGrade, Beep, ShowGrade, ShowNumbers
from drivers.kinds.camera import TakePicture
from drivers.kinds.code_reader import Scan
from drivers.kinds.display import SelectInput, SwitchDisplay
from drivers.kinds.inputs import LightLamp
from drivers.kinds.printer import Print
from drivers.kinds.relays import LightRelay, PulseRelay, SwitchRelays
from drivers.kinds.sign import SetBrightness, SetClock, ShowText, SwitchSign
from drivers.kinds.slip import Feed, Qr, Rule, Text
from drivers.kinds.speaker import Play

SLIP_SECRET: Final = "c0nf0rmance-p4ss"  # noqa: S105 - stands in a sample slip and must stand in no log
_RATE: Final = 22_050


@dataclass(frozen=True, slots=True)
class ForeignOrder(Order):
    """An order of no kind at all: a driver must refuse it by name."""


def samples(kind: Kind, device: str) -> tuple[Order, ...]:
    """Orders that a device of this kind may be given, in an order that makes sense."""
    return _SAMPLES[kind](device) if kind in _SAMPLES else ()


def impossible(kind: Kind, device: str) -> tuple[Order, ...]:
    """Orders that no device of this kind can carry out: a DeviceFault or a ValueError, and nothing moves."""
    return (ForeignOrder(device), *(_IMPOSSIBLE[kind](device) if kind in _IMPOSSIBLE else ()))


def changes_by_itself(order: Order) -> bool:
    """Whether what this order brings about goes on changing: pages that take turns, a clock."""
    return isinstance(order, SetClock) or (isinstance(order, ShowText) and (order.blink or len(order.pages) > 1))


def order_names(kind: Kind) -> frozenset[str]:
    """The names of the orders of a kind."""
    return frozenset(type(order).__name__ for order in samples(kind, "any"))


def _tone(seconds: float) -> bytes:
    """A short, soft tone as WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        size = round(seconds * _RATE)
        sound.writeframes(array("h", (round(3000 * math.sin(at * 0.12)) for at in range(size))).tobytes())
    return file.getvalue()


def _slip(device: str) -> Print:
    qr = Qr(f"https://example.org/t/{SLIP_SECRET}", 4)
    return Print(device, "job-1", (Text("测试 A012", "center", 2, 2), Rule(), qr, Feed(1)))


_SAMPLES: Final[Mapping[Kind, Callable[[str], tuple[Order, ...]]]] = {
    Kind.PRINTER: lambda device: (_slip(device),),
    Kind.SIGN: lambda device: (
        ShowText(device, ("请A012",)),
        SetBrightness(device, 8),
        SwitchSign(device, False),
        SwitchSign(device, True),
        SetClock(device, datetime(2028, 2, 29, 12, tzinfo=UTC), 0.0),
        ShowText(device, ("请A013", "法律援助"), blink=True),
    ),
    Kind.CALL_TERMINAL: lambda device: (
        ShowNumbers(device, 7, "A012"),
        Beep(device),
        AskGrade(device),
        ShowGrade(device, 5),
    ),
    Kind.RELAYS: lambda device: (
        SwitchRelays(device, frozenset({0})),
        SwitchRelays(device, frozenset()),
        PulseRelay(device, 1, 2),
        LightRelay(device, 2, True),
        LightRelay(device, 2, False),
    ),
    Kind.SPEAKER: lambda device: (Play(device, "job-1", _tone(0.2)),),
    Kind.BUTTON: lambda device: (LightLamp(device, True), LightLamp(device, False)),
    Kind.CODE_READER: lambda device: (Scan(device, True), Scan(device, False)),
    Kind.CAMERA: lambda device: (TakePicture(device, "job-1"),),
    Kind.DISPLAY: lambda device: (
        SwitchDisplay(device, True),
        SelectInput(device, "31"),
        SwitchDisplay(device, False),
    ),
}

_IMPOSSIBLE: Final[Mapping[Kind, Callable[[str], tuple[Order, ...]]]] = {
    Kind.RELAYS: lambda device: (
        SwitchRelays(device, frozenset({999})),
        SwitchRelays(device, frozenset({-1})),
        PulseRelay(device, 999, 5),
        PulseRelay(device, 1, 0),
        PulseRelay(device, 1, 10_000_000),
        LightRelay(device, 999, True),
    ),
    Kind.SPEAKER: lambda device: (Play(device, "job-2", b"no sound at all"), Play(device, "job-3", b"")),
    Kind.DISPLAY: lambda device: (
        SelectInput(device, ""),
        SelectInput(device, "31\r%1POWR 0"),
        SelectInput(device, "3" * 500),
    ),
}
