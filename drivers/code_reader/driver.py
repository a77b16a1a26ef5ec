"""Code readers as drivers: what was read is told once, whatever the reader's language.

Knows codes, silences and repeated reading. Must not know what a code is for. The text of a code is kept nowhere: of
the last one only its digest, to tell a second reading of the same code from a new one.
"""

from __future__ import annotations

import hashlib
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

import structlog

from drivers.code_reader import gm65, newland
from drivers.code_reader.codec import Code, CodeLines, Item, Language, Refused, Reply, Stream
from drivers.code_reader.pace import QUIET_S, Pace
from drivers.driver import Order, Tell
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.frames import FrameError
from drivers.kinds.code_reader import CodeRefused, CodeScanned, Scan
from drivers.transport import Transport

log = structlog.get_logger()

_GM65_ANSWER_S: Final = 1.0
_SHORTEST_S: Final = 0.01


class _Reader:
    """What all dialects share: codes come unasked, now and then the reader is asked whether it is there."""

    def __init__(self, device: str, tell: Tell, options: Mapping[str, Any], language: Language | None) -> None:
        self.device = device
        self.poll_every_s: float | None = None
        self.dropped = 0  # pieces of codes and replies that came to nothing
        self._tell = tell
        self._gap_s = float(options["gap_s"])
        self._repeat_s = float(options["repeat_s"])
        self._beat_s = float(options.get("heartbeat_s", 0.0))
        self._log = log.bind(device=device)
        self._lines = CodeLines(options["suffix"], options["encoding"], strip_aim=options["strip_aim"])
        self._language = language
        self._stream = Stream(self._lines, language)
        self._replies: deque[Reply] = deque(maxlen=8)
        self._last: tuple[bytes, float] | None = None
        self._heard_s = self._asked_s = 0.0
        self._pace = Pace()

    @abstractmethod
    def _greet(self, channel: Transport) -> None:
        """See that the reader is there, if its language has a question for that."""

    @abstractmethod
    def _scan(self, channel: Transport, on: bool) -> None:
        """Begin or end to look for one code."""

    def handshake(self, channel: Transport) -> None:
        self._greet(channel)
        self._asked_s = time.monotonic()
        self._set_poll()

    def perform(self, channel: Transport, order: Order) -> None:
        if not isinstance(order, Scan):
            raise DeviceFault("no_such_order", f"{self.device} can only look for a code")
        self._scan(channel, order.on)

    def poll(self, channel: Transport) -> None:
        now_s = time.monotonic()
        if self._stream.half:
            if now_s - self._heard_s > self._gap_s:  # the line has just been listened to: this is a true silence
                self._take(self._stream.pause())
        elif self._beat_s and now_s - self._asked_s >= self._beat_s:
            self._asked_s = now_s
            self._greet(channel)
        self._set_poll()
        self._refuse_a_flood()

    def heard(self, channel: Transport, data: bytes) -> None:
        self._take_in(data)
        self._refuse_a_flood()

    def _take_in(self, data: bytes) -> None:
        self._heard_s = time.monotonic()
        self._take(self._stream.feed(data))
        self._set_poll()

    def _refuse_a_flood(self) -> None:
        """A reader without end must not fill the journal: it is told as one fault, until it is quiet."""
        if self._pace.flooding(time.monotonic()):
            raise DeviceFault("flood", f"{self.device} says codes without end; look at what is before its lens")

    def forget(self) -> None:
        self._lines.cut()
        self._stream = Stream(self._lines, self._language)
        self._replies.clear()
        self._set_poll()

    def _set_poll(self) -> None:
        """While a code is half there the silence is measured; else until a flood may have ended, or the next beat."""
        now_s, paces = time.monotonic(), []
        if self._stream.half:
            paces.append(self._gap_s / 2)
        if self._pace.flooding(now_s):
            paces.append(QUIET_S / 2)
        if self._beat_s:
            paces.append(self._asked_s + self._beat_s - now_s)
        self.poll_every_s = max(_SHORTEST_S, min(paces)) if paces else None

    def _take(self, items: list[Item]) -> None:
        for item in items:
            match item:
                case Code(text=text):
                    self._scanned(text)
                case Refused(code=code):
                    if self._pace.lets(time.monotonic()):
                        self._tell(CodeRefused(self.device, code))
                case Reply():
                    self._replies.append(item)
                case FrameError():
                    self.dropped += 1

    def _scanned(self, text: str) -> None:
        digest, now_s = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), time.monotonic()
        again = self._last is not None and self._last[0] == digest and now_s - self._last[1] < self._repeat_s
        self._last = (digest, now_s)  # held before the reader it is one scan for as long as it is held
        if not again and self._pace.lets(now_s):
            self._tell(CodeScanned(self.device, text))

    def _ask(self, channel: Transport, question: bytes, answer_s: float) -> Reply:
        """One question; codes that come in between are told as ever."""
        self._replies.clear()
        channel.write(question)
        deadline_s = time.monotonic() + answer_s
        noise = self.dropped
        while (left_s := deadline_s - time.monotonic()) > 0:
            self._take_in(channel.read(min(left_s, 0.1)))
            if self._replies:
                return self._replies.popleft()
        if self.dropped > noise or self._stream.half:
            raise BadFrame(f"{self.device}: broken answer; check its baud and its cable")
        raise NoReply(f"{self.device}: no answer; check its cable, its power and that it is set to serial output")


