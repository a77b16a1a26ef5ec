"""A ticket printer from the printer's side: a receive buffer, a print head that needs its time, paper, cover and knife.

``10 04 n`` is answered at once, wherever it stands in the stream, also inside dots and data, as printers do; all else
waits in the buffer until the head comes to it. Without paper or with an open cover the head
stands still, and goes on where it stopped when that is put right. Answers, by the Epson reference:

    10 04 01  12 | 08 offline                      10 04 03  12 | 08 cutter | 20 unrecoverable
    10 04 02  12 | 04 cover | 08 button | 20 paper end | 40 error      10 04 04  12 | 0C near end | 60 end
    1D 72 01  00 | 03 near end | 0C end            1D 61 n   four bytes now and at each change
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from simulators.device import ActionRefused, Send, WrongArgument, no_others
from simulators.device_actions import unknown_action
from simulators.escpos_interpreter import Engine, Interpreter
from simulators.escpos_paper import Slip, draw

_KEPT_SLIPS: Final = 20
_BUFFER_BYTES: Final = 65_536
_DOTS_OF_A_MILLIMETRE: Final = 8
_SWITCHES: Final = ("paper_out", "paper_low", "cover_open", "cutter_jam", "error", "offline")
_REALTIME: Final = re.compile(rb"\x10\x04[\x01-\x04]")
_ONLY_REALTIME: Final = re.compile(rb"(?:\x10\x04[\x01-\x04])+")
_CHARSETS: Final = ("gb18030", "gbk", "gb2312")
_DOTS: Final = {80: 576, 58: 384}
# The first four are keys of a real printer's profile, so that the simulated one is the printer of the hall's file.
_OPTIONS: Final[Mapping[str, Any]] = {
    "width_mm": 80,
    "charset": "gb18030",
    "native_qr": True,
    "paper_query": True,
    "chinese_at_start": False,
    "speed_mm_s": 150,  # 0: at once
}


class SimulatedEscposPrinter:
    """One printer. See `simulators.device.Device`."""

    kind = "escpos-printer"

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
        self._options = {name: (options or {}).get(name, value) for name, value in _OPTIONS.items()}
        if self._options["width_mm"] not in _DOTS or self._options["charset"] not in _CHARSETS:
            raise ValueError(f"{device_id}: paper is 80 or 58 mm wide, the charset one of {', '.join(_CHARSETS)}")
        self._width_dots = _DOTS[self._options["width_mm"]]
        self._send: Send = lambda data: None
        self._switches = dict.fromkeys(_SWITCHES, False)
        self._printed = 0  # slips begun since the power was switched on
        self._slips: deque[Slip] = deque(maxlen=_KEPT_SLIPS)
        self._now_s = 0.0
        self._power_on()

    def _power_on(self) -> None:
        self._buffer = bytearray()
        self._last_two = b""
        self._watching = False
        self._told: bytes | None = None
        self._lost_bytes = 0
        self._idle = True
        self._busy_until_s = 0.0
        self._slip = self._new_slip()
        engine = Engine(
            width_dots=self._width_dots,
            charset=self._options["charset"],
            chinese_at_start=self._options["chinese_at_start"],
            draws_qr=self._options["native_qr"],
        )
        self._interpreter = Interpreter(engine, self._answer_in_turn, self._watch, self._cut)

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        self._answer_at_once(data)
        if _ONLY_REALTIME.fullmatch(data):
            return  # taken out before the buffer, or hours without paper would fill it
        room = _BUFFER_BYTES - len(self._buffer)
        self._lost_bytes += max(0, len(data) - room)
        self._buffer += data[:room]
        self._work()

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s
        self._work()

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if action in _SWITCHES:
            on = arguments.get("on", True)
            no_others(arguments, "on")
            if not isinstance(on, bool):
                raise WrongArgument("on", f'{action} takes {{"on": true}} or {{"on": false}}')
            self._switches[action] = on
            self._tell_change()
            self._work()
            return {"on": on}
        if action in ("tear", "clear_faults", "reset"):
            no_others(arguments)
        match action:
            case "tear":
                return {"number": self._tear()}
            case "clear_faults":
                self._repair()
            case "reset":
                self._repair()
                self._power_on()
            case _:
                raise unknown_action("a ticket printer", self.kind, action)
        return {}

    def show(self) -> dict[str, Any]:
        slips = [*self._slips, self._slip] if self._slip.marks else list(self._slips)
        return {
            "status": {**self._switches, "online": self._online(), "printing": bool(self._buffer)},
            "width_mm": self._options["width_mm"],
            "slips": [
                {"number": slip.number, "lines": slip.lines(), "qr": slip.codes, "cut": slip.cut, "taken": slip.taken}
                for slip in slips
            ],
            "waiting_bytes": len(self._buffer),
            "lost_bytes": self._lost_bytes,
            "unknown_commands": self._interpreter.unknown_commands,
        }

    def picture(self) -> bytes | None:
        if self._slip.marks:
            return draw(self._slip, self._width_dots)
        return draw(self._slips[-1], self._width_dots) if self._slips else None

    def audio(self) -> bytes | None:
        return None

    # paper, cover, knife

    def _new_slip(self) -> Slip:
        self._printed += 1
        return Slip(self._printed)

    def _cut(self, how: str) -> None:
        if self._slip.marks:
            self._slip.cut = how
            self._put_aside()

    def _put_aside(self) -> None:
        self._slips.append(self._slip)
        self._slip = self._new_slip()

    def _tear(self) -> int:
        """Somebody takes the paper that hangs out; the number of that slip."""
        if self._slip.marks:
            self._slip.cut = "torn"
            self._put_aside()
        waiting = [slip for slip in self._slips if not slip.taken]
        if not waiting:
            raise ActionRefused("no paper hangs out of the printer")
        for slip in waiting:
            slip.taken = True
        return waiting[-1].number

    def _repair(self) -> None:
        self._switches = dict.fromkeys(_SWITCHES, False)
        self._tell_change()
        self._work()

    def _online(self) -> bool:
        return not any(self._switches[name] for name in _SWITCHES if name != "paper_low")

    # the head

    def _work(self) -> None:
        if self._idle:
            self._busy_until_s = max(self._busy_until_s, self._now_s)
        while self._online() and self._busy_until_s <= self._now_s:
            moved = self._interpreter.step(self._buffer, self._slip)
            if moved is None:
                self._idle = True
                return
            self._idle = False
            if self._options["speed_mm_s"]:
                self._busy_until_s += moved / (_DOTS_OF_A_MILLIMETRE * self._options["speed_mm_s"])
            if self._slip.too_long:
                self._cut("torn")

    # answers

    def _answer_at_once(self, data: bytes) -> None:
        """Find ``10 04 n`` in what came, also when it came in pieces."""
        stream = self._last_two + data
        for found in _REALTIME.finditer(stream):
            self._send(bytes((self._status(found[0][2]),)))
        self._last_two = stream[-2:]

    def _status(self, number: int) -> int:
        switches = self._switches
        match number:
            case 1:
                bits = 0 if self._online() else 0x08
            case 2:
                failing = switches["cutter_jam"] or switches["error"]
                bits = 0x04 * switches["cover_open"] | 0x08 * switches["offline"]
                bits |= 0x20 * switches["paper_out"] | 0x40 * failing
            case 3:
                bits = 0x08 * switches["cutter_jam"] | 0x20 * switches["error"]
            case _:
                bits = 0x0C * (switches["paper_low"] or switches["paper_out"]) | 0x60 * switches["paper_out"]
        return 0x12 | bits

    def _answer_in_turn(self, number: int) -> None:
        if self._options["paper_query"]:
            switches = self._switches
            near = switches["paper_low"] or switches["paper_out"]
            self._send(bytes((0x03 * near | 0x0C * switches["paper_out"],)))

    def _watch(self, which: int) -> None:
        self._watching = which != 0
        self._told = None
        self._tell_change()

    def _tell_change(self) -> None:
        switches = self._switches
        near = switches["paper_low"] or switches["paper_out"]
        status = bytes((
            0x10 | 0x08 * (not self._online()) | 0x20 * switches["cover_open"],
            0x08 * switches["cutter_jam"] | 0x20 * switches["error"],
            0x03 * near | 0x0C * switches["paper_out"],
            0,
        ))  # fmt: skip
        if self._watching and status != self._told:
            self._told = status
            self._send(status)
