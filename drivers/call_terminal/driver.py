"""One call terminal, with its button evaluator, on a line that it may share with others.

Knows: its address, how to acknowledge a key at once, which keys and which of the visitor's buttons mean what here.
Must not know: tickets, windows, whether an action is allowed or a grade is asked for.
The terminals speak when they like and two may speak at once: broken frames are counted and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog

from drivers.bus_gap import note_bytes, write_after_gap, write_now
from drivers.call_terminal import codec
from drivers.call_terminal.codec import Frame, Parser
from drivers.call_terminal.keys import Key, meaning
from drivers.call_terminal.settings import read_settings
from drivers.driver import Order, Tell
from drivers.errors import DeviceFault
from drivers.kinds.call_terminal import Action, AskGrade, Beep, GradePressed, ShowGrade, ShowNumbers, TerminalAsked
from drivers.transport import Transport

REPAINT_EVERY_S: Final = 30.0  # 16 ms of the line at 9600
_HALF_FRAME_S: Final = 0.5  # a whole frame takes 23 ms at 9600
_ECHOES_IN_A_ROW: Final = 8  # a press, its three repeats, an impatient finger; more is our own echo coming back
_KEYS: Final = {key.value: key for key in Key}

log = structlog.get_logger()


class CallTerminal:
    """A `drivers.driver.Driver` for a 21-key terminal of the FF 68 family. It is never asked, so it is never missed."""

    def __init__(
        self,
        device: str,
        tell: Tell,
        *,
        address: int | None,
        baud: int,
        options: Mapping[str, Any] | None = None,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self.poll_every_s: float | None = REPAINT_EVERY_S
        self.broken_frames = 0
        self._tell = tell
        self._address = 1 if address is None else address
        if not 1 <= self._address < codec.EVALUATOR_OFFSET:
            raise ValueError(f"a terminal's address is 1 to 127, not {self._address}")
        self._baud = baud
        self._steady = steady
        self._settings = read_settings(options or {})
        self._parser = Parser()
        self._heard_s = 0.0
        self._shown: Frame | None = None
        self._last: dict[int, tuple[Frame, float, int]] = {}  # by address: what was said, when, how often in a row
        self._log = log.bind(device=device)

    def handshake(self, channel: Transport) -> None:
        """Nothing to ask: the protocol has no question. An open line is all that can be known."""

    def poll(self, channel: Transport) -> None:
        """Say the numbers once more: a terminal that was switched off and on cannot ask for them."""
        if self._shown is not None:
            write_after_gap(channel, self._shown.encode(), self._baud)

    def perform(self, channel: Transport, order: Order) -> None:
        """Carry out an order; the terminal confirms nothing, so written is done."""
        match order:
            case ShowNumbers(waiting=waiting, ticket=ticket):
                frame = self._shown = codec.show(self._address, waiting, ticket)
            case Beep():
                frame = codec.beep(self._address)
            case AskGrade():
                if not self._settings.start_evaluation:
                    return  # it begins by itself when it hears the terminal's key
                frame = codec.start_evaluation(self._address)
            case ShowGrade(grade=grade):
                if not self._settings.show_stars:
                    return
                frame = codec.stars(self._address, grade)
            case _:
                raise DeviceFault("no_such_order", f"{self.device}: a call terminal cannot {type(order).__name__}")
        write_after_gap(channel, frame.encode(), self._baud)

    def heard(self, channel: Transport, data: bytes) -> None:
        """All that anybody on this line said; our own terminal's keys are echoed first and reported then."""
        note_bytes(channel)
        now_s = self._steady()
        found = self._parser.abandon() if now_s - self._heard_s > _HALF_FRAME_S else []
        self._heard_s = now_s
        for item in [*found, *self._parser.feed(data)]:
            if isinstance(item, Frame):
                self._take(channel, item, now_s)
            else:
                self.broken_frames += item.problem != "noise"

    def forget(self) -> None:
        """The line was lost: half a frame will not be completed."""
        self._parser = Parser()
        self._last = {}

    def _take(self, channel: Transport, frame: Frame, now_s: float) -> None:
        keys = self._keys_of(frame)
        if frame.address == self._address and keys is not None:
            if self._acknowledge(channel, frame, frame.encode(), now_s):
                self._report_keys(channel, *keys)
            return
        pressed = frame.function == codec.EVALUATOR_PRESS and frame.address == self._address + codec.EVALUATOR_OFFSET
        if pressed and self._acknowledge(channel, frame, self._settings.answer_press(frame), now_s):
            self._report_grade(channel, frame.data)

    def _keys_of(self, frame: Frame) -> tuple[tuple[int, ...], int] | None:
        functions = self._settings.key_functions
        return frame.key_report if not functions or frame.function in functions else None

    def _acknowledge(self, channel: Transport, frame: Frame, answer: bytes, now_s: float) -> bool:
        """Answer at once; True when this is a new press and not a repeat of one whose answer was lost."""
        last, last_s, echoes = self._last.get(frame.address, (None, 0.0, 0))
        repeated = frame == last and now_s - last_s < self._settings.repeat_window_s
        echoes = echoes + 1 if repeated else 1
        self._last[frame.address] = (frame, now_s, echoes)
        # A line that echoes gives us our own answer back as if the terminal had repeated: that must end.
        if echoes <= _ECHOES_IN_A_ROW:
            write_now(channel, answer, self._baud)
        return not repeated

    def _report_keys(self, channel: Transport, digits: tuple[int, ...], code: int) -> None:
        typed = "".join(map(str, digits))
        key = _KEYS.get(code)
        found = meaning(self._settings.keys, typed, key) if key is not None else None
        if key is None or found is None:
            name = f"{code:02x}" if key is None else key.name.lower()
            self._log.info("terminal_key_without_meaning", key=name, digits=len(digits))
            self._beep_without_meaning(channel)
            return
        action, number = found
        if action is Action.BEEP_ADDRESS:
            write_after_gap(channel, codec.show(self._address, self._address, None).encode(), self._baud)
        login = action is Action.LOGIN
        names = (*("*" * len(typed) if login else typed), key.name.lower())
        self._tell(TerminalAsked(self.device, action, number, names, typed if login else ""))

    def _report_grade(self, channel: Transport, data: bytes) -> None:
        grade = self._settings.grades.get(data[0]) if len(data) == 1 else None
        if grade is None:
            self._log.warning("evaluator_button_without_grade", value=data.hex())
            self._beep_without_meaning(channel)
            return
        self._tell(GradePressed(self.device, grade))

    def _beep_without_meaning(self, channel: Transport) -> None:
        """By ear the staff notice a key that this hall gives no meaning, and a table that does not fit the model."""
        if self._settings.beep_without_meaning:
            write_after_gap(channel, codec.beep(self._address).encode(), self._baud)
