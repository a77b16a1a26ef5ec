"""A window sign on a Lumen C-Power card, from the card's side. Written from the maker's papers on external calls.

    serial   A5 │ escape( 68 │ 32 │ card │ command │ flag │ data │ sum LE2 ) │ AE     A5 AA AE → AA 05, AA 0A, AA 0E
    network  id 4 │ length 2, high byte first │ 00 00 │ the same packet, nothing escaped

Obeys its own number and FF; answers, when bit 0 of the flag asks for it, with E8 in front (68 up to firmware 3.2) and
the return code in the flag: 0, 1 wrong sum, 2 pieces out of order. Commands: 2E version, 46 brightness, 47 clock,
76 power, 7B external call (``lumen_sign_card``), 2D and FE restart. Files are refused. Call 07 is counted as a write of
the flash, which a hall must never cause.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.device import Send, WrongArgument
from simulators.device_actions import unknown_action
from simulators.dot_font import as_strings
from simulators.led_sign_picture import draw_sign
from simulators.lumen_sign_card import Refused, obey
from simulators.lumen_sign_screen import FLICKER, RUNNING, Screen, Text

_EVERYBODY: Final = 0xFF
_CHECKSUM, _SEQUENCE = 0x01, 0x02
_SAVE: Final = 0x07
_LONGEST: Final = 4096
_ESCAPED: Final = {0xA5: b"\xaa\x05", 0xAE: b"\xaa\x0e", 0xAA: b"\xaa\x0a"}
_UNESCAPED: Final = {0x05: 0xA5, 0x0E: 0xAE, 0x0A: 0xAA}
_BRIGHTEST: Final = 31

Handler = Callable[[bytes], bytes]


class SimulatedLumenSign:
    """One sign. Actions: ``reset``, ``power_cut`` (what it showed is gone), ``answer_error`` {code, times},
    ``clear_faults``.
    """

    kind = "lumen-cpower-sign"

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
        self._framing = str(chosen.get("framing", "auto"))
        self._lsb_left = chosen.get("bit_order") == "lsb"
        self._old = chosen.get("firmware") == "3.2"
        self._screen = Screen(int(chosen.get("width", 64)), int(chosen.get("height", 16)))
        self._send: Send = lambda data: None
        self._now_s = 0.0
        self._on = True
        self._hours = bytes([_BRIGHTEST] * 24)
        self._errors: deque[int] = deque()
        self._counters: Counter[str] = Counter(frames=0, broken=0, foreign=0, refused=0, flash_writes=0)
        self._held = bytearray()
        self._call = bytearray()
        self._next_piece = 0
        self._network_id: bytes | None = None  # of the packet that is being answered; None: it came in serial framing
        self._handlers: dict[int, Handler] = {
            0x2D: self._restart,
            0xFE: self._restart,
            0x2E: lambda data: bytes([0, 0x0C, 0x41, 0x31, 0, 0, 0, 0x32 if self._old else 0x35]),
            0x46: self._brightness,
            0x47: lambda data: bytes(8) if data[:1] == b"\x01" else b"\x01",
            0x76: self._power,
        }

    # --- the door --------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        self._held += data
        while self._held and self._step():
            pass

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "reset" | "power_cut":
                self._restart(b"")
                self._held.clear()
            case "answer_error":
                self._errors.extend([_number(arguments, "code", 1, 255)] * _number(arguments, "times", 1, 1000, 1))
            case "clear_faults":
                self._errors.clear()
            case _:
                raise unknown_action("a sign", self.kind, action)
        return {}

    def show(self) -> dict[str, Any]:
        filled = [(content, self._now_s - since_s) for content, since_s in self._screen.filled.values()]
        texts = [(content, age_s) for content, age_s in filled if isinstance(content, Text)]
        rows = self._rows()
        return {
            "address": self._address,
            "window": self.window,
            "width": self._screen.width,
            "height": self._screen.height,
            "power": self._on,
            "brightness": round(self._hours[0] * 15 / _BRIGHTEST),
            "text": " ".join(_words(line) for text, _ in texts for page in text.pages for line in page).strip(),
            "pages": [[_words(line) for line in page] for text, _ in texts for page in text.pages],
            "visible": [_words(line) for text, age_s in texts for line in text.pages[text.page_at(age_s)]],
            "pictures": len(filled) - len(texts),
            "moving": any(text.effect in RUNNING for text, _ in texts),
            "blinking": any(text.effect == FLICKER for text, _ in texts),
            "rows": as_strings(self._screen.width, rows),
            "lit": sum(row.bit_count() for row in rows),
            "counters": dict(self._counters),
        }

    def picture(self) -> bytes | None:
        return draw_sign(tuple(self._rows()), self._screen.width, round(self._hours[0] * 15 / _BRIGHTEST))

    def audio(self) -> bytes | None:
        return None

    def _rows(self) -> list[int]:
        return self._screen.rows(self._now_s) if self._on else [0] * self._screen.height

    # --- the framing -----------------------------------------------------------------------------------------

    def _step(self) -> bool:
        """Take one packet or one byte of noise; False when more bytes are needed."""
        if self._framing == "serial" or (self._framing == "auto" and self._held[0] == 0xA5):
            return self._step_serial()
        return self._step_network()

    def _step_serial(self) -> bool:
        if self._held[0] != 0xA5:
            del self._held[0]
            return True
        end, again = self._held.find(0xAE, 1), self._held.find(0xA5, 1)
        if again > 0 and (end < 0 or again < end):
            self._counters["broken"] += again > 1
            del self._held[:again]
            return True
        if end < 0:
            if len(self._held) <= _LONGEST:
                return False
            self._counters["broken"] += 1
            self._held.clear()
            return False
        inner = _unescape(bytes(self._held[1:end]))
        del self._held[: end + 1]
        self._network_id = None
        if inner is None or not self._take(inner):
            self._counters["broken"] += 1
        return True

    def _step_network(self) -> bool:
        if len(self._held) < 10:
            return False
        size = int.from_bytes(self._held[4:6], "big")
        if self._held[6:8] != b"\x00\x00" or self._held[8:10] != b"\x68\x32" or not 7 <= size <= _LONGEST:
            del self._held[0]
            return True
        if len(self._held) < 8 + size:
            return False
        packet = bytes(self._held[8 : 8 + size])
        self._network_id = bytes(self._held[:4])
        if self._take(packet):
            del self._held[: 8 + size]
        else:
            self._counters["broken"] += 1
            del self._held[0]
        return True

    # --- the language ----------------------------------------------------------------------------------------

    def _take(self, packet: bytes) -> bool:
        """Whether it was a packet; what was meant for others is one."""
        if len(packet) < 7 or packet[:2] != b"\x68\x32":
            return False
        card, command, flag = packet[2:5]
        if card not in (self._address, _EVERYBODY):
            self._counters["foreign"] += 1
            return True
        right = sum(packet[:-2]) & 0xFFFF == int.from_bytes(packet[-2:], "little")
        if right:
            self._counters["frames"] += 1
            code, data = self._obey(command, packet[5:-2])
        else:
            code, data = _CHECKSUM, bytes(4) if command == 0x7B else b"\x00"
        if flag & 1:
            self._answer(command, code, data)
        return right

    def _obey(self, command: int, data: bytes) -> tuple[int, bytes]:
        refused = bytes(4) if command == 0x7B else b"\x00"
        if self._errors:
            self._counters["refused"] += 1
            return self._errors.popleft(), refused
        if command == 0x7B:
            try:
                self._piece(data)
            except Refused as refusal:
                self._counters["refused"] += 1
                return refusal.code, refused
            return 0, bytes(4)
        handler = self._handlers.get(command)
        answer = refused if handler is None else handler(data)
        self._counters["refused"] += answer in (b"", b"\x00")
        return 1 if command == 0x3C else 0, answer

    def _answer(self, command: int, code: int, data: bytes) -> None:
        packet = bytes([0x68 if self._old else 0xE8, 0x32, self._address, command, code]) + data
        packet += (sum(packet) & 0xFFFF).to_bytes(2, "little")
        if self._network_id is not None:
            self._send(self._network_id + len(packet).to_bytes(2, "big") + b"\x00\x00" + packet)
        else:
            self._send(b"\xa5" + b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in packet) + b"\xae")

    # --- the commands ----------------------------------------------------------------------------------------

    def _piece(self, data: bytes) -> None:
        """A piece of an external call; the last one has it carried out."""
        if len(data) < 4 or int.from_bytes(data[:2], "little") != len(data) - 4:
            raise Refused(_SEQUENCE)
        number, last = data[2:4]
        if number == 0:
            self._call.clear()
        elif number != self._next_piece:
            raise Refused(_SEQUENCE)
        self._call += data[4:]
        self._next_piece = number + 1
        if number == last:
            self._next_piece = 0
            call = bytes(self._call)
            self._counters["flash_writes"] += call[:1] == bytes([_SAVE])
            obey(call, self._screen, self._now_s, self._lsb_left)

    def _power(self, data: bytes) -> bytes:
        if data[:1] == b"\x01":
            return bytes([1, self._on]) + bytes(8)
        if len(data) not in (9, 10) or data[0] or data[1] > 1:
            return b""
        self._on = data[1] == 1
        return data[:2]

    def _brightness(self, data: bytes) -> bytes:
        if data[:1] == b"\x01":
            return b"\x01" + self._hours
        if len(data) != 25 or data[0] or any(level > _BRIGHTEST for level in data[1:]):
            return b"\x00"
        self._hours = data[1:]
        return b"\x01"

    def _restart(self, _: bytes) -> bytes:
        self._screen.clear()
        self._on = True
        self._call.clear()
        self._next_piece = 0
        return b"\x01"


def _unescape(inner: bytes) -> bytes | None:
    found, place = bytearray(), 0
    while place < len(inner):
        if inner[place] == 0xAA:
            if inner[place + 1 : place + 2] not in (b"\x05", b"\x0e", b"\x0a"):
                return None
            found.append(_UNESCAPED[inner[place + 1]])
            place += 2
        else:
            found.append(inner[place])
            place += 1
    return bytes(found)


def _words(line: bytes) -> str:
    return line.decode("gb2312", "replace")


def _number(arguments: Mapping[str, Any], name: str, low: int, high: int, default: int | None = None) -> int:
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise WrongArgument(name, f"{name} is a whole number from {low} to {high}")
    return value
