"""A code scanner from the device's side: it says what it reads, and understands one of three command languages.

    plain      codes with their suffix, nothing else; hears nothing
    gm65       7E 00 │ 07 read 08 write 09 save 0A beat │ count │ zone BE2 │ data │ CRC-16/XMODEM BE2, or AB CD
               answers 02 00 00 │ count │ data │ CRC, to a beat 03 00 00 01 00 33 31; to a wrong CRC nothing
    newland    7E 01 30 30 30 30 │ @ or # │ text │ ; 03 → the same after 02, with 06, 15 or 05 before the ;
    honeywell  16 54 0D looks for a code, 16 55 0D stops; answers nothing

It looks all the time (continuous) or when it is triggered: by its host, or by its key. What is read is kept by its
length only: a pass is a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.code_reader_picture import Face, draw_reader
from simulators.device import ActionRefused, Send, WrongArgument, no_others
from simulators.device_actions import unknown_action

_TEXT_LIMIT: Final = 8192
_IN_VIEW_S: Final = 10.0
_LOOKS_FOR_S: Final = 5.0
_LIT_S: Final = 0.8
_SUFFIXES: Final = {"any": b"\r\n", "cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}
_ZONES: Final = {0x00: 0xD6, 0x02: 0x00, 0x03: 0x01, 0x05: 0x00, 0x0D: 0xA0, 0x2A: 0x39, 0x2B: 0x01, 0x60: 0x01}
_KNOWN_TEXTS: Final = {"SCNTRG1": b"", "SCNTRG0": b"", "QRYSYS": b"Product Name: EM20"}


class SimulatedPlainReader:
    """A scanner. Actions: ``scan`` {text | hex | pass}, ``press`` (its key), ``mode`` {mode}, ``reset``."""

    kind = "plain-code-reader"

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
        self.make_pass: Callable[[str], str] | None = None  # a phone that shows passes, where the hall has a gate
        self._options = dict(options or {})
        self._send: Send = lambda data: None
        self._now_s = 0.0
        self._held = bytearray()
        self._scans = self._commands = self._broken = self._last_length = 0
        self._last_pass: str | None = None
        self._start()

    def _start(self) -> None:
        self._zones = bytearray(256)
        for zone, value in _ZONES.items():
            self._zones[zone] = value
        self._trigger_mode = False
        self._in_view: bytes | None = None
        self._view_until_s = self._looks_until_s = self._lit_until_s = 0.0

    # --- the door --------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        """A scanner in plain mode understands nothing."""

    def tick(self, steady_s: float) -> None:
        if self._now_s == 0.0:
            self._view_until_s += steady_s if self._in_view is not None else 0.0
        self._now_s = steady_s
        if self._in_view is not None and steady_s > self._view_until_s:
            self._in_view = None

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "scan":
                self._hold(self._code(arguments))
            case "press":
                self._press(arguments)
            case "mode":
                self._set_mode(arguments)
            case "reset":
                self._start()
            case "clear_faults":
                pass  # its cable's faults belong to the line
            case _:
                raise unknown_action("a code reader", self.kind, action)
        return self.show()

    def show(self) -> dict[str, Any]:
        return {
            "mode": "trigger" if self._trigger_mode else "continuous",
            "looking": self._looking(),
            "in_view": self._in_view is not None,
            "scans": self._scans,
            "last_length": self._last_length,
            "last_pass": self._last_pass,
            "passes": self.make_pass is not None,
            "commands": self._commands,
            "broken": self._broken,
        }

    def picture(self) -> bytes | None:
        return draw_reader(Face(self._looking(), self._in_view is not None, self._now_s < self._lit_until_s, self.kind))

    def audio(self) -> bytes | None:
        return None

    # --- a phone before the window ---------------------------------------------------------------------------

    def _code(self, arguments: Mapping[str, Any]) -> bytes:
        no_others(arguments, "text", "hex", "pass")
        if len(arguments) != 1:
            raise WrongArgument("text", "scan takes one of text, hex or pass")
        ((name, value),) = arguments.items()
        if not isinstance(value, str) or not value or len(value) > _TEXT_LIMIT:
            raise WrongArgument(name, f"{name} is a text of 1 to {_TEXT_LIMIT} characters")
        self._last_pass = None
        if name == "pass":
            if self.make_pass is None:
                raise ActionRefused("this hall has no gate, so nobody carries a pass here; scan a text")
            try:
                found = self.make_pass(value)
            except ValueError as problem:
                raise WrongArgument("pass", str(problem)) from None
            self._last_pass = value
            return found.encode("ascii")
        if name == "hex":
            try:
                return bytes.fromhex(value)
            except ValueError:
                raise WrongArgument("hex", "hex is pairs of hexadecimal digits") from None
        encoding = "gbk" if self._options.get("encoding") == "gbk" else "utf-8"
        return value.encode(encoding, "surrogatepass" if encoding == "utf-8" else "replace")

    def _hold(self, code: bytes) -> None:
        self._in_view, self._view_until_s = code, self._now_s + _IN_VIEW_S
        if self._looking():
            self._say_code()

    def _press(self, arguments: Mapping[str, Any]) -> None:
        no_others(arguments, "key")
        self._look()

    def _set_mode(self, arguments: Mapping[str, Any]) -> None:
        no_others(arguments, "mode")
        if arguments.get("mode") not in ("continuous", "trigger"):
            raise WrongArgument("mode", "mode is continuous or trigger")
        self._trigger_mode = arguments["mode"] == "trigger"
        self._zones[0x00] = self._zones[0x00] & 0xFC | (1 if self._trigger_mode else 2)
        if not self._trigger_mode and self._in_view is not None:
            self._say_code()

    def _looking(self) -> bool:
        return not self._trigger_mode or self._now_s < self._looks_until_s

    def _look(self) -> None:
        self._looks_until_s = self._now_s + _LOOKS_FOR_S
        if self._in_view is not None:
            self._say_code()

    def _look_away(self) -> None:
        self._looks_until_s = 0.0

    def _say_code(self) -> None:
        assert self._in_view is not None
        code, self._in_view = self._in_view, None
        self._looks_until_s = 0.0
        self._scans, self._last_length, self._lit_until_s = self._scans + 1, len(code), self._now_s + _LIT_S
        self._send(self._framed(code + _SUFFIXES[self._options.get("suffix", "any")]))

    def _framed(self, code: bytes) -> bytes:
        return code

    def _broken_command(self) -> None:
        self._broken += 1


class SimulatedGm65Reader(SimulatedPlainReader):
    """A GM65 or GM861S: 256 zones, and a CRC on everything."""

    kind = "gm65-code-reader"

    def hear(self, data: bytes) -> None:
        self._held += data
        while (start := self._held.find(b"\x7e\x00")) >= 0:
            del self._held[:start]
            if len(self._held) < 6:
                return
            size = 6 + (self._held[3] or 256) + 2
            if len(self._held) < size:
                return
            frame = bytes(self._held[:size])
            if frame[-2:] != b"\xab\xcd" and _crc(frame[2:-2]) != int.from_bytes(frame[-2:], "big"):
                self._broken_command()
                del self._held[:2]
                continue
            del self._held[:size]
            self._obey(frame[2], int.from_bytes(frame[4:6], "big"), frame[6:-2])
        del self._held[: max(0, len(self._held) - 1)]

    def _obey(self, kind: int, zone: int, data: bytes) -> None:
        self._commands += 1
        match kind:
            case 0x07:
                self._answer(0x02, bytes(self._zones[(zone + place) & 0xFF] for place in range(data[0] or 256)))
            case 0x08:
                self._answer(0x02, b"\x00")
                self._write(zone, data)
            case 0x09:
                self._answer(0x02, b"\x00")
            case 0x0A:
                self._answer(0x03, b"\x00")
            case _:
                self._broken_command()

    def _write(self, zone: int, data: bytes) -> None:
        if zone == 0xD9:
            self._start()
            return
        for place, value in enumerate(data):
            self._zones[(zone + place) & 0xFF] = value
        self._trigger_mode = self._zones[0x00] & 0x03 != 2
        if zone == 0x02:
            (self._look if data[0] & 1 else self._look_away)()
            self._zones[0x02] &= 0xFE

    def _answer(self, first: int, data: bytes) -> None:
        body = b"\x00" + bytes([len(data) & 0xFF]) + data
        self._send(bytes([first, 0x00]) + body + _crc(body).to_bytes(2, "big"))

    def _framed(self, code: bytes) -> bytes:
        if self._zones[0x60] & 0x80 or self._options.get("framing") == "03-length":
            return b"\x03" + len(code).to_bytes(2, "big") + code
        return code


class SimulatedNewlandReader(SimulatedPlainReader):
    """A Newland with unified commands; with the option ``dialect`` a Honeywell."""

    kind = "newland-code-reader"

    def hear(self, data: bytes) -> None:
        self._held += data
        if self._options.get("dialect") == "honeywell":
            self._hear_honeywell()
        else:
            self._hear_newland()
        del self._held[:-600]

    def _hear_honeywell(self) -> None:
        while len(self._held) >= 3:
            words = bytes(self._held[:3])
            if words in (b"\x16T\r", b"\x16U\r"):
                self._commands += 1
                (self._look if words[1:2] == b"T" else self._look_away)()
                del self._held[:3]
            else:
                del self._held[:1]

    def _hear_newland(self) -> None:
        while (end := self._held.find(b";\x03")) >= 0:
            raw = bytes(self._held[: end + 2])
            del self._held[: end + 2]
            start = raw.rfind(b"\x7e\x010000")
            if start < 0 or raw[start + 6 : start + 7] not in (b"@", b"#"):
                self._broken_command()
                continue
            self._answer_text(raw[start + 6 : start + 7], raw[start + 7 : -2])

    def _answer_text(self, sign: bytes, text: bytes) -> None:
        self._commands += 1
        told = _KNOWN_TEXTS.get(text.decode("ascii", "replace"))
        self._send(b"\x02\x010000" + sign + text + (b"\x05" if told is None else told + b"\x06") + b";\x03")
        if text == b"SCNTRG1":
            self._look()
        elif text == b"SCNTRG0":
            self._look_away()


def _crc(data: bytes) -> int:
    """X^16 + X^12 + X^5 + 1, most significant bit first, as the reader's manual prints it in C."""
    crc = 0
    for byte in data:
        bit = 0x80
        while bit:
            carry = crc & 0x8000
            crc = crc << 1 & 0xFFFF
            crc ^= 0x1021 if carry else 0
            crc ^= 0x1021 if byte & bit else 0
            bit >>= 1
    return crc
