"""The ticket printer on its line: prints a slip and says so only when the printer proves it.

Knows ESC/POS answers and time-outs. Must not know what a slip says, nor repeat one by itself.

One slip: ask ``10 04`` 1 to 4 in one write, send the whole slip in one write with ``1D 72 01`` as its last command,
wait for that command's answer (it comes in its turn: all before it is printed), ask ``10 04`` 1 to 4 again. Printers
that do not know ``1D 72 01`` are found out by two silences, at the handshake and after the first slip; for them the
second round of ``10 04`` has to do.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from drivers.driver import Tell
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply, PortLost
from drivers.kinds.printer import NotPrinted, PaperLow, Print, Printed
from drivers.ticket_printer.codec import (
    ALL_STATUSES,
    PAPER_QUERY,
    AutoStatus,
    PaperStatus,
    Parser,
    Status,
    encode_slip,
    status_query,
)
from drivers.ticket_printer.condition import (
    Condition,
    from_auto_status,
    from_statuses,
    needs_a_closer_look,
    paper_out_in,
)
from drivers.ticket_printer.profile import Profile, read_profile
from drivers.transport import Transport

log = structlog.get_logger()

_STATUS_TIMEOUT_S: Final = 0.5
_SILENCES_TO_NO_REPLY: Final = 3
_LOOKS_IN_VAIN: Final = 4
_MOST_PAPERS_OWED: Final = 3
_QUIET_S: Final = 0.1
_POLL_EVERY_S: Final = 5.0
_STALE_READS: Final = 64
_LARGEST_WRITE: Final = 2048  # two seconds at 9600 baud; a slip without raster is smaller


class TicketPrinter:
    """One printer. See `drivers.driver.Driver`."""

    def __init__(self, device: str, tell: Tell, profile: Profile) -> None:
        self.device = device
        self.poll_every_s: float | None = _POLL_EVERY_S
        self._tell = tell
        self._profile = profile
        self._parser = Parser()
        self._statuses: list[int] = []
        self._paper_status = 0
        self._papers_owed = 0  # answers to ``1D 72 01`` that have not come; one may still wait behind an older slip
        self._answers_paper_query: bool | None = None  # None: not known
        self._paper_low = False
        self._unproved_bytes = 0  # what a torn slip's last command may still swallow

    def handshake(self, channel: Transport) -> None:
        """Is there a printer, can it print, and does it answer ``1D 72 01``?"""
        self._parser.clear()
        self._look(channel)
        if self._profile.paper_query and self._answers_paper_query is None:
            self._ask_paper(channel, b"")
            if self._await_paper(channel, _STATUS_TIMEOUT_S):
                self._answers_paper_query = True  # silence proves nothing: an older slip may still be printing

    def poll(self, channel: Transport) -> None:
        """Online, and paper?"""
        printer, paper = self._ask(channel, (1, 4))
        if needs_a_closer_look(printer, paper):
            self._look(channel)
        else:
            self._note_paper(bool(paper & 0x0C))

    def heard(self, channel: Transport, data: bytes) -> None:
        """Automatic status, where somebody has switched it on."""
        for status in self._take(data):
            self._judge(from_auto_status(status))

    def forget(self) -> None:
        self._parser.clear()
        self._statuses.clear()
        self._answers_paper_query = None  # another printer may come back

    def perform(self, channel: Transport, order: Print) -> None:
        """Print one slip; tells `Printed` or `NotPrinted`, and raises after the latter."""
        if not isinstance(order, Print):
            raise DeviceFault("no_such_order", f"{self.device}: a ticket printer prints, and nothing else")
        try:
            replaced = self._print(channel, order)
        except DriverError as problem:
            self._tell(NotPrinted(self.device, order.job, _code(problem)))
            raise
        self._tell(Printed(self.device, order.job, replaced))

    def _print(self, channel: Transport, order: Print) -> int:
        slip = encode_slip(order.parts, self._profile)
        self._look(channel)
        # Bytes of nothing end what a torn slip has begun; a printer that waits for nothing ignores them.
        data = bytes(self._unproved_bytes) + slip.data
        self._unproved_bytes = slip.longest_command
        if not self._profile.paper_query or self._answers_paper_query is False:
            self._write(channel, data)
        else:
            self._ask_paper(channel, data)
            self._prove(channel)
        self._look(channel)
        self._unproved_bytes = 0
        if slip.replaced:
            log.warning("printer.characters_replaced", device=self.device, count=slip.replaced)
        return slip.replaced

    def _prove(self, channel: Transport) -> None:
        """Wait until the printer has worked through all that was sent, looking meanwhile whether it can."""
        deadline = time.monotonic() + self._profile.print_timeout_s
        owed, looks = self._papers_owed, 0
        while not self._await_paper(channel, _STATUS_TIMEOUT_S):
            self._look(channel)
            looks += 1
            some = self._papers_owed < owed  # an older answer came; if only that one was lost, this one is ours
            if looks >= _LOOKS_IN_VAIN and (some or self._answers_paper_query is None):
                self._answers_paper_query = some
                self._papers_owed = self._parser.awaits_paper = 0
                break
            if time.monotonic() > deadline or looks > 2 * self._profile.print_timeout_s:
                raise NoReply(f"{self.device}: the printer says that all is well, but does not print")
        else:
            self._answers_paper_query = True
        if paper_out_in(self._paper_status):
            raise self._fault("paper_out")

    def _look(self, channel: Transport) -> None:
        """Ask all; raises `DeviceFault` when it cannot print."""
        self._judge(from_statuses(self._ask(channel, ALL_STATUSES)))

    def _judge(self, condition: Condition) -> None:
        self._note_paper(condition.paper_low or condition.paper_out)
        if condition.code is not None:
            raise self._fault(condition.code)

    def _fault(self, code: str) -> DeviceFault:
        return DeviceFault(code, f"{self.device}: the ticket printer says {code}; look at paper, cover and cutter")

    def _note_paper(self, low: bool) -> None:
        if low is not self._paper_low:
            self._paper_low = low
            self._tell(PaperLow(self.device, low))

    def _ask(self, channel: Transport, numbers: Sequence[int]) -> list[int]:
        """One byte for each number, all asked in one write; three times at most."""
        heard = False
        for attempt in range(_SILENCES_TO_NO_REPLY):
            # After a broken answer its late rest must not be taken for the next one: bytes do not name their question.
            self._take_stale(channel, _QUIET_S if attempt else 0.0)
            self._statuses.clear()
            channel.write(status_query(numbers))
            heard = self._hear_statuses(channel, len(numbers)) or heard
            if len(self._statuses) == len(numbers):
                return self._statuses[:]
        if heard:
            raise BadFrame(f"{self.device}: the ticket printer's answers make no sense; check baud rate and cable")
        raise NoReply(f"{self.device}: the ticket printer does not answer; check power and cable")

    def _hear_statuses(self, channel: Transport, count: int) -> bool:
        """Until so many have come, or half a second of silence; whether anything was heard at all."""
        deadline = time.monotonic() + _STATUS_TIMEOUT_S * count
        heard = False
        while len(self._statuses) < count and time.monotonic() < deadline:
            data = channel.read(_STATUS_TIMEOUT_S)
            if not data:
                break
            heard = True
            self._take(data)
        return heard

    def _ask_paper(self, channel: Transport, before: bytes) -> None:
        self._take_stale(channel)
        self._paper_status = 0
        self._papers_owed = self._parser.awaits_paper = min(self._papers_owed + 1, _MOST_PAPERS_OWED)
        self._write(channel, before + PAPER_QUERY)

    def _await_paper(self, channel: Transport, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while self._papers_owed and (left_s := deadline - time.monotonic()) > 0:
            data = channel.read(left_s)
            if not data:
                break
            self._take(data)
        return not self._papers_owed

    def _take(self, data: bytes) -> list[bytes]:
        """Keep the answers that came; gives the automatic status among them."""
        automatic = []
        for item in self._parser.feed(data):
            match item:
                case Status(value=value):
                    self._statuses.append(value)
                case PaperStatus(value=value):
                    self._paper_status = value
                    self._papers_owed = self._parser.awaits_paper
                case AutoStatus(value=four):
                    automatic.append(four)
        return automatic

    def _take_stale(self, channel: Transport, quiet_s: float = 0.0) -> None:
        for _ in range(_STALE_READS):
            data = channel.read(quiet_s)
            if not data:
                return
            self._take(data)

    @staticmethod
    def _write(channel: Transport, data: bytes) -> None:
        for start in range(0, len(data), _LARGEST_WRITE):
            channel.write(data[start : start + _LARGEST_WRITE])


def _code(problem: DriverError) -> str:
    match problem:
        case DeviceFault(code=code):
            return str(code)
        case PortLost():
            return "line_lost"
        case _:
            return "no_reply"


def build(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> TicketPrinter:
    """A printer's driver from ``[device.options]``; a printer has no address."""
    return TicketPrinter(device, tell, read_profile(device, options))
