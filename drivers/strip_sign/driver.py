"""One A0 90 strip, or its plain sister, on a line that call terminals may share.

Knows: its address, how to cut words to its width, whose turn it is to be seen, an answer where the strip gives one.
Must not know: tickets, windows, what the words mean, the terminals' language.

The protocol has no question: a strip that gives no answers is taken to work as long as its line is open.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import structlog

from drivers.bus_gap import note_bytes, write_after_gap
from drivers.driver import Order, Tell
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply
from drivers.kinds.sign import SetBrightness, ShowText, SwitchSign
from drivers.seldom import Seldom
from drivers.sign_text import Replaced, cut_to_width, to_card
from drivers.sign_turns import Turns
from drivers.strip_sign.codec import PLAIN_ADDRESSES, Answer, Parser, data_size, show, show_plain
from drivers.strip_sign.options import StripOptions
from drivers.transport import Transport

ANSWER_S: Final = 0.3
_DARK: Final = b" "

log = structlog.get_logger()


class StripSign:
    """A `drivers.driver.Driver` for an A0 90 strip."""

    answers_only: Final = True

    def __init__(
        self, device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any] | None = None
    ) -> None:
        self.device = device
        self.late_or_foreign = 0  # answers that nobody had asked for
        self._address = 1 if address is None else address
        self._baud = baud
        self._options = StripOptions.read(options or {})
        if self._options.form == "plain" and self._address not in PLAIN_ADDRESSES:
            raise ValueError(f"address is 1 to {PLAIN_ADDRESSES[-1]} with form = plain, not {self._address}")
        self._log = log.bind(device=device)
        self._asked_again = Seldom(self._log, "sign_asked_again")
        self._replaced = Replaced(self._log)
        self._turns: Turns[bytes] | None = None  # what it shall show, whether or not the line is there
        self._lit = True
        self._parser = Parser(self._options.answer_bytes)
        self.poll_every_s: float | None = self._options.refresh_s or None

    def handshake(self, channel: Transport) -> None:
        """Nothing can be asked. A strip that answers is told once more what it shall show, and has to say so."""
        if self._options.answers and self._turns is not None:
            self._put(channel)

    def perform(self, channel: Transport, order: Order) -> None:
        """Carry out `ShowText` or `SwitchSign`; a strip has no brightness. Dark is a blank text, its own is kept."""
        match order:
            case ShowText():
                self._turns = self._lay_out(order)
                self._put(channel)
                self.poll_every_s = self._turns.face_s if self._turns.several else self._options.refresh_s or None
            case SwitchSign(on=on):
                self._lit = on
                self._put(channel)
            case SetBrightness():
                raise DeviceFault("not_supported", f"{self.device}: an A0 90 strip has no brightness to set")
            case _:
                raise DeviceFault("no_such_order", f"{self.device}: a sign cannot {type(order).__name__}")

    def poll(self, channel: Transport) -> None:
        """Show the next page, or the same one again: a power cut goes unseen else."""
        if self._turns is not None:
            self._put(channel, self._turns.coming)
            self._turns.turn()

    def heard(self, channel: Transport, data: bytes) -> None:
        """A strip never speaks unasked: late answers are counted; the terminals' words are noise here."""
        note_bytes(channel)
        self.late_or_foreign += sum(isinstance(item, Answer) for item in self._parser.feed(data))

    def forget(self) -> None:
        """The line was lost: what was half heard is gone; what it shall show is still known."""
        self._parser = Parser(self._options.answer_bytes)

    def _lay_out(self, order: ShowText) -> Turns[bytes]:
        faces = []
        for page in order.pages:
            line, lost = to_card(page, self._options.fallback, self._options.charset)
            self._replaced.name(page, lost)
            faces += [self._message(self._placed(piece)) for piece in cut_to_width(line, self._options.cells)]
        return Turns(faces, self._message(_DARK) if order.blink else None, self._options.page_s)

    def _placed(self, piece: bytes) -> bytes:
        """In the middle by blanks on both sides, if so many bytes may be given; the strip itself begins at the left."""
        whole = piece.center(self._options.cells)
        centred = self._options.align == "centre" and self._size(whole) <= self._options.text_limit
        return whole if centred and piece else piece or _DARK

    def _size(self, text: bytes) -> int:
        return len(text) if self._options.form == "plain" else data_size(text)

    def _message(self, text: bytes) -> bytes:
        options = self._options
        size = self._size(text)
        if size > options.text_limit:
            raise DeviceFault("text_too_long", f"{size} bytes; the strip is given {options.text_limit} at most")
        if options.form == "plain":
            return show_plain(self._address, text)
        return show(self._address, text, options.colour_code, options.length_base)

    def _put(self, channel: Transport, face: bytes | None = None) -> None:
        """This face, or the one that is up; one more try where an answer is expected and does not come."""
        up = self._message(_DARK)
        if self._turns is not None and self._lit:
            up = self._turns.up if face is None else face
        if not self._options.answers:
            write_after_gap(channel, up, self._baud)
            return
        try:
            self._exchange(channel, up)
        except (NoReply, BadFrame) as problem:
            self._asked_again.note(problem=str(problem))
            self._exchange(channel, up)

    def _exchange(self, channel: Transport, message: bytes) -> None:
        self.heard(channel, channel.read(0.0))  # an answer names no question: a late one must not answer this
        self._parser = Parser(self._options.answer_bytes)
        deadline_s = write_after_gap(channel, message, self._baud) + ANSWER_S
        problem: DriverError = NoReply(f"{self.device}: no answer; check power, address and the A/B wires")
        while (wait_s := deadline_s - time.monotonic()) > 0:
            data = channel.read(wait_s)
            if not data:
                break
            note_bytes(channel)
            for item in self._parser.feed(data):
                if not isinstance(item, Answer):
                    problem = BadFrame(f"{self.device}: broken answer ({item.problem})")
                elif item.address == self._address:
                    return
                else:
                    self.late_or_foreign += 1
        raise problem
