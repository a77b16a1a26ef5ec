"""A Waveshare Modbus relay board from the board's side: eight relays, their pulses, and Modbus RTU of its own.

Written from the board's wiki page ("Modbus RTU Relay"), with no Modbus library, so that it and the host's library are
independent witnesses of the same bytes:

    address, function, data …, CRC-16/MODBUS with the low byte first; a frame ends with 3.5 characters of silence.

Silence cannot be seen in a stream of bytes, so a frame ends where its function says that it does and its CRC is right;
bytes that begin no frame are stepped over one by one, and what is left over for 0.2 s is dropped, as the board would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulators.device import ActionRefused, Send, WrongArgument
from simulators.relay_board_picture import draw_board

_RELAYS: Final = 8
_VERSION: Final = 200  # V2.00
_SILENCE_S: Final = 0.2
_LONGEST: Final = 256
_BUFFER: Final = 1024
_FOREIGN: Final = 16  # no function that the board lacks and a host may try is longer
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE = 1, 2, 3
_TOGGLE: Final = 0x5500


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code:02d}")
        self.code = code


def _crc_of_byte(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_CRC_TABLE: Final = tuple(_crc_of_byte(byte) for byte in range(256))


def _crc(data: bytes) -> bytes:
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return bytes((crc & 0xFF, crc >> 8))


class SimulatedRelayBoard:
    """One board. Actions: ``answer_exception`` {code, times}, ``other_address`` {address}, ``reset``."""

    kind = "waveshare-relay"

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
        self.address = address
        self.relays = [False] * _RELAYS
        self._ends_at_s: dict[int, tuple[float, bool]] = {}  # relay: when the board moves it by itself, and to what
        self._moves = [0] * _RELAYS
        self._send: Send = lambda data: None
        self._waiting = bytearray()
        self._heard_at_s = self._now_s = 0.0
        self._exception: int | None = None
        self._exceptions_left: int | None = None
        self._counts = {"frames": 0, "answers": 0, "refusals": 0, "dropped_bytes": 0}

    # --- the door ---------------------------------------------------------------------------------------------

    def attach(self, send: Send) -> None:
        self._send = send
        self._waiting.clear()

    def hear(self, data: bytes) -> None:
        self._heard_at_s = self._now_s
        self._waiting += data
        too_many = len(self._waiting) - _BUFFER
        if too_many > 0:  # the board's receive buffer is small: what was first is lost
            self._counts["dropped_bytes"] += too_many
            del self._waiting[:too_many]
        while self._waiting:
            size = self._frame_size()
            if size is None:
                if len(self._waiting) <= _LONGEST:
                    return  # perhaps the rest comes
                size = 0
            if size:
                frame = bytes(self._waiting[:size])
                del self._waiting[:size]
                self._answer(frame)
            else:
                del self._waiting[0]
                self._counts["dropped_bytes"] += 1

    def tick(self, steady_s: float) -> None:
        self._now_s = steady_s
        for relay, (when_s, on) in list(self._ends_at_s.items()):
            if steady_s >= when_s:
                del self._ends_at_s[relay]
                self._move(relay, on)
        if self._waiting and steady_s - self._heard_at_s >= _SILENCE_S:
            self._counts["dropped_bytes"] += len(self._waiting)
            self._waiting.clear()

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "answer_exception":
                self._exception = _whole_number(arguments, "code", 1, 4)
                self._exceptions_left = _whole_number(arguments, "times", 1, 1000) if "times" in arguments else None
            case "other_address":
                self.address = _whole_number(arguments, "address", 1, 255)
            case "reset":
                self._reset()
            case _:
                raise ActionRefused(f"a relay board can answer_exception, other_address or reset, not {action!r}")
        return self.show()

    def show(self) -> dict[str, Any]:
        return {
            "relays": list(self.relays),
            "on": [relay for relay in range(_RELAYS) if self.relays[relay]],
            "moves": list(self._moves),
            "pulsing": sorted(self._ends_at_s),
            "address": self.address,
            "exception": self._exception,
            **self._counts,
        }

    def picture(self) -> bytes | None:
        return draw_board(self.relays, address=self.address)

    def audio(self) -> bytes | None:
        return None

    def any_on(self, zones: frozenset[int]) -> bool:
        """One of these relays is on: what the speaker behind the amplifier needs to be heard."""
        return any(self.relays[zone] for zone in zones if 0 <= zone < _RELAYS)

    # --- the language -----------------------------------------------------------------------------------------

    def _frame_size(self) -> int | None:
        """Size of the frame that begins here; None: perhaps more is coming; 0: no frame begins here."""
        held = self._waiting
        if len(held) < 2:
            return None
        if held[0] not in (0, self.address) and not 1 <= held[0] <= 247:
            return 0
        if held[1] in (0x0F, 0x10):
            if len(held) < 7:
                return None
            size = 9 + held[6]
        elif 1 <= held[1] <= 6:
            size = 8
        else:
            return self._foreign_size()
        if len(held) < size:
            return None
        return size if _crc(bytes(held[: size - 2])) == bytes(held[size - 2 : size]) else 0

    def _foreign_size(self) -> int | None:
        # A function that the board does not have: nothing says how long it is, only where its CRC fits. The CRC over
        # a whole frame with its CRC is 0, so one pass finds the place.
        if self._waiting[0] != self.address:
            return 0
        crc = 0xFFFF
        for size, byte in enumerate(self._waiting[:_FOREIGN], start=1):
            crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
            if crc == 0 and size >= 4:
                return size
        return 0 if len(self._waiting) >= _FOREIGN else None

    def _answer(self, frame: bytes) -> None:
        if frame[0] not in (0, self.address):
            return  # another board's on the same pair
        self._counts["frames"] += 1
        try:
            self._refuse_if_told()
            reply = self._carry_out(frame[1], frame[2:-2])
        except _Refused as refusal:
            self._counts["refusals"] += 1
            reply = bytes((frame[1] | 0x80, refusal.code))
        if frame[0] != 0:  # a broadcast is obeyed, never answered
            self._counts["answers"] += 1
            whole = bytes((self.address,)) + reply
            self._send(whole + _crc(whole))

    def _refuse_if_told(self) -> None:
        if self._exception is None:
            return
        code = self._exception
        if self._exceptions_left is not None:
            self._exceptions_left -= 1
            if self._exceptions_left == 0:
                self._exception = None
        raise _Refused(code)

    def _carry_out(self, function: int, data: bytes) -> bytes:
        if function not in (0x01, 0x03, 0x05, 0x06, 0x0F):
            raise _Refused(_ILLEGAL_FUNCTION)
        place, value = int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big")
        match function:
            case 0x01:
                return self._read_relays(place, value)
            case 0x03:
                return self._read_register(place, value)
            case 0x05:
                self._switch(place, value)
            case 0x06:
                self._set_register(place, value)
            case _:
                self._switch_many(place, value, data[4:])
        return bytes((function,)) + data[:4]

    # --- the board --------------------------------------------------------------------------------------------

    def _read_relays(self, first: int, count: int) -> bytes:
        if first >= _RELAYS or first + count > _RELAYS:
            raise _Refused(_ILLEGAL_ADDRESS)
        if count == 0:
            raise _Refused(_ILLEGAL_VALUE)
        bits = sum(1 << index for index in range(count) if self.relays[first + index])
        return bytes((0x01, 1, bits))

    def _read_register(self, place: int, count: int) -> bytes:
        values = {0x4000: self.address, 0x8000: _VERSION}
        if place not in values:
            raise _Refused(_ILLEGAL_ADDRESS)
        if count != 1:
            raise _Refused(_ILLEGAL_VALUE)
        return bytes((0x03, 2)) + values[place].to_bytes(2, "big")

    def _set_register(self, place: int, value: int) -> None:
        if place != 0x4000:
            raise _Refused(_ILLEGAL_ADDRESS)
        if not 1 <= value <= 255:
            raise _Refused(_ILLEGAL_VALUE)
        self.address = value

    def _switch(self, place: int, value: int) -> None:
        bank, relay = place & 0xFF00, place & 0x00FF
        if relay >= _RELAYS or bank not in (0x0000, 0x0200, 0x0400):
            raise _Refused(_ILLEGAL_ADDRESS)
        if bank:
            if not 1 <= value <= 0x7FFF:
                raise _Refused(_ILLEGAL_VALUE)
            self._move(relay, bank == 0x0200)
            self._ends_at_s[relay] = (self._now_s + value / 10, bank == 0x0400)
            return
        wanted = {0xFF00: True, 0x0000: False, _TOGGLE: not self.relays[relay]}.get(value)
        if wanted is None:
            raise _Refused(_ILLEGAL_VALUE)
        self._set(relay, wanted)

    def _switch_many(self, first: int, count: int, rest: bytes) -> None:
        if first >= _RELAYS or first + count > _RELAYS:
            raise _Refused(_ILLEGAL_ADDRESS)
        if count == 0 or len(rest) != 2 or rest[0] != 1:
            raise _Refused(_ILLEGAL_VALUE)
        for index in range(count):
            self._set(first + index, bool(rest[1] >> index & 1))

    def _set(self, relay: int, on: bool) -> None:
        self._ends_at_s.pop(relay, None)
        self._move(relay, on)

    def _move(self, relay: int, on: bool) -> None:
        if self.relays[relay] != on:
            self.relays[relay] = on
            self._moves[relay] += 1

    def _reset(self) -> None:
        self._waiting.clear()
        self._exception = self._exceptions_left = None
        for relay in range(_RELAYS):
            self._set(relay, False)


def _whole_number(arguments: Mapping[str, Any], name: str, low: int, high: int) -> int:
    value = arguments.get(name)
    if type(value) is not int or not low <= value <= high:
        raise WrongArgument(name, f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return value
