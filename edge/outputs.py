"""Effects of the rules as orders to devices. Called by the loop thread after the commit: it only hands over.

Knows which device stands at which window and how a face is worded. Must not know any device's bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from drivers.driver import Order
from drivers.kinds.call_terminal import AskGrade, Beep, ShowGrade, ShowNumbers
from drivers.kinds.inputs import LightLamp as LightButtonLamp
from drivers.kinds.printer import Print
from drivers.kinds.sign import ShowText
from edge.announcer import Announcer
from edge.slips import slip_parts
from hall.devices.words import AnnounceNotice
from hall.gate.words import LightLamp, PulseLock
from hall.plan import Plan
from hall.queue.words import Announce, Face, PrintSlip, ShowOnSign, ShowOnTerminal, Unsay
from hall.rating.words import AskForGrade, ThankForGrade
from hall.state import HallState
from hall.step import Effect, repaint
from hall_config.wording import say

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Places:
    """Which devices stand where."""

    signs: Mapping[int, tuple[str, ...]]  # by window
    terminals: Mapping[int, tuple[str, ...]]  # by window: those that have a display
    evaluators: Mapping[int, tuple[str, ...]]  # by window: those of the terminals that have buttons for the visitor
    printers: tuple[str, ...]
    lamps: frozenset[str]  # help buttons that have one
    mute: frozenset[str] = frozenset()  # terminals that are keys and nothing else


class Outputs:
    """``submit`` queues an order for a device's line, ``put_back`` one that a device shall carry out after it was away;
    ``no_printer`` tells the hall that a slip cannot come."""

    def __init__(
        self,
        plan: Plan,
        places: Places,
        submit: Callable[[Order], None],
        put_back: Callable[[Order], None],
        announcer: Announcer | None,
        public_url: str | None,
        no_printer: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._places = places
        self._submit = submit
        self._put_back = put_back
        self._announcer = announcer
        self._public_url = public_url
        self._no_printer = no_printer
        self.unlock: Callable[[PulseLock], list[Order]] = lambda effect: []  # what the gates' desk makes of it

    def follow(self, places: Places, announcer: Announcer | None) -> None:
        """The hall file has changed."""
        self._places, self._announcer = places, announcer

    def carry_out(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            for order in self._orders(effect):
                self._submit(order)

    def repaint(self, state: HallState, device: str | None = None) -> None:
        """All signs, keypads and lamps as they should be, or only those of one device that has come back."""
        for effect in repaint(state, self._plan):
            for order in self._orders(effect):
                if device is None or order.device == device:
                    self._put_back(order)

    def beep(self, device: str) -> None:
        """Tell the staff by ear that a key did nothing."""
        if device not in self._places.mute:
            self._submit(Beep(device))

    def _orders(self, effect: Effect) -> list[Order]:
        match effect:
            case ShowOnSign(window=window, face=face, number=number):
                text = _sign_text(effect)
                if face is Face.SERVING and number is not None and self._announcer is not None:
                    self._announcer.withdraw(number)  # the visitor has come; a call that still waits would be wrong
                return [
                    ShowText(
                        sign, text, blink=effect.face is Face.CALLED, slot="face", urgent=effect.face is Face.CALLED
                    )
                    for sign in self._places.signs.get(window, ())
                ]
            case ShowOnTerminal(window=window, waiting=waiting, number=number):
                return [
                    ShowNumbers(terminal, waiting, number, slot="numbers")
                    for terminal in self._places.terminals.get(window, ())
                ]
            case AskForGrade(window=window):
                return [AskGrade(pad, slot="grade") for pad in self._places.evaluators.get(window, ())]
            case ThankForGrade(window=window, grade=grade):
                return [ShowGrade(pad, grade, slot="grade") for pad in self._places.evaluators.get(window, ())]
            case LightLamp(place=place, lit=lit):
                return [LightButtonLamp(place, lit, slot="lamp")] if place in self._places.lamps else []
            case PulseLock():
                return self.unlock(effect)
            case PrintSlip():
                return self._print(effect)
            case Announce() | AnnounceNotice() | Unsay():
                self._say(effect)
                return []

    def _say(self, effect: Announce | AnnounceNotice | Unsay) -> None:
        if self._announcer is None:
            return
        match effect:
            case Announce():
                self._announcer.announce(effect)
            case AnnounceNotice():
                self._announcer.notice(effect)
            case Unsay(number=number):
                self._announcer.withdraw(number)

    def _print(self, slip: PrintSlip) -> list[Order]:
        if not self._places.printers:
            log.warning("slip.no_printer", number=slip.number)
            self._no_printer(slip.number)
            return []
        parts = slip_parts(slip, self._plan, self._public_url)
        return [Print(self._places.printers[0], slip.number, parts)]


def _sign_text(effect: ShowOnSign) -> tuple[str, ...]:
    words = say(f"sign.{effect.face.value}", number=effect.number or "")
    if effect.face is Face.SERVING and effect.number:
        return words, effect.number
    return (words,)
