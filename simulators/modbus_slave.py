"""Modbus RTU from a board's side: where frames begin and end, whom they are for, and the checksum.

Written from the boards' wiki page and the Modbus papers, with no Modbus library, so that it and the host's library are
independent witnesses of the same bytes:

    address, function, data …, CRC-16/MODBUS with the low byte first; a frame ends with 3.5 characters of silence.

Silence cannot be seen in a stream of bytes, so a frame ends where its function says that it does and its CRC is right;
bytes that begin no frame are stepped over one by one, and what is left over for 0.2 s is dropped, as a board would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.device import Send, WrongArgument
from simulators.device_actions import unknown_action

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
_SILENCE_S: Final = 0.2
_LONGEST: Final = 256
_BUFFER: Final = 1024
_FOREIGN: Final = 16  # no function that a board lacks and a host may try is longer

CarryOut = Callable[[int, bytes], bytes | None]


class Refused(Exception):
    """The board answers with this exception code."""

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


class ModbusSlave:
    """The language of one board. ``carry_out`` gets function and data and gives the answer from the function on; None:
    this part of the board has nothing to do with it. Faults: ``exception`` for a while, ``answer_as`` another one."""

    def __init__(self, address: int, carry_out: CarryOut) -> None:
        self.address = address
        self.answer_as: int | None = None
        self.waiting = bytearray()
        self.now_s = 0.0
        self.counts = {"frames": 0, "answers": 0, "refusals": 0, "dropped_bytes": 0}
        self._carry_out = carry_out
        self._send: Send = lambda data: None
        self._heard_at_s = 0.0
        self._exception: int | None = None
        self._exceptions_left: int | None = None

    def attach(self, send: Send) -> None:
        self._send = send
        self.waiting.clear()

    def hear(self, data: bytes) -> None:
        self._heard_at_s = self.now_s
        self.waiting += data
        too_many = len(self.waiting) - _BUFFER
        if too_many > 0:  # the board's receive buffer is small: what was first is lost
            self.counts["dropped_bytes"] += too_many
            del self.waiting[:too_many]
        while self.waiting:
            size = self._frame_size()
            if size is None:
                if len(self.waiting) <= _LONGEST:
                    return  # perhaps the rest comes
                size = 0
            if size:
                frame = bytes(self.waiting[:size])
                del self.waiting[:size]
                self._answer(frame)
            else:
                del self.waiting[0]
                self.counts["dropped_bytes"] += 1

    def tick(self, steady_s: float) -> None:
        self.now_s = steady_s
        if self.waiting and steady_s - self._heard_at_s >= _SILENCE_S:
            self.counts["dropped_bytes"] += len(self.waiting)
            self.waiting.clear()

    def fault(self, action: str, arguments: Mapping[str, Any]) -> bool:
        """``answer_exception`` {code, times}, ``other_address`` {address}, ``answer_as`` {address}; else False."""
        match action:
            case "answer_exception":
                self._exception = whole_number(arguments, "code", 1, 4)
                self._exceptions_left = whole_number(arguments, "times", 1, 1000) if "times" in arguments else None
            case "other_address":
                self.address = whole_number(arguments, "address", 1, 255)
            case "answer_as":
                self.answer_as = whole_number(arguments, "address", 1, 255)
            case _:
                return False
        return True

    def reset(self) -> None:
        """Switched off and on: no fault is left, the address stays."""
        self.waiting.clear()
        self._exception = self._exceptions_left = self.answer_as = None

    def show(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "answer_as": self.answer_as,
            "exception": self._exception,
            **self.counts,
        }

    def _frame_size(self) -> int | None:
        """Size of the frame that begins here; None: perhaps more is coming; 0: no frame begins here."""
        held = self.waiting
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
        if self.waiting[0] != self.address:
            return 0
        crc = 0xFFFF
        for size, byte in enumerate(self.waiting[:_FOREIGN], start=1):
            crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
            if crc == 0 and size >= 4:
                return size
        return 0 if len(self.waiting) >= _FOREIGN else None

    def _answer(self, frame: bytes) -> None:
        if frame[0] not in (0, self.address):
            return  # another board's on the same pair
        try:
            self._refuse_if_told()
            reply = self._carry_out(frame[1], frame[2:-2])
        except Refused as refusal:
            self.counts["refusals"] += 1
            reply = bytes((frame[1] | 0x80, refusal.code))
        if reply is None:
            return
        self.counts["frames"] += 1
        if frame[0] != 0:  # a broadcast is obeyed, never answered
            self.counts["answers"] += 1
            whole = bytes((self.answer_as or self.address,)) + reply
            self._send(whole + _crc(whole))

    def _refuse_if_told(self) -> None:
        if self._exception is None:
            return
        code = self._exception
        if self._exceptions_left is not None:
            self._exceptions_left -= 1
            if self._exceptions_left == 0:
                self._exception = None
        raise Refused(code)


class ModbusBoard:
    """A board's door: its line, its time and the faults of its language. A board of its own says what it carries out,
    what happens as time ``passes``, and what a hand or fate does to it besides (``act``)."""

    kind: str
    article: str  # how a refusal calls it

    def __init__(self, device_id: str, address: int, window: int | None) -> None:
        self.id = device_id
        self.window = window
        self.slave = ModbusSlave(address, self.carry_out)

    def attach(self, send: Send) -> None:
        self.slave.attach(send)

    def hear(self, data: bytes) -> None:
        self.slave.hear(data)

    def tick(self, steady_s: float) -> None:
        self.slave.tick(steady_s)
        self.passes(steady_s)

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self.act(action, arguments) and not self.slave.fault(action, arguments):
            raise unknown_action(self.article, self.kind, action)
        return self.show()

    def show(self) -> dict[str, Any]:
        return self.slave.show()

    def audio(self) -> bytes | None:
        return None

    def carry_out(self, function: int, data: bytes) -> bytes | None:
        """As `CarryOut` says."""
        raise Refused(ILLEGAL_FUNCTION)

    def passes(self, steady_s: float) -> None:
        """What the board does by itself when its time has come."""

    def act(self, action: str, arguments: Mapping[str, Any]) -> bool:
        """Whether the board itself knows this action; then it is done."""
        return False


def bits_answer(function: int, states: list[bool], data: bytes) -> bytes:
    """Functions 01 and 02: those of ``states`` that the question names, packed from the lowest bit on."""
    first, count = place_and_value(data)
    if first >= len(states) or first + count > len(states):
        raise Refused(ILLEGAL_ADDRESS)
    if count == 0:
        raise Refused(ILLEGAL_VALUE)
    number = sum(1 << index for index in range(count) if states[first + index])
    size = (count + 7) // 8
    return bytes((function, size)) + number.to_bytes(size, "little")


def registers_answer(values: Mapping[int, int], data: bytes) -> bytes:
    """Function 03."""
    first, count = place_and_value(data)
    if count == 0 or count > 125:
        raise Refused(ILLEGAL_VALUE)
    if any(place not in values for place in range(first, first + count)):
        raise Refused(ILLEGAL_ADDRESS)
    found = b"".join(values[place].to_bytes(2, "big") for place in range(first, first + count))
    return bytes((0x03, len(found))) + found


def place_and_value(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big")


def whole_number(arguments: Mapping[str, Any], name: str, low: int, high: int) -> int:
    value = arguments.get(name)
    if type(value) is not int or not low <= value <= high:
        raise WrongArgument(name, f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return value
