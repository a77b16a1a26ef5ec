"""One Onbon sign on a line, alone or with others on the same RS-485 pair.

Knows: its address, its screen's size, how to fit words into it, time-outs and one retry.
Must not know: tickets, windows, what the words mean, who else is on the bus.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from drivers.bus_gap import note_bytes, write_after_gap
from drivers.driver import Order, Tell
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply
from drivers.kinds.sign import SetBrightness, SetClock, ShowText, SwitchSign
from drivers.led_sign import messages
from drivers.led_sign.codec import HOST, Packet, Parser
from drivers.led_sign.layout import LINE_DOTS, Layout, lay_out
from drivers.led_sign.messages import Reply, Request, Status
from drivers.led_sign.options import SignOptions
from drivers.led_sign.text import to_card
from drivers.seldom import Seldom
from drivers.sign_text import Replaced
from drivers.transport import Transport

ANSWER_S: Final = 0.5
FIRST_ANSWER_S: Final = 2.0
_NEEDED_FONTS: Final = frozenset({(0, LINE_DOTS), (1, LINE_DOTS)})
_SHORTEST_WAIT_S: Final = 0.01
_FONTS_AFTER_S: Final = 0.5
_WELL_AFTER: Final = 2  # questions that were answered once, and then one more
_IN_TROUBLE_S: Final = 5.0
_APART: Final = 3  # questions between two that were answered twice: further apart, they were answers that came late
POLL_EVERY_S: Final = 20.0  # a question and its answer take 80 ms of the bus at 9600

log = structlog.get_logger()


class OnbonSign:
    """A `drivers.driver.Driver` for a BX-5K/6K font card."""

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
        self._parser = Parser()
        self._greeted = False  # asked for the first time since the line came up
        self._unsettled = False  # an answer may still be under way
        self._pings_only = self._options.poll == "ping"
        self._put_back = False  # the text was put back and the card was not asked since
        self._shown: Request | None = None  # what the screen shows
        self._shown_s: float | None = None
        self._waiting: Request | None = None  # came too soon after the text before it
        self._fonts_to_ask = self._fontless = False
        self._log = log.bind(device=device)
        self._asked_again = Seldom(self._log, "sign_asked_again")
        self._answered_twice = Seldom(self._log, "sign_answered_twice")
        self.trouble = ""  # while this screen is answered for twice
        self._since_twice = _APART
        self._replaced = Replaced(self._log)

    def handshake(self, channel: Transport) -> None:
        """Ping once. The first one after the line came up may take two seconds, as the vendor advises."""
        answer_s = ANSWER_S if self._greeted else FIRST_ANSWER_S
        self._greeted = True
        self._exchange(channel, messages.ping(), answer_s)
        if self._options.font_check:
            self._fonts_to_ask, self.poll_every_s = True, _FONTS_AFTER_S  # not now: whoever waits goes first

    def perform(self, channel: Transport, order: Order) -> None:
        """Carry out `ShowText`, `SwitchSign`, `SetBrightness` or `SetClock`; back when the sign has confirmed it."""
        match order:
            case ShowText():
                self._show(channel, order)
            case SwitchSign(on=on):
                self._ask(channel, messages.switch(on))
            case SetBrightness(level=level):
                self._ask(channel, messages.set_brightness(level))
            case SetClock():
                self._set_clock(channel, order)
            case _:
                raise DeviceFault("no_such_order", f"{self.device}: a sign cannot {type(order).__name__}")

    def poll(self, channel: Transport) -> None:
        """Look whether the text is still there, and put it back if a power cut has emptied the card.

        With ``poll = "auto"`` a card whose status says nothing of use is only pinged from then on: one that refuses
        the question, answers in another layout, or lists no area right after its text was put back.
        """
        if self._waiting is not None:
            self._put_waiting(channel)
            return
        if self._fonts_to_ask or self._fontless:
            self._look_at_fonts(channel)
        if self._pings_only:
            self._ask(channel, messages.ping())
            return
        status = self._status(channel)
        if status is None or self._shown is None or status.areas:
            self._put_back = False
            return
        if self._put_back and self._options.poll == "auto":
            self._only_ping("lists no area although a text is shown")
            return
        self._log.warning("sign_lost_its_text", check="power supply of this sign")
        self._ask(channel, self._shown)
        self._put_back = True

    def _set_clock(self, channel: Transport, order: SetClock) -> None:
        """Nothing that a hall shows hangs on the card's clock: a card that cannot set it is as good as any."""
        try:
            self._ask(channel, messages.set_clock(order.at(time.monotonic())))
        except (NoReply, BadFrame, DeviceFault) as problem:
            self._log.info("sign_clock_not_set", reason=str(problem))

    def _look_at_fonts(self, channel: Transport) -> None:
        """A card without its 16-dot fonts shows nothing; one that does not say which it has is taken to have them."""
        try:
            found, reason = messages.fonts(self._ask(channel, messages.read_fonts())), "unknown layout"
        except (NoReply, BadFrame, DeviceFault) as problem:
            found, reason = None, str(problem)
        self._fonts_to_ask, self.poll_every_s = False, POLL_EVERY_S
        self._fontless = found is not None and not found >= _NEEDED_FONTS
        if found is None:
            self._log.info("sign_fonts_unknown", reason=reason)
        if self._fontless:
            raise DeviceFault("font_missing", f"{self.device} has no 16-dot fonts for Chinese and Latin")

    def _status(self, channel: Transport) -> Status | None:
        """None when this card's status cannot be had, which is said once."""
        try:
            reply = self._ask(channel, messages.read_status())
        except DeviceFault as fault:
            if self._options.poll != "auto" or fault.code == "checksum":
                raise
            self._only_ping(fault.code)
            return None
        status = Status.decode(reply.body)
        if status is None and self._options.poll == "status":
            raise BadFrame(f"{self.device}: status of an unknown layout")
        if status is None:
            self._only_ping("unknown layout")
        return status

    def _only_ping(self, reason: str) -> None:
        self._pings_only = True
        self._log.info(
            "sign_status_of_no_use", reason=reason, hint="after a power cut the text comes with the next call"
        )

    def heard(self, channel: Transport, data: bytes) -> None:
        """A sign never speaks unasked: late answers and noise are counted and forgotten."""
        note_bytes(channel)
        items = self._parser.feed(data)
        self.late_or_foreign += sum(isinstance(item, Packet) for item in items)
        if not self._unsettled:
            self._note_second(items)

    def forget(self) -> None:
        """The line was lost: what the sign shows is unknown now."""
        self._parser = Parser()
        self._greeted = self._unsettled = self._put_back = False
        self._pings_only = self._options.poll == "ping"
        self._shown = self._waiting = None
        self._fonts_to_ask = self._fontless = False
        self.poll_every_s = POLL_EVERY_S

    def _show(self, channel: Transport, order: ShowText) -> None:
        """At once, or by a poll when this screen has just got another: nobody else on the line waits."""
        self._waiting = messages.show_area(self._options.area(self._lay_out(order)))
        self._put_waiting(channel)

    def _put_waiting(self, channel: Transport) -> None:
        wait_s = 0.0 if self._shown_s is None else self._shown_s + self._options.min_interval_s - time.monotonic()
        if wait_s > 0:
            self.poll_every_s = max(_SHORTEST_WAIT_S, wait_s)
            return
        request, self._waiting, self.poll_every_s = self._waiting, None, POLL_EVERY_S
        assert request is not None
        try:
            self._ask(channel, request)
        except (NoReply, BadFrame):
            self._waiting = request if self._options.min_interval_s else None
            raise
        self._shown, self._shown_s = request, time.monotonic()
        self._fonts_to_ask = self._fontless = False  # it shows texts, whatever it says of its fonts

    def _lay_out(self, order: ShowText) -> Layout:
        lines = []
        for page in order.pages:
            line, lost = to_card(page, self._options.fallback)
            lines.append(line)
            self._replaced.name(page, lost)
        layout = lay_out(lines, order.blink, self._options)
        if len(layout.text) > self._options.text_limit:
            raise DeviceFault("text_too_long", f"{len(layout.text)} bytes; the sign holds {self._options.text_limit}")
        return layout

    def _ask(self, channel: Transport, request: Request) -> Reply:
        """One question and one retry. A refusal is retried only where it says that the line was bad."""
        try:
            return self._exchange(channel, request, ANSWER_S)
        except (NoReply, BadFrame) as problem:
            self._asked_again.note(problem=str(problem))
        except DeviceFault as fault:
            if fault.code != "checksum":
                raise
            self._asked_again.note(problem="checksum")
        return self._exchange(channel, request, ANSWER_S)

    def _exchange(self, channel: Transport, request: Request, answer_s: float) -> Reply:
        to = self._options.send_to(self._address)
        packet = Packet(to, HOST, request.data(), self._options.device_type).encode()
        if self._unsettled:
            self.heard(channel, channel.read(0.0))  # a late ACK names no command: it must not answer this question
        self._parser = Parser()
        self._unsettled = True
        left_s = write_after_gap(channel, packet, self._baud)
        reply = self._await_reply(channel, request, left_s + answer_s)
        self._unsettled = False
        self._since_twice += 1
        self._look_again()
        if reply.fault is not None:
            raise DeviceFault(reply.fault, f"{self.device} refused: {reply.fault}")
        return reply

    def _await_reply(self, channel: Transport, request: Request, deadline_s: float) -> Reply:
        problem: DriverError = NoReply(f"{self.device}: no answer; check power, address and the A/B wires")
        while (wait_s := deadline_s - time.monotonic()) > 0:
            data = channel.read(wait_s)
            if not data:
                break
            note_bytes(channel)
            items = self._parser.feed(data)
            for place, item in enumerate(items, 1):
                if not isinstance(item, Packet):
                    problem = BadFrame(f"{self.device}: broken answer ({item.problem})")
                elif item.destination == HOST and self._is_mine(item, request):
                    reply = Reply.decode(item.data)
                    if reply is not None and reply.answers(request):
                        self._note_second(items[place:])
                        return reply
                    problem = BadFrame(f"{self.device}: answered another question")
                else:
                    self.late_or_foreign += 1
        raise problem

    def _note_second(self, items: Sequence[object]) -> None:
        """More of its own after the answer: another screen has the same number, or an answer came late."""
        if not any(isinstance(item, Packet) and item.source == self._address for item in items):
            return
        self._answered_twice.note(check="whether another sign on this wire is set to the same address")
        if self._since_twice < _APART:
            self.trouble = "answered_twice"
        self._since_twice = 0

    def _look_again(self) -> None:
        """While this screen is answered for twice it is asked more often, so that its end is seen soon."""
        if self.trouble and self._since_twice > _WELL_AFTER:
            self.trouble, self.poll_every_s = "", POLL_EVERY_S
        elif self.trouble:
            self.poll_every_s = min(self.poll_every_s or POLL_EVERY_S, _IN_TROUBLE_S)

    def _is_mine(self, packet: Packet, request: Request) -> bool:
        """Answers come from the screen's own number; a card asked as 8000 may call itself so, as an echo does."""
        if self._options.destination == "8000" and packet.source == HOST:
            return packet.data != request.data()
        return packet.source == self._address
