"""The ID-card reader on its line: asks for a card, reads it, hands it over, forgets it.

Knows the SAM's session and time-outs. Must not know what a card is good for, nor keep anything of one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from drivers.driver import Order, Report, Tell
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.id_card_reader.card import IdCard
from drivers.id_card_reader.card_text import NAME_REST_BYTES, Unreadable, blank_reserved, take_text
from drivers.id_card_reader.codec import Command, Parser, Reply, encode
from drivers.id_card_reader.session import Session, State, Step
from drivers.id_card_reader.status import Kind, Meaning, meaning
from drivers.options import Option, read_options
from drivers.transport import Transport

_PATIENCE_S: Final = {Command.READ: 2.5}  # what the SAM and the card need; all others one second
_REPLY_BYTES: Final = {Command.READ: 1295}
_QUIET_S: Final = 0.1  # so long a silence after a spoilt answer means that nothing better will come
_LONGEST_WAIT_S: Final = 5.0
_STALE_READS: Final = 64
_TEXT_AND_PHOTO: Final = 2
OPTIONS: Final = (
    Option("poll_every_s", "float", 0.3, 0.1, 2.0),
    Option("failures_allowed", "int", 3, 1, 10),
    Option("name_rest_bytes", "int", NAME_REST_BYTES[0], choices=NAME_REST_BYTES),
)


@dataclass(frozen=True, slots=True)
class CardRead(Report):
    """A card was read. Whoever takes it wipes it: nobody else has it."""

    card: IdCard = field(compare=False)


@dataclass(frozen=True, slots=True)
class CardUnreadable(Report):
    """A card lies or lay there that cannot be used. ``code`` is one of the list in README.md."""

    code: str


@dataclass(frozen=True, slots=True)
class CardRemoved(Report):
    """The card that was read or refused is gone."""


class IdCardReader:
    """One reader. See `drivers.driver.Driver`."""

    def __init__(
        self,
        device: str,
        tell: Tell,
        *,
        baud: int,
        poll_every_s: float,
        failures_allowed: int,
        name_rest_bytes: int = NAME_REST_BYTES[0],
    ) -> None:
        self.device = device
        self.poll_every_s: float | None = poll_every_s
        self._tell = tell
        self._baud = baud
        self._failures_allowed = failures_allowed
        self._name_rest_bytes = name_rest_bytes
        self._parser = Parser()
        self._session = Session(failures_allowed)

    @property
    def state(self) -> State:
        return self._session.state

    def handshake(self, channel: Transport) -> None:
        """Is there a SAM, and did it pass its self-test?"""
        self._parser.clear()
        self._ask(channel, Command.STATUS).wipe()

    def perform(self, channel: Transport, order: Order) -> None:
        raise DeviceFault("no_such_order", f"{self.device}: a card reader carries out no orders")

    def heard(self, channel: Transport, data: bytes) -> None:
        """A SAM never speaks unasked: what came is an answer that is too late, or noise."""

    def forget(self) -> None:
        self._parser.clear()
        self._session = Session(self._failures_allowed)

    def poll(self, channel: Transport) -> None:
        """Is there a card? If a new one: read it."""
        try:
            found, code = self._find(channel)
            if not found:
                return
            if self._session.state is State.WAIT_REMOVAL:
                self._session.still_there()
                return
            if code is not None:
                self._failed(code)
                return
            self._session.step(Step.FOUND)
            self._read(channel)
        finally:
            self._parser.clear()
            self._session.interrupted()

    def _find(self, channel: Transport) -> tuple[bool, str | None]:
        """Whether something lies there, and why it cannot be used (None: it can)."""
        reply = self._ask(channel, Command.FIND)
        reply.wipe()
        what = meaning(reply.status)
        if what.kind is Kind.NO_CARD:
            self._away()
            return False, None
        return True, what.code if what.kind is Kind.CARD else None

    def _read(self, channel: Transport) -> None:
        for command, done in ((Command.SELECT, Step.SELECTED), (Command.READ, None)):
            try:
                reply = self._ask(channel, command)
            except BadFrame:
                self._failed("spoilt_on_the_line")
                return
            except NoReply:
                self._failed("no_answer")
                raise
            what = meaning(reply.status)
            if what.kind is Kind.NO_CARD:
                self._away()
                return
            if what.kind is Kind.CARD:
                self._failed(what.code)
                return
            if done is not None:
                self._session.step(done)
        self._hand_over(reply)

    def _hand_over(self, reply: Reply) -> None:
        try:
            card = self._card(take_text(reply.body, _TEXT_AND_PHOTO))
        except Unreadable as problem:
            self._tell(CardUnreadable(self.device, self._session.given_up(problem.code)))
            return
        finally:
            reply.wipe()
            self._parser.clear()
        self._session.was_read()
        self._tell(CardRead(self.device, card))

    def _card(self, text: bytearray) -> IdCard:
        try:
            blank_reserved(text, self._name_rest_bytes)
        except Unreadable:
            text[:] = bytes(len(text))
            raise
        return IdCard(text)

    def _away(self) -> None:
        if not self._session.seems_away():
            return
        code = self._session.gone()
        self._tell(CardRemoved(self.device) if code is None else CardUnreadable(self.device, code))

    def _failed(self, code: str) -> None:
        given_up = self._session.failed(code)
        if given_up is not None:
            self._tell(CardUnreadable(self.device, given_up))

    def _ask(self, channel: Transport, command: Command) -> Reply:
        """One question, asked twice at most. Raises for what no card can be blamed for."""
        for last in (False, True):
            try:
                reply = self._exchange(channel, command)
            except BadFrame:
                if last:
                    raise
                continue
            what = meaning(reply.status)
            if what.kind is Kind.DEVICE:
                raise DeviceFault(what.code, f"{self.device}: the reader says {reply.status:02X} {what.code}")
            if what.kind is not Kind.LINE and self._fits(command, what):
                return reply
            reply.wipe()
        raise BadFrame(f"{self.device}: {command.name} was answered with {reply.status:02X} {what.code}")

    @staticmethod
    def _fits(command: Command, what: Meaning) -> bool:
        """Replies do not name their question; a card answer to a status question is a late one."""
        match what.kind:
            case Kind.FOUND:
                return command is Command.FIND
            case Kind.OK:
                return command is not Command.FIND
            case _:
                return command in {Command.FIND, Command.SELECT, Command.READ}

    def _exchange(self, channel: Transport, command: Command) -> Reply:
        self._drop_stale(channel)
        channel.write(encode(command))
        deadline = time.monotonic() + self.reply_timeout_s(command)
        heard = spoilt = False
        while (left_s := deadline - time.monotonic()) > 0:
            data = channel.read(min(left_s, _QUIET_S) if spoilt else left_s)
            if not data:
                break
            heard = True
            for item in self._parser.feed(data):
                if isinstance(item, Reply):
                    return item
                spoilt = spoilt or item.problem != "noise"  # noise may well stand before the answer
        if heard:
            raise BadFrame(f"{self.device}: {command.name} was answered with bytes that are no frame")
        raise NoReply(f"{self.device}: no answer to {command.name}; check power and cable of the card reader")

    def reply_timeout_s(self, command: Command) -> float:
        """Patience for the SAM and twice the time that the answer needs on this line."""
        on_the_line_s = _REPLY_BYTES.get(command, 32) * 10 / self._baud
        return min(_PATIENCE_S.get(command, 1.0) + 2 * on_the_line_s, _LONGEST_WAIT_S)

    def _drop_stale(self, channel: Transport) -> None:
        self._parser.clear()
        for _ in range(_STALE_READS):
            if not channel.read(0.0):
                return


def build(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> IdCardReader:
    """A reader's driver from ``[device.options]``; a SAM has no address."""
    try:
        read = read_options(OPTIONS, options)
    except ValueError as problem:
        raise ValueError(f"{device}: {problem}") from None
    return IdCardReader(device, tell, baud=baud, **read | {"poll_every_s": float(read["poll_every_s"])})
