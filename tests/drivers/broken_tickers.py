"""The example driver of docs/examples/driver_plugin, broken in one way each: what the conformance checks must notice.

``BROKEN`` says which check has to fail. Loaded by ``pytest --driver tests.drivers.broken_tickers:NAME``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ticker_sign import MANIFEST
from ticker_sign.codec import Frame, Parser
from ticker_sign.driver import OPTIONS, TickerSign

from drivers.code_reader import PLAIN
from drivers.driver import Found, Order, Probe, Report, Tell
from drivers.errors import DeviceFault, DriverError, NoReply, PortLost
from drivers.kinds.code_reader import CodeScanned
from drivers.kinds.sign import ShowText
from drivers.options import Option
from drivers.transport import SerialTransport


class NeverReady(TickerSign):
    def handshake(self, channel: Any) -> None:
        raise NoReply("never")


class PollCrashes(TickerSign):
    def poll(self, channel: Any) -> None:
        raise KeyError("poll")


class BelievesSilence(TickerSign):
    def handshake(self, channel: Any) -> None:
        channel.write(Frame("Q").encode())
        channel.read(0.3)


class SeesNoUnplug(TickerSign):
    def poll(self, channel: Any) -> None:
        try:
            super().poll(channel)
        except PortLost:
            return


class _Blind(SerialTransport):
    def fileno(self) -> int | None:
        return None


class OnceLostForEverLost(TickerSign):
    _lost = False

    def handshake(self, channel: Any) -> None:
        if self._lost:
            raise NoReply("was lost once")
        super().handshake(channel)

    def forget(self) -> None:
        self._lost = True


class TakesHalves(TickerSign):
    def _ask(self, channel: Any, question: Frame) -> None:
        channel.write(question.encode())
        if not channel.read(0.5):
            raise NoReply("nothing at all")


class KeepsNoise(TickerSign):
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._kept = bytearray()

    def heard(self, channel: Any, data: bytes) -> None:
        self._kept += data * 16  # much of a flood meets a handshake and is not heard at all


class LeavesAThread(TickerSign):
    def handshake(self, channel: Any) -> None:
        super().handshake(channel)
        threading.Thread(target=threading.Event().wait, daemon=True).start()


class _LeavesAFile(SerialTransport):
    def __init__(self, url: str, baud: int = 9600) -> None:
        super().__init__(url, baud)
        os.open(os.devnull, os.O_RDONLY)


class SilentlyDone(TickerSign):
    def perform(self, channel: Any, order: Order) -> None:
        if isinstance(order, ShowText):
            super().perform(channel, order)


class SilentFault(TickerSign):
    def _judge(self, code: str) -> None:
        try:
            super()._judge(code)
        except DeviceFault:
            return


class ActsTwice(TickerSign):
    _count = 0

    def perform(self, channel: Any, order: Order) -> None:
        if isinstance(order, ShowText):
            self._count += 1
            order = replace(order, pages=(*order.pages, str(self._count)))
        super().perform(channel, order)


class TellsFromAThread(TickerSign):
    def poll(self, channel: Any) -> None:
        super().poll(channel)
        threading.Thread(target=self._tell, args=(Report(self.device),)).start()


class ForgetsHalfAnAnswer(TickerSign):
    def _ask(self, channel: Any, question: Frame) -> None:
        channel.write(question.encode())
        while data := channel.read(0.3):
            if any(isinstance(item, Frame) for item in Parser().feed(data)):
                return
        raise NoReply("no whole answer in one read")


def _careless(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> TickerSign:
    known = {option.key for option in OPTIONS}
    given = {key: value for key, value in options.items() if key in known}
    return TickerSign(device, tell, address=address, baud=baud, options=given)


def _leaky(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> Any:
    def say(report: Report) -> None:
        if isinstance(report, CodeScanned):
            print("scanned", report.text)
        tell(report)

    return PLAIN.build(device, say, address=address, baud=baud, options=options)


def _rude(channel: Any, baud: int) -> tuple[Found, ...]:
    try:
        _careless("probe", lambda report: None, address=None, baud=baud, options={})._ask(channel, Frame("P", "0"))
    except DriverError:
        return ()
    return (Found(None, "a ticker"),)


# name: (the check that must fail, the manifest)
BROKEN = {
    "never_ready": ("c01", replace(MANIFEST, build=NeverReady)),
    "poll_crashes": ("c02", replace(MANIFEST, build=PollCrashes)),
    "believes_silence": ("c03", replace(MANIFEST, build=BelievesSilence)),
    "sees_no_unplug": ("c04", replace(MANIFEST, build=SeesNoUnplug, open_channel=_Blind)),
    "once_lost": ("c05", replace(MANIFEST, build=OnceLostForEverLost)),
    "takes_halves": ("c06", replace(MANIFEST, build=TakesHalves)),
    "keeps_noise": ("c07", replace(MANIFEST, build=KeepsNoise)),
    "leaves_a_thread": ("c08", replace(MANIFEST, build=LeavesAThread)),
    "leaves_a_file": ("c08", replace(MANIFEST, open_channel=_LeavesAFile)),
    "silently_done": ("c09", replace(MANIFEST, build=SilentlyDone)),
    "silent_fault": ("c09", replace(MANIFEST, build=SilentFault)),
    "acts_twice": ("c10", replace(MANIFEST, build=ActsTwice)),
    "says_secrets": ("c11", replace(PLAIN, build=_leaky)),
    "unexplained_option": ("c12", replace(MANIFEST, options=(*OPTIONS, Option("unexplained", "int", 1)))),
    "older_interface": ("c12", replace(MANIFEST, api=0)),
    "takes_any_option": ("c13", replace(MANIFEST, build=_careless)),
    "forgets_half": ("c14", replace(MANIFEST, build=ForgetsHalfAnAnswer)),
    "tells_from_a_thread": ("c15", replace(MANIFEST, build=TellsFromAThread)),
    "rude_probe": ("c16", replace(MANIFEST, probe=Probe((9600,), _rude))),
}
globals().update({name.upper(): manifest for name, (_, manifest) in BROKEN.items()})
