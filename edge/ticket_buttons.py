"""Push-buttons that give tickets: one press is one ticket, and the lamp is lit until its slip has come out.

Knows which button gives which class. While its lamp is lit a button gives nothing more: who presses twice wants one
ticket. A slip that nobody has told of lets the button go after a while.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

import structlog

from drivers.driver import Order, Report
from drivers.kinds.inputs import ButtonPressed, LightLamp
from drivers.kinds.printer import NotPrinted, Printed
from edge.hall_door import Answer
from hall.queue.words import Channel, TakeTicket, TicketIssued
from hall_config.models import HallFile

log = structlog.get_logger()

_LONGEST_MS: Final = 8000
_SLIP_S: Final = 8.0


class TicketButtons:
    """May be told from any line's thread."""

    def __init__(
        self,
        file: HallFile,
        take: Callable[[TakeTicket], Future[Answer]],
        submit: Callable[[Order], None],
        steady_ms: Callable[[], int],
    ) -> None:
        self._take = take
        self._submit = submit
        self._steady_ms = steady_ms
        self._lock = threading.Lock()
        self._pending: dict[str, tuple[int, str]] = {}  # by button: since when, and the number once it is known
        self.follow(file)

    def follow(self, file: HallFile) -> None:
        """The hall file has changed."""
        self._gives = {device.id: device.gives for device in file.device if device.gives is not None}
        self._lamps = frozenset(device.id for device in file.device if "lamp" in device.options)

    def heard(self, report: Report) -> bool:
        """Whether the report was for a ticket button and for nobody else."""
        match report:
            case ButtonPressed(device=device) if device in self._gives:
                self._pressed(device, self._gives[device])
                return True
            case Printed(job=job) | NotPrinted(job=job):
                self._done(job)
        return False

    def _pressed(self, button: str, service: str) -> None:
        now_ms = self._steady_ms()
        with self._lock:
            since_ms, _ = self._pending.get(button, (now_ms - _LONGEST_MS, ""))
            if now_ms - since_ms < _LONGEST_MS:
                return
            self._pending[button] = (now_ms, "")
        self._light(button, lit=True)
        command = TakeTicket(service, secrets.token_urlsafe(16), Channel.MACHINE)
        self._take(command).add_done_callback(lambda answer: self._answered(button, answer))

    def _answered(self, button: str, answer: Future[Answer]) -> None:
        problem = answer.exception()
        if problem is not None:
            log.info("ticket_button.refused", device=button, code=str(problem))
            self._release(button)
            return
        number = next((one.number for one in answer.result().events if isinstance(one, TicketIssued)), "")
        with self._lock:
            since_ms, done = self._pending.get(button, (0, ""))
            self._pending[button] = (since_ms, number)
        if done and done == number:
            self._release(button)
            return
        last = threading.Timer(_SLIP_S, self._done, (number,))  # a hall may have no printer that tells
        last.daemon = True
        last.start()

    def _done(self, number: str) -> None:
        with self._lock:
            found = [button for button, (_, waits_for) in self._pending.items() if waits_for == number]
            if not found:  # the slip may be quicker than the answer
                for button, (since_ms, waits_for) in self._pending.items():
                    if not waits_for:
                        self._pending[button] = (since_ms, number)
        for button in found:
            self._release(button)

    def _release(self, button: str) -> None:
        with self._lock:
            self._pending.pop(button, None)
        self._light(button, lit=False)

    def _light(self, button: str, *, lit: bool) -> None:
        if button in self._lamps:
            self._submit(LightLamp(button, lit, slot="lamp"))
