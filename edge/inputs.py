"""What devices report, as commands to the hall. Runs in the lines' threads: it only translates and hands over.

A card's birth date decides about priority and its number becomes a keyed hash of today's key; then its buffer is wiped.
Neither leaves this file (domain rules 2.2).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from concurrent.futures import Future

import structlog

from drivers.driver import OrderFailed, Report
from drivers.id_card_reader import CardRead, CardUnreadable, IdCard
from drivers.kinds.call_terminal import Action, GradePressed, ShowNumbers, TerminalAsked
from drivers.kinds.inputs import ButtonPressed, ContactMoved, LightLamp
from drivers.kinds.printer import NotPrinted, PaperLow, Print, Printed
from drivers.kinds.sign import ShowText
from drivers.lifecycle import State
from drivers.unit import Moved
from edge.announcer import Announcer
from edge.appointments import AppointmentBook, KeptByLoop
from edge.hall_door import Answer, Command
from edge.loop import HallLoop
from edge.machine import Machine
from edge.outputs import Outputs
from edge.terminal_keys import command_for
from hall.appointments.words import CheckIn
from hall.devices.words import ReportDevice, ReportSlip
from hall.gate.words import MoveDoor, PressHelp
from hall.moment import local_day
from hall.queue.words import Channel, TakeTicket
from hall.rating.words import GiveRating, RatingChannel
from hall.refusal import Refusal

log = structlog.get_logger()

_MAY_PASS = ("no_reply", "bad_frame")
_STEADY_STATES = (State.READY, State.DEGRADED, State.LOST, State.ABSENT, State.QUARANTINED, State.DISABLED)


class Inputs:
    """``heard`` takes every report of every line."""

    def __init__(
        self,
        loop: HallLoop,
        outputs: Outputs,
        machine: Machine,
        windows: dict[str, int],
        staff_by_code: Callable[[str], str | None],
        wall_ms: Callable[[], int],
        device_moved: Callable[[Moved | PaperLow], None],
        announcer: Announcer | None,
    ) -> None:
        self._loop = loop
        self._outputs = outputs
        self._machine = machine
        self._windows = windows
        self._staff_by_code = staff_by_code
        self._wall_ms = wall_ms
        self._device_moved = device_moved
        self._announcer = announcer
        self._not_printed: set[str] = set()  # jobs whose failure the printer itself has just told
        self._card_key: tuple[str, bytes] | None = None
        self._appointments = AppointmentBook(KeptByLoop(loop.on_journal))

    def follow(self, windows: dict[str, int], announcer: Announcer | None) -> None:
        """The hall file has changed."""
        self._windows, self._announcer = windows, announcer

    def repaint(self, device: str) -> None:
        """What this device shows may be out of date."""
        self._outputs.repaint(self._loop.look()[0], device)

    def heard(self, report: Report) -> None:
        match report:
            case CardRead(card=card):
                self._card(card)
            case CardUnreadable(device=device, code=code):
                self._machine.card_unreadable(device, code)
            case TerminalAsked() | GradePressed():
                self._at_window(report)
            case Printed(job=job):
                self._loop.tell(ReportSlip(job, printed=True))
            case NotPrinted(job=job, code=code):
                self._not_printed.add(job)
                self._loop.tell(ReportSlip(job, printed=False, reason=code))
            case OrderFailed():
                self._order_failed(report)
            case PaperLow(device=device, low=low):
                log.warning("printer.paper_low" if low else "printer.paper_filled", device=device)
                self._device_moved(report)
            case ButtonPressed(device=device):
                self._loop.tell(PressHelp(device))
            case ContactMoved(device=device, open=is_open):
                self._loop.tell(MoveDoor(device, is_open))
            case Moved():
                self._moved(report)
        announcer = self._announcer
        if announcer is not None:
            announcer.heard(report)

    def _order_failed(self, report: OrderFailed) -> None:
        match report.order:
            case Print(job=job) if job in self._not_printed:
                self._not_printed.discard(job)  # the printer's driver has already told why
            case Print(job=job):
                self._loop.tell(ReportSlip(job, printed=False, reason=report.code))
            case ShowText() | ShowNumbers() | LightLamp() if report.code in _MAY_PASS:
                # what it shows is out of date now; a device that stays silent is soon lost, and then nothing is sent
                self._outputs.repaint(self._loop.look()[0], report.device)

    def _moved(self, report: Moved) -> None:
        self._device_moved(report)
        if report.state is State.READY:
            self._outputs.repaint(self._loop.look()[0], report.device)
        if report.state in _STEADY_STATES:
            ok = report.state in (State.READY, State.DISABLED)  # what is no more in the hall file fails no more
            self._loop.tell(ReportDevice(report.device, ok, report.state.value, "" if ok else _short(report.reason)))

    def _card(self, card: IdCard) -> None:
        """A card that has an appointment checks in, unless its holder has touched something else."""
        today = local_day(self._wall_ms())
        chosen = self._machine.choice()
        try:
            appointment = None if chosen.touched else self._appointment_of(today, card.number)
            mark = hmac.new(self._key_of_today(), card.number.encode(), hashlib.sha256).hexdigest()[:32]
            age = _age(card.birth, today)
        finally:
            card.wipe()
        token = secrets.token_urlsafe(16)
        if appointment is not None:
            check_in = CheckIn(appointment, token, Channel.CARD, mark, age)
            self._loop.submit(check_in).add_done_callback(self._machine.card_answered)
            return
        command = TakeTicket(
            chosen.service, token, Channel.CARD, chosen.priority, mark, age, chosen.persons, chosen.person
        )
        self._machine.card_laid(command, self._loop.submit)

    def _appointment_of(self, today: str, number: str) -> str | None:
        """Of today's appointments of this card the first that has no ticket yet."""
        state = self._loop.look()[0].appointments
        if not state.lists.get(today):
            return None
        listed = self._appointments.by_card(today, number)
        open_ones = (state.find(today, one) for one in listed if one not in state.tickets)
        found = sorted((one for one in open_ones if one is not None), key=lambda one: one.minute)
        return found[0].id if found else None

    def _key_of_today(self) -> bytes:
        """Made fresh for each day and kept with the journal, so that a restart does not give a second ticket."""
        today = local_day(self._wall_ms())
        if self._card_key is None or self._card_key[0] != today:
            self._card_key = (today, bytes.fromhex(self._loop.daily_key("card_key", today)))
        return self._card_key[1]

    def _at_window(self, report: TerminalAsked | GradePressed) -> None:
        window = self._windows.get(report.device)
        if window is None:
            log.warning("terminal.without_window", device=report.device)
        elif isinstance(report, GradePressed):
            self._grade(report, window)
        else:
            self._terminal(report, window)

    def _terminal(self, asked: TerminalAsked, window: int) -> None:
        if asked.action is Action.BEEP_ADDRESS:
            self._outputs.beep(asked.device)
            return
        command = command_for(asked, window, self._loop.look()[0], self._staff_by_code)
        if command is None:
            self._outputs.beep(asked.device)
            return

        self._submit(command, "terminal.refused", asked.device, window)

    def _grade(self, pressed: GradePressed, window: int) -> None:
        """The visitor's button: it counts for the service just given at that window, else it beeps."""
        token = self._loop.look()[0].rating.pads.get(window)
        if token is None:
            log.info("evaluator.nothing_to_rate", device=pressed.device, window=window)
            self._outputs.beep(pressed.device)
            return
        command = GiveRating(token, pressed.grade, channel=RatingChannel.BUTTONS)
        self._submit(command, "evaluator.refused", pressed.device, window)

    def _submit(self, command: Command, refused: str, device: str, window: int) -> None:
        """A refusal is logged under that name, and heard."""

        def answered(answer: Future[Answer]) -> None:
            problem = answer.exception()
            if isinstance(problem, Refusal):
                log.info(refused, device=device, window=window, code=problem.code.value)
                self._outputs.beep(device)

        self._loop.submit(command).add_done_callback(answered)


def _age(birth: str | None, today: str) -> int | None:
    """Whole years at ``today``; None when the card gives no birth date."""
    if birth is None:
        return None
    year, month_day = int(birth[:4]), birth[4:]
    this_year, this_month_day = int(today[:4]), today[5:7] + today[8:10]
    return this_year - year - (1 if this_month_day < month_day else 0)


def _short(reason: str) -> str:
    return reason[:80]
