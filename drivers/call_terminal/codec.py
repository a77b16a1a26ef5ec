"""The FF 68 call-terminal frame, both ways. Bytes only, no port.

    FF 68 │ L │ L │ 68 │ ADDRESS │ FUNCTION │ data, L - 2 bytes │ SUM │ 16

L counts address, function and data and stands twice; SUM is their sum modulo 256. Behind its FF this is the
variable-length frame of IEC 60870-5-1, format FT 1.2. FF, 68 and 16 may stand anywhere inside, the sum of the pause
key is even 16 itself: only the length says where a frame ends. (Two public programs split at FF and 16 and lose keys.)

    terminal → host  key report: typed digits 00-09, then one function key. The function byte is written down nowhere;
                     01 is inferred from other frames, so any but 11 with such data counts as a report.
    evaluator → host address 80 + terminal, function 11, the button's value.
    host → terminal  a key report is acknowledged by the same frame; 02 shows two groups of three digits (0A is blank);
                     03 beeps. To the evaluator's address: 01 0B wakes it, 02 with 0 to 5 lights so many stars.

Sources: JackQChen/QueueSystem, uvbs/HospitalQueueSystem and HallQueFront on GitHub (facts only), and the first page of
21键点阵液晶呼叫器通讯协议. Nobody published captured frames; all samples are computed from these rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.checksums import sum8
from drivers.frames import FrameError

EVALUATOR_OFFSET: Final = 0x80
EVALUATOR_PRESS: Final = 0x11
BLANK: Final = 0x0A
LONGEST: Final = 16  # the longest L that we believe; public hosts accept 3 to 5 from a terminal

_START: Final = b"\xff\x68"
_OVERHEAD: Final = 7  # FF 68 L L 68 … SUM 16
_CHUNK: Final = 4096
_SHOW: Final = 0x02
_BEEP: Final = 0x03
_CONTROL: Final = 0x01
_EVALUATE: Final = 0x0B


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, of either direction."""

    address: int
    function: int
    data: bytes = b""

    def encode(self) -> bytes:
        """The bytes on the line."""
        body = bytes([self.address, self.function]) + self.data
        if len(body) > LONGEST:
            raise ValueError(f"{len(body)} bytes do not fit a frame of {LONGEST}")
        return _START + bytes([len(body), len(body), 0x68]) + body + bytes([sum8(body), 0x16])

    @property
    def key_report(self) -> tuple[tuple[int, ...], int] | None:
        """Typed digits and the function key's code, or None when this is no report of a key.

        What a line with echo brings back of our own frames is no report either: numbers end in a digit or have blanks
        before their end, a beep has no data.
        """
        if self.function == EVALUATOR_PRESS or not self.data or self.address >= EVALUATOR_OFFSET:
            return None
        *digits, key = self.data
        if key < 0x0A or any(digit > 9 for digit in digits):
            return None
        return tuple(digits), key


def show(address: int, waiting: int | None, ticket: str | None) -> Frame:
    """Three digits of the waiting count, three last digits of the ticket; None leaves its half dark."""
    return Frame(address, _SHOW, _group(None if waiting is None else str(min(waiting, 999))) + _group(ticket))


def _group(text: str | None) -> bytes:
    digits = [int(sign) for sign in text or "" if sign in "0123456789"][-3:]
    if not digits:
        return bytes([BLANK] * 3)
    return bytes([0] * (3 - len(digits)) + digits)


def beep(address: int) -> Frame:
    return Frame(address, _BEEP)


def stars(terminal: int, count: int) -> Frame:
    """Light 0 to 5 stars on the evaluator of this terminal."""
    if not 0 <= count <= 5:
        raise ValueError(f"an evaluator has 0 to 5 stars, not {count}")
    return Frame(EVALUATOR_OFFSET + terminal, _SHOW, bytes([count]))


def start_evaluation(terminal: int) -> Frame:
    """Wake the evaluator of this terminal: the visitor may press."""
    return Frame(EVALUATOR_OFFSET + terminal, _CONTROL, bytes([_EVALUATE]))


def acknowledge_press(press: Frame) -> bytes:
    """The answer to an evaluator as JackQChen's host gives it: the same frame with function 01."""
    return Frame(press.address, _CONTROL, press.data).encode()


def acknowledge_press_short(press: Frame) -> bytes:
    """The answer to an evaluator as the SLZ hosts give it: no FF and no data."""
    body = bytes([press.address, _CONTROL])
    return b"\x68\x02\x02\x68" + body + bytes([sum8(body), 0x16])


class Parser:
    """Takes bytes in any split and gives whole frames; what is no frame becomes a `FrameError`. Never raises.

    After a broken frame the hunt goes on one byte behind its start, so that a good frame inside it is not lost.
    """

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Frame | FrameError]:
        """The frames that these bytes complete."""
        results: list[Frame | FrameError] = []
        for place in range(0, len(data), _CHUNK):
            self._held += data[place : place + _CHUNK]
            while self._step(results):
                pass
        return results

    def abandon(self) -> list[Frame | FrameError]:
        """The line has been silent for long: a frame that is only half here will never be whole."""
        results: list[Frame | FrameError] = []
        while self._held:
            self._drop(1, "end", results)
            while self._step(results):
                pass
        return results

    def _step(self, results: list[Frame | FrameError]) -> bool:
        """One step towards the next frame; False when more bytes are needed."""
        held = self._held
        start = held.find(_START)
        if start != 0:
            # A last FF may be the first byte of the next frame.
            noise = start if start > 0 else len(held) - held.endswith(b"\xff")
            if noise:
                self._drop(noise, "noise", results)
            return start > 0
        if len(held) < 5:
            return len(held) > 2 and self._spoilt(results)
        if self._spoilt(results):
            return True
        size = held[2] + _OVERHEAD
        if len(held) < size:
            return False
        body = bytes(held[5 : size - 2])
        if held[size - 1] != 0x16:
            self._drop(1, "end", results)
        elif held[size - 2] != sum8(body):
            self._drop(1, "checksum", results)
        else:
            del held[:size]
            results.append(Frame(body[0], body[1], body[2:]))
        return True

    def _spoilt(self, results: list[Frame | FrameError]) -> bool:
        """Refuse as soon as the head cannot be one, so that a broken head holds nothing up."""
        held = self._held
        wrong = not 2 <= held[2] <= LONGEST or (len(held) > 3 and held[3] != held[2])
        if wrong or (len(held) > 4 and held[4] != 0x68):
            self._drop(1, "length", results)
            return True
        return False

    def _drop(self, size: int, problem: str, results: list[Frame | FrameError]) -> None:
        del self._held[:size]
        results.append(FrameError(problem, size))
