"""One call terminal, with its button evaluator, on a line that it may share with others.

Knows: its address, how to acknowledge a key at once, which keys mean what on this model.
Must not know: tickets, windows, whether an action is allowed.
The terminals speak when they like and two may speak at once: broken frames are counted and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from drivers.bus_gap import note_bytes, write_after_gap, write_now
from drivers.call_terminal import codec
from drivers.call_terminal.codec import Frame, Parser
from drivers.call_terminal.keys import Key, key_table, meaning
from drivers.driver import Order, Report, Tell
from drivers.kinds.call_terminal import Action, Beep, ShowNumbers, TerminalAsked
from drivers.transport import Transport

SAME_PRESS_S: Final = 0.3
REPAINT_EVERY_S: Final = 30.0  # 16 ms of the line at 9600
_HALF_FRAME_S: Final = 0.5  # a whole frame takes 23 ms at 9600
_ECHOES_IN_A_ROW: Final = 8  # a press, its three repeats, an impatient finger; more is our own echo coming back
_KNOWN_OPTIONS: Final = ("model", "keys", "evaluator_answer")

_KEYS: Final = {key.value: key for key in Key}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EvaluatorPressed(Report):
    """The visitor pressed a button of the evaluator; which grade ``value`` means differs from model to model."""

    value: int


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
        self._table, self._answer_press = _read(options or {})
        self._parser = Parser()
        self._heard_s = 0.0
        self._shown: Frame | None = None
        self._last: Frame | None = None
        self._last_s = 0.0
        self._echoes = 0
        self._log = log.bind(device=device)

    def handshake(self, channel: Transport) -> None:
        """Nothing to ask: the protocol has no question. An open line is all that can be known."""

    def poll(self, channel: Transport) -> None:
        """Say the numbers once more: a terminal that was switched off and on cannot ask for them."""
        if self._shown is not None:
            write_after_gap(channel, self._shown.encode(), self._baud)

    def perform(self, channel: Transport, order: Order) -> None:
        """Carry out `ShowNumbers` or `Beep`; the terminal confirms nothing, so written is done."""
        match order:
            case ShowNumbers(waiting=waiting, ticket=ticket):
                frame = self._shown = codec.show(self._address, waiting, ticket)
            case Beep():
                frame = codec.beep(self._address)
            case _:
                raise ValueError(f"a call terminal cannot {type(order).__name__}")
        write_after_gap(channel, frame.encode(), self._baud)

    def heard(self, channel: Transport, data: bytes) -> None:
        """All that anybody on this line said; our own terminal's keys are echoed first and reported then."""
        note_bytes(channel)
        now_s = self._steady()
        found = self._parser.abandon() if now_s - self._heard_s > _HALF_FRAME_S else []
        self._heard_s = now_s
        for item in [*found, *self._parser.feed(data)]:
            if not isinstance(item, Frame):
                self.broken_frames += item.problem != "noise"
            elif item.address == self._address and item.key_report is not None:
                if self._acknowledge(channel, item, item.encode(), now_s):
                    self._report_keys(channel, *item.key_report)
            elif item.address == self._address + codec.EVALUATOR_OFFSET and item.function == codec.EVALUATOR_PRESS:
                fresh = self._acknowledge(channel, item, self._answer_press(item), now_s)
                if fresh and len(item.data) == 1:
                    self._tell(EvaluatorPressed(self.device, item.data[0]))

    def forget(self) -> None:
        """The line was lost: half a frame will not be completed."""
        self._parser = Parser()
        self._last = None

    def _acknowledge(self, channel: Transport, frame: Frame, answer: bytes, now_s: float) -> bool:
        """Answer at once; True when this is a new press and not a repeat of one whose answer was lost."""
        repeated = frame == self._last and now_s - self._last_s < SAME_PRESS_S
        self._last, self._last_s = frame, now_s
        self._echoes = self._echoes + 1 if repeated else 1
        # A line that echoes gives us our own answer back as if the terminal had repeated: that must end.
        if self._echoes <= _ECHOES_IN_A_ROW:
            write_now(channel, answer, self._baud)
        return not repeated

    def _report_keys(self, channel: Transport, digits: tuple[int, ...], code: int) -> None:
        typed = "".join(map(str, digits))
        key = _KEYS.get(code)
        found = meaning(self._table, typed, key) if key is not None else None
        if key is None or found is None:
            name = f"{code:02x}" if key is None else key.name.lower()
            self._log.info("terminal_key_without_meaning", key=name, digits=len(digits))
            return
        action, number = found
        if action is Action.BEEP_ADDRESS:
            write_after_gap(channel, codec.show(self._address, self._address, None).encode(), self._baud)
        login = action is Action.LOGIN
        names = (*("*" * len(typed) if login else typed), key.name.lower())
        self._tell(TerminalAsked(self.device, action, number, names, typed if login else ""))


def _read(options: Mapping[str, Any]) -> tuple[Mapping[str, Action], Callable[[Frame], bytes]]:
    unknown = sorted(set(options) - set(_KNOWN_OPTIONS))
    if unknown:
        raise ValueError(f"unknown option {unknown[0]!r}; known: {', '.join(_KNOWN_OPTIONS)}")
    changes = options.get("keys", {})
    if not isinstance(changes, Mapping) or not all(isinstance(name, str) for name in changes.values()):
        raise ValueError('keys is a table such as { "6+confirm" = "no_show" }')
    answers = {"same_with_01": codec.acknowledge_press, "short": codec.acknowledge_press_short}
    answer = str(options.get("evaluator_answer", "same_with_01"))
    if answer not in answers:
        raise ValueError(f"evaluator_answer is one of {', '.join(answers)}, not {answer!r}")
    return key_table(str(options.get("model", "jackqchen")), changes), answers[answer]
