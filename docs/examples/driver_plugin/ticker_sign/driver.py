"""The ticker on its line: asks, waits for the answer to just that, tells faults by name.

Knows the sign's functions and time-outs. Must not know tickets, windows or what the words mean.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from drivers.driver import Order, Tell
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.kinds.sign import SetBrightness, ShowText, SwitchSign
from drivers.options import Option, read_options
from drivers.transport import Transport
from ticker_sign.codec import Frame, Parser

OPTIONS: Final = (
    Option("answer_s", "float", 0.5, low=0.1, high=5.0),
    Option("between", "text", " / ", choices=(" / ", " ")),
)
_FAULTS: Final = {"1": "lamp_broken", "2": "too_hot"}
_BRIGHTEST: Final = 15
_POLL_EVERY_S: Final = 5.0
_STALE_READS: Final = 64


class TickerSign:
    """A `drivers.driver.Driver`."""

    def __init__(self, device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> None:
        chosen = read_options(OPTIONS, options)
        self.device = device
        self.poll_every_s: float | None = _POLL_EVERY_S
        self._tell = tell  # this sign has nothing to report by itself
        self._answer_s = float(chosen["answer_s"])
        self._between = str(chosen["between"])

    def handshake(self, channel: Transport) -> None:
        self._ask(channel, Frame("Q"))

    def poll(self, channel: Transport) -> None:
        self._ask(channel, Frame("Q"))

    def perform(self, channel: Transport, order: Order) -> None:
        match order:
            case ShowText(pages=pages):
                self._ask(channel, Frame("S", self._between.join(pages)))
            case SwitchSign(on=on):
                self._ask(channel, Frame("P", str(int(on))))
            case SetBrightness(level=level) if 0 <= level <= _BRIGHTEST:
                self._ask(channel, Frame("B", str(level)))
            case SetBrightness(level=level):
                raise DeviceFault("no_such_brightness", f"brightness is 0 to {_BRIGHTEST}, not {level}")
            case _:
                raise DeviceFault("no_such_order", f"{self.device}: a sign cannot {type(order).__name__}")

    def heard(self, channel: Transport, data: bytes) -> None:
        """The sign never speaks unasked: what came is a late answer or noise."""

    def forget(self) -> None:
        """Nothing is kept between two questions."""

    def _ask(self, channel: Transport, question: Frame) -> None:
        """The same function comes back with ``0``, or with the code of a fault."""
        data = question.encode()
        for _ in range(_STALE_READS):
            if not channel.read(0.0):
                break
        channel.write(data)
        parser, heard = Parser(), False
        deadline_s = time.monotonic() + self._answer_s
        while (left_s := deadline_s - time.monotonic()) > 0:
            data = channel.read(left_s)
            heard = heard or bool(data)
            for item in parser.feed(data):
                if isinstance(item, Frame) and item.function == question.function:
                    self._judge(item.content)
                    return
        if heard:
            raise BadFrame(f"{self.device}: what came is no answer; check the baud rate and the cable of this sign")
        raise NoReply(f"{self.device}: no answer; check power and cable of this sign")

    def _judge(self, code: str) -> None:
        if code in _FAULTS:
            raise DeviceFault(_FAULTS[code], f"{self.device}: the sign says {_FAULTS[code]}")
        if code != "0":
            raise BadFrame(f"{self.device}: an answer that nobody knows")