class PlainReader(_Reader):
    """Any scanner that says codes and listens to nothing: it is there when its port is."""

    def __init__(self, device: str, tell: Tell, options: Mapping[str, Any]) -> None:
        super().__init__(device, tell, options, None)

    def _greet(self, channel: Transport) -> None:
        """Nothing can be asked."""

    def _scan(self, channel: Transport, on: bool) -> None:
        """It reads all the time, or when its own key is pressed."""


class Gm65Reader(_Reader):
    """GM65 and GM861S: asked by heartbeat, triggered by zone 02."""

    def __init__(self, device: str, tell: Tell, options: Mapping[str, Any], baud: int) -> None:
        replies = gm65.Replies(options["framing"] == "03-length", options["accept_unchecked"])
        super().__init__(device, tell, options, replies.language())
        self._checked = bool(options["send_crc"])
        self._baud = baud
        self._code_115200 = int(options["baud_115200_code"])
        self._same_code_ms = options["same_code_ms"]
        self._unit_ms = int(options["zone_05_unit_ms"])
        self._met = False

    def _greet(self, channel: Transport) -> None:
        if self._beat_s:
            self._expect(channel, gm65.heartbeat(checked=self._checked), "beat")
        if not self._met:
            self._meet(channel)
        self._met = True

    def _meet(self, channel: Transport) -> None:
        """Once for each opening of the port."""
        baud = gm65.baud_of(
            self._expect(channel, gm65.read_baud(checked=self._checked), "done").data, self._code_115200
        )
        if baud != self._baud:
            self._log.info("code_reader_other_baud", set_in_reader=baud, used=self._baud, hint="harmless over USB")
        if self._same_code_ms is not None:
            units = min(0xFF, round(self._same_code_ms / self._unit_ms))
            self._expect(channel, gm65.set_same_code(units, checked=self._checked), "done")

    def _scan(self, channel: Transport, on: bool) -> None:
        self._expect(channel, gm65.trigger(on, checked=self._checked), "done")

    def _expect(self, channel: Transport, question: bytes, kind: str) -> Reply:
        reply = self._ask(channel, question, _GM65_ANSWER_S)
        if reply.kind != kind:
            raise BadFrame(f"{self.device}: answered another question")
        return reply

    def forget(self) -> None:
        super().forget()
        self._met = False


class NewlandReader(_Reader):
    """Newland's unified commands; with ``dialect = "honeywell"`` only the trigger, which nobody answers."""

    def __init__(self, device: str, tell: Tell, options: Mapping[str, Any]) -> None:
        self._honeywell = options["dialect"] == "honeywell"
        super().__init__(device, tell, options, None if self._honeywell else newland.LANGUAGE)
        self._said_s = 0.0

    def _greet(self, channel: Transport) -> None:
        if not self._honeywell:
            self._say(channel, newland.WHO_ARE_YOU)  # any answer will do: also "unknown" is a Newland's

    def _scan(self, channel: Transport, on: bool) -> None:
        if self._honeywell:
            channel.write(newland.HONEYWELL_TRIGGER if on else newland.HONEYWELL_RELEASE)
            return
        reply = self._say(channel, newland.TRIGGER if on else newland.STOP)
        if reply.kind != "done":
            raise DeviceFault(f"trigger-{reply.kind}", f"{self.device} refuses to be triggered; check its scan mode")

    def _say(self, channel: Transport, text: str) -> Reply:
        time.sleep(max(0.0, self._said_s + newland.PAUSE_S - time.monotonic()))
        try:
            reply = self._ask(channel, newland.command(text), newland.ANSWER_S)
        finally:
            self._said_s = time.monotonic()
        if not reply.data.startswith(text.encode("ascii")):
            raise BadFrame(f"{self.device}: answered another command")
        return reply
