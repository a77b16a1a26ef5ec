"""One Lumen C-Power sign, on a serial line (alone or with others on one RS-485 pair) or behind its own network port.

Knows: its address, its framing, how to put words on its screen, time-outs and one retry, whose turn it is to be seen.
Must not know: tickets, windows, what the words mean, who else is on the bus.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final, Literal

import structlog

from drivers.bus_gap import note_bytes, write_after_gap
from drivers.driver import Order, Tell
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply
from drivers.kinds.sign import SetBrightness, ShowText, SwitchSign
from drivers.lumen_sign import messages
from drivers.lumen_sign.codec import NetworkParser, Packet, SerialParser
from drivers.lumen_sign.faces import faces
from drivers.lumen_sign.messages import Request
from drivers.lumen_sign.options import SignOptions
from drivers.seldom import Seldom
from drivers.sign_text import Replaced
from drivers.sign_turns import Turns
from drivers.transport import Transport

ANSWER_S: Final = 0.5
POLL_EVERY_S: Final = 20.0
_ONCE_MORE: Final = ("checksum", "sequence")  # the card says that the line, not the request, was bad

log = structlog.get_logger()


class LumenSign:
    """A `drivers.driver.Driver` for a C-Power card."""

    answers_only: Final = True

    def __init__(
        self, device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any] | None = None
    ) -> None:
        self.device = device
        self.poll_every_s: float | None = POLL_EVERY_S
        self.late_or_foreign = 0  # packets that nobody had asked for
        self._address = 1 if address is None else address
        self._baud = baud
        self._options = SignOptions.read(options or {})
        self._log = log.bind(device=device)
        self._asked_again = Seldom(self._log, "sign_asked_again")
        self._replaced = Replaced(self._log)
        self.forget()

    def forget(self) -> None:
        """The line was lost: what the sign shows, and which card is there, is unknown now."""
        self.poll_every_s = POLL_EVERY_S
        self._turns: Turns[bytes] | None = None
        self._divided = False  # the card has its one window
        self._put_s = 0.0
        self._framing: Literal["serial", "tcp"] | None = None
        self._parser: SerialParser | NetworkParser = SerialParser()
        self._unsettled = False  # an answer may still be under way

    def handshake(self, channel: Transport) -> None:
        """Ask whether it is lit, once for each framing that this port can have; the one that is answered stays."""
        problem: DriverError | None = None
        for framing in self._framings(channel):
            self._framing = framing
            try:
                self._exchange(channel, messages.read_power())
            except (NoReply, BadFrame) as failure:
                problem, self._framing = problem or failure, None
            else:
                return
        if problem is not None:
            raise problem

    def _framings(self, channel: Transport) -> tuple[Literal["serial", "tcp"], ...]:
        if self._options.framing != "auto":
            return (self._options.framing,)
        port = getattr(channel, "transport", channel)  # a line lends its port wrapped
        own_port = str(getattr(port, "url", "")).startswith("socket://")
        return ("tcp", "serial") if own_port else ("serial",)

    def perform(self, channel: Transport, order: Order) -> None:
        """Carry out `ShowText`, `SwitchSign` or `SetBrightness`; back when the sign has confirmed it."""
        match order:
            case ShowText():
                turns = faces(order, self._options, self._replaced)
                self._put(channel, turns.up)
                self._turns = turns
                self.poll_every_s = turns.face_s if turns.several else POLL_EVERY_S
            case SwitchSign(on=on):
                self._ask(channel, [messages.switch(on)])
            case SetBrightness(level=level):
                self._ask(channel, [messages.set_brightness(level)])
            case _:
                raise DeviceFault("no_such_order", f"{self.device}: a sign cannot {type(order).__name__}")

    def poll(self, channel: Transport) -> None:
        """Show the next page, or look whether the sign is there; put all again when it is time to.

        The card does not tell what it shows, so a power cut between two polls goes unseen: hence ``refresh_s``.
        """
        turns, refresh_s = self._turns, self._options.refresh_s
        due = turns is not None and refresh_s > 0 and time.monotonic() - self._put_s >= refresh_s
        if due:
            self._divided = False
        if turns is not None and (due or turns.several):
            self._put(channel, turns.coming)
            turns.turn()
        else:
            self._ask(channel, [messages.read_power()])

    def heard(self, channel: Transport, data: bytes) -> None:
        """A sign never speaks unasked: late answers and noise are counted and forgotten."""
        note_bytes(channel)
        self.late_or_foreign += sum(isinstance(item, Packet) for item in self._parser.feed(data))

    def _put(self, channel: Transport, call: bytes) -> None:
        if not self._divided:
            self._call(channel, messages.split(*self._options.window))
            self._divided, self._put_s = True, time.monotonic()
        self._call(channel, call)

    def _call(self, channel: Transport, call: bytes) -> None:
        self._ask(channel, list(messages.pieces(call, self._options.packet_bytes)))

    def _ask(self, channel: Transport, requests: list[Request]) -> None:
        """The packets of one question and one retry of all. A refusal is retried only where the line was bad."""
        try:
            for request in requests:
                self._exchange(channel, request)
        except (NoReply, BadFrame) as problem:
            self._asked_again.note(problem=str(problem))
        except DeviceFault as fault:
            if fault.code not in _ONCE_MORE:
                raise
            self._asked_again.note(problem=fault.code)
        else:
            return
        for request in requests:
            self._exchange(channel, request)

    def _exchange(self, channel: Transport, request: Request) -> None:
        packet = request.packet(self._address)
        if self._unsettled:
            self.heard(channel, channel.read(0.0))  # a late answer to the same command must not answer this one
        on_network = (self._framing or self._framings(channel)[0]) == "tcp"
        self._parser = NetworkParser() if on_network else SerialParser()
        self._unsettled = True
        data = packet.on_network(self._options.network_id) if on_network else packet.on_serial()
        left_s = write_after_gap(channel, data, self._baud)
        answer = self._await_answer(channel, packet, left_s + ANSWER_S)
        self._unsettled = False
        code = messages.fault(answer, request, self._options.judge)
        if code is not None:
            raise DeviceFault(code, f"{self.device} refused: {code}")

    def _await_answer(self, channel: Transport, packet: Packet, deadline_s: float) -> Packet:
        problem: DriverError = NoReply(f"{self.device}: no answer; check power, address, baud and the A/B wires")
        while (wait_s := deadline_s - time.monotonic()) > 0:
            data = channel.read(wait_s)
            if not data:
                break
            note_bytes(channel)
            for item in self._parser.feed(data):
                if not isinstance(item, Packet):
                    problem = BadFrame(f"{self.device}: broken answer ({item.problem})")
                elif messages.answers(item, packet):
                    return item
                else:
                    self.late_or_foreign += 1
        raise problem
