"""An LED strip on the wire of the call terminals, from the strip's side.

    A0 90 │ address │ A5 show, A1 show stored, A2 store │ length 2, high first │ data │ XOR from the address on
    data: two GB2312 bytes and a colour, or one other byte and a colour; 0 red, 1 green, 2 yellow

    80 + address │ C0 + (address & C0) / 4 │ 44 │ GBK text │ 1A            the plain form, ``form = "plain"``

Says, with ``answers = true``: A0 90 address A5 AA, or as many bytes as ``answer_bytes`` asks for. Refuses nothing:
what does not fit is not shown. A text wider than the strip runs to the left, one dot each 40 ms; a shorter one stands
at the left edge. Written from the facts of uvbs/HospitalQueueSystem and marzlia/HallQueFront; nobody published frames.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from simulators.device import Send
from simulators.device_actions import unknown_action
from simulators.dot_font import HEIGHT, as_strings, text_rows
from simulators.led_sign_picture import draw_sign
from simulators.lumen_sign_screen import moved

_HEAD: Final = b"\xa0\x90"
_SHOW, _SHOW_STORED, _STORE = 0xA5, 0xA1, 0xA2
_LONGEST: Final = 1100
_STEP_S: Final = 0.04
_PATIENCE_S: Final = 0.5  # a message that stops so long is none
_COLOURS: Final = ("red", "green", "yellow")


class SimulatedStripSign:
    """One strip. Actions: ``reset``, ``power_cut`` (it shows what is stored), ``clear_faults``."""

    kind = "a090-sign"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        chosen = options or {}
        self.id = device_id
        self.window = window
        self._address = address
        self._plain = chosen.get("form") == "plain"
        self._base = int(chosen.get("length_base", 256))
        self._answer_bytes = max(5, int(chosen.get("answer_bytes", 0))) if chosen.get("answers") is True else 0
        self._width = int(chosen.get("width", 64))
        self._send: Send = lambda data: None
        self._now_s = self._heard_s = self._since_s = 0.0
        self._held = bytearray()
        self._text = self._stored = b""
        self._colour = 0
        self._counters: Counter[str] = Counter(frames=0, broken=0, foreign=0, stored=0)

    # --- the door --------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        self._held += data
        self._heard_s = self._now_s
        step = self._step_plain if self._plain else self._step
        while self._held and step():
            pass

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s
        if self._held and steady_s - self._heard_s > _PATIENCE_S:
            self._counters["broken"] += 1
            self._held.clear()

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "reset" | "power_cut":
                self._held.clear()
                self._put(self._stored, 0)
            case "clear_faults":
                return {}
            case _:
                raise unknown_action("a strip", self.kind, action)
        return {}

    def show(self) -> dict[str, Any]:
        rows = self._rows()
        words = self._text.decode("gbk", "replace")
        return {
            "address": self._address,
            "window": self.window,
            "width": self._width,
            "height": HEIGHT,
            "power": True,
            "brightness": 15,
            "text": words.strip(),
            "pages": [[words]],
            "visible": [words],
            "colour": _COLOURS[self._colour],
            "moving": text_rows(self._text)[0] > self._width,
            "blinking": False,
            "rows": as_strings(self._width, rows),
            "lit": sum(row.bit_count() for row in rows),
            "counters": dict(self._counters),
        }

    def picture(self) -> bytes | None:
        return draw_sign(tuple(self._rows()), self._width, 15)

    def audio(self) -> bytes | None:
        return None

    def _rows(self) -> list[int]:
        width, dots = text_rows(self._text)
        start = 0
        if width > self._width:
            start = self._width - int((self._now_s - self._since_s) / _STEP_S + 1e-9) % (self._width + width)
        return [moved(row, width, start, self._width) for row in dots]

    def _put(self, text: bytes, colour: int) -> None:
        self._text, self._colour, self._since_s = text, colour, self._now_s

    # --- the language ----------------------------------------------------------------------------------------

    def _step(self) -> bool:
        """Take one message or some noise; False when more bytes are needed."""
        begin = self._held.find(_HEAD)
        if begin < 0:
            del self._held[: len(self._held) - (self._held[-1] == _HEAD[0])]
            return False
        del self._held[:begin]
        if len(self._held) < 6:
            return False
        address, function, high, low = self._held[2:6]
        size = high * self._base + low
        if function not in (_SHOW, _SHOW_STORED, _STORE) or size > _LONGEST:
            del self._held[: len(_HEAD)]
            return True
        if len(self._held) < 7 + size:
            return False
        body = bytes(self._held[2 : 6 + size])
        if _xor(body) != self._held[6 + size]:
            self._counters["broken"] += 1
            del self._held[: len(_HEAD)]
            return True
        del self._held[: 7 + size]
        if address != self._address:
            self._counters["foreign"] += 1
        else:
            self._obey(function, body[4:])
        return True

    def _obey(self, function: int, data: bytes) -> None:
        text, colour = self._stored, 0
        if function != _SHOW_STORED:
            read = _read(data)
            if read is None:
                self._counters["broken"] += 1
                return
            text, colour = read
        self._counters["frames"] += 1
        if function == _STORE:
            self._counters["stored"] += 1
            self._stored = text
        else:
            self._put(text, colour)
        if self._answer_bytes:
            self._send(_HEAD + bytes([self._address]) + bytes(self._answer_bytes - 5) + b"\xa5\xaa")

    def _step_plain(self) -> bool:
        if not 0x80 <= self._held[0] <= 0xBF:
            del self._held[0]
            return True
        if len(self._held) < 3:
            return False
        address = self._held[0] - 0x80
        if self._held[1] != 0xC0 + ((address & 0xC0) >> 2) or self._held[2] != 0x44:
            del self._held[0]
            return True
        end = self._held.find(0x1A, 3)
        if end < 0:
            if len(self._held) <= _LONGEST:
                return False
            del self._held[0]
            return True
        text = bytes(self._held[3:end])
        del self._held[: end + 1]
        if address == self._address:
            self._counters["frames"] += 1
            self._put(text, 0)
        else:
            self._counters["foreign"] += 1
        return True


def _read(data: bytes) -> tuple[bytes, int] | None:
    """The text and its first colour; None when the data are no whole characters with known colours."""
    text, colours, place = bytearray(), [], 0
    while place < len(data):
        size = 2 if data[place] >= 0x80 else 1
        if place + size >= len(data) or data[place + size] >= len(_COLOURS):
            return None
        text += data[place : place + size]
        colours.append(data[place + size])
        place += size + 1
    return bytes(text), colours[0] if colours else 0


def _xor(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
    return value
