"""A 21-key call terminal with a dot LCD and its button evaluator, from the device's side.

    FF 68 │ L │ L │ 68 │ address │ function │ data, L - 2 │ sum │ 16        sum over address, function and data

Says: a key report (function 01; typed digits, then one function key) and, at address 80 + its own, an evaluator press
(function 11). Each waits for its answer: the same frame back, for the evaluator the same with function 01, or the
short form 68 02 02 68 address 01 sum 16. Without an answer within 100 ms it is said again, three times, and given up.
Hears: 02 with six digits (waiting, ticket; 0A is blank), 02 with one digit (stars, at the evaluator's address),
03 (beep), 01 0B (start of evaluation, at the evaluator's address).
Written from the rules that JackQChen/QueueSystem and the SLZ hall programs agree on; nobody published captured frames.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulators.call_terminal_picture import LABELS, Face, draw_terminal
from simulators.device import Send, WrongArgument
from simulators.device_actions import unknown_action

KEYS: Final = {
    "start": 0x0A,
    "evaluate": 0x0B,
    "call": 0x0C,
    "recall": 0x0D,
    "cancel": 0x0E,
    "confirm": 0x0F,
    "metre": 0x11,
    "wait": 0x12,
    "transfer": 0x13,
}
_OTHER_NAMES: Final = {"pause": "wait", "rate": "evaluate", "finish": "evaluate", "function": "confirm"}
_LOCAL_KEYS: Final = ("up", "down")  # they turn the LCD's pages and say nothing
_ANSWER_S: Final = 0.1
_REPEATS: Final = 3
_EVALUATOR: Final = 0x80
_KEY_DOWN_S: Final = 0.4
_LONGEST_TYPED: Final = 6
_EVALUATION_S: Final = 15.0
_LONGEST_BODY: Final = 32
_BUTTONS: Final = range(5)


@dataclass
class _Pending:
    """A frame that waits for its answer."""

    frame: bytes
    answers: tuple[bytes, ...]
    said: int = 0
    due_s: float | None = None  # set by the first tick after it was said: the wait is never shorter than promised


class SimulatedCallTerminal:
    """One terminal. Actions: ``press`` {key | keys | evaluator}, ``reset``, ``clear_faults``."""

    kind = "ff68-terminal"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = device_id
        self.window = window
        self._address = address
        self._options = dict(options or {})
        self._send: Send = lambda data: None
        self._now_s = 0.0
        self._held = bytearray()
        self._counters: Counter[str] = Counter(said=0, repeated=0, acknowledged=0, given_up=0, broken=0, beeps=0)
        self._forget()

    def _forget(self) -> None:
        self._typed = ""
        self._waiting = self._ticket = "   "
        self._queue: deque[_Pending] = deque()
        self._last_key = ""
        self._key_up_s = 0.0
        self._fate = ""  # of the last report: "", "waiting", "ok", "unanswered"
        self._asks_until_s = 0.0
        self._stars: int | None = None

    # --- the door --------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        self._held += data
        while self._held:
            size = self._frame_size()
            if size is None:
                return
            if size:
                self._take(bytes(self._held[:size]))
            del self._held[: size or 1]

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s
        self._say_due()

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "press":
                return self._press(arguments)
            case "reset":
                self._forget()
            case "clear_faults":
                pass  # its cable's faults belong to the line
            case _:
                raise unknown_action("a call terminal", self.kind, action)
        return {}

    def show(self) -> dict[str, Any]:
        return {
            "address": self._address,
            "window": self.window,
            "waiting": self._waiting.strip(),
            "ticket": self._ticket.strip(),
            "typed": self._typed,
            "last_key": self._last_key,
            "answer": self._fate,
            "beeps": self._counters["beeps"],
            "keys": [{"key": name, "label": LABELS[name]} for name in LABELS],
            "model": self._options.get("model", "jackqchen"),  # what the keys ask for is told by the page
            "changes": self._options.get("keys", {}),
            "evaluator": {"asking": self._now_s < self._asks_until_s, "stars": self._stars, "buttons": list(_BUTTONS)},
            "counters": dict(self._counters),
        }

    def picture(self) -> bytes | None:
        pressed = self._last_key if self._now_s < self._key_up_s else ""
        face = Face(self._waiting, self._ticket, self._typed, self._fate, pressed, self._address, self.window)
        return draw_terminal(face)

    def audio(self) -> bytes | None:
        return None

    # --- fingers ---------------------------------------------------------------------------------------------

    def _press(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if set(arguments) - {"key", "keys", "evaluator"} or len(arguments) != 1:
            raise WrongArgument("key", "press takes one of key, keys or evaluator")
        if "evaluator" in arguments:
            return self._press_evaluator(arguments["evaluator"])
        keys = arguments["keys"] if "keys" in arguments else [arguments["key"]]
        if not isinstance(keys, list | tuple) or not 1 <= len(keys) <= 12:
            raise WrongArgument("keys", "keys is a list of 1 to 12 key names")
        names = [self._name(key) for key in keys]
        for name in names:
            self._push(name)
        return {"pressed": names}

    def _name(self, key: Any) -> str:
        if isinstance(key, int) and not isinstance(key, bool):
            key = str(key)
        name = _OTHER_NAMES.get(key, key) if isinstance(key, str) else ""
        if name not in LABELS:
            raise WrongArgument("key", f"keys: {', '.join(LABELS)}")
        return str(name)

    def _push(self, name: str) -> None:
        self._last_key, self._key_up_s = name, self._now_s + _KEY_DOWN_S
        if name in _LOCAL_KEYS:
            return
        if name not in KEYS:
            self._typed = (self._typed + name)[-_LONGEST_TYPED:]
        elif name == "cancel" and self._typed:
            self._typed = ""
        else:
            data = bytes([*(int(digit) for digit in self._typed), KEYS[name]])
            self._typed = ""
            if name == "evaluate":
                self._start_evaluation()
            frame = _frame(self._address, 0x01, data)
            self._report(_Pending(frame, (frame,)))

    def _press_evaluator(self, value: Any) -> Mapping[str, Any]:
        if isinstance(value, bool) or not isinstance(value, int) or value not in _BUTTONS:
            raise WrongArgument("evaluator", f"the evaluator has buttons {_BUTTONS.start} to {_BUTTONS.stop - 1}")
        address = self._address + _EVALUATOR
        short = b"\x68\x02\x02\x68" + bytes([address, 0x01, (address + 1) & 0xFF, 0x16])
        answers = (_frame(address, 0x01, bytes([value])), short)
        self._report(_Pending(_frame(address, 0x11, bytes([value])), answers))
        self._asks_until_s = 0.0
        return {"pressed": value}

    def _start_evaluation(self) -> None:
        self._asks_until_s = self._now_s + _EVALUATION_S

    # --- the language ----------------------------------------------------------------------------------------

    def _report(self, pending: _Pending) -> None:
        self._queue.append(pending)
        self._fate = "waiting"
        if len(self._queue) == 1:
            self._say(pending)

    def _say(self, pending: _Pending) -> None:
        pending.said += 1
        pending.due_s = None
        self._counters["said"] += 1
        self._counters["repeated"] += pending.said > 1
        self._send(pending.frame)

    def _say_due(self) -> None:
        if not self._queue:
            return
        pending = self._queue[0]
        if pending.due_s is None:
            pending.due_s = self._now_s + _ANSWER_S
        elif self._now_s >= pending.due_s - 1e-6:
            if pending.said <= _REPEATS:
                self._say(pending)
                return
            self._counters["given_up"] += 1
            self._fate = "unanswered"
            self._next_report()

    def _next_report(self) -> None:
        self._queue.popleft()
        if self._queue:
            self._say(self._queue[0])

    def _frame_size(self) -> int | None:
        """Bytes of the frame that begins the held bytes; 0 when none does; None when more are needed."""
        held = self._held
        lead = 1 if held[0] == 0xFF else 0
        head = bytes(held[lead : lead + 4])
        if head[:1] not in (b"", b"\x68"):
            return 0
        if len(head) < 4:
            return None
        if head[1] != head[2] or head[3] != 0x68 or not 2 <= head[1] <= _LONGEST_BODY:
            return 0
        size = lead + 4 + head[1] + 2
        if len(held) < size:
            return None
        good = held[size - 1] == 0x16 and held[size - 2] == sum(held[lead + 4 : size - 2]) & 0xFF
        self._counters["broken"] += not good
        return size if good else 0

    def _take(self, frame: bytes) -> None:
        if self._queue and frame in self._queue[0].answers:
            self._counters["acknowledged"] += 1
            self._fate = "ok"
            self._next_report()
            return
        body = frame[frame.index(0x68) + 4 : -2]
        address, function, data = body[0], body[1], body[2:]
        if address == self._address:
            self._obey(function, data)
        elif address == self._address + _EVALUATOR:
            if function == 0x02 and len(data) == 1 and data[0] <= 5:
                self._stars = data[0]
            elif (function, data) == (0x01, b"\x0b"):
                self._start_evaluation()

    def _obey(self, function: int, data: bytes) -> None:
        if function == 0x02 and len(data) == 6 and max(data) <= 0x0A:
            shown = "".join(" " if digit == 0x0A else str(digit) for digit in data)
            self._waiting, self._ticket = shown[:3], shown[3:]
        elif function == 0x03 and not data:
            self._counters["beeps"] += 1


def _frame(address: int, function: int, data: bytes) -> bytes:
    body = bytes([address, function]) + data
    size = len(body)
    return b"\xff\x68" + bytes([size, size, 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])
