"""Lumen C-Power: what the packets say. Requests to a card, its answers, and how an answer is judged.

Command 7B carries the "external calls": length of the call LE2, packet number, last packet number, and the call, whose
first byte says which it is. A call longer than a packet is cut; only the first piece has that byte.
Texts and pictures stay in the card's RAM. Never sent, and therefore not here: call 07 saves to flash or clears it,
2D and FE restart the card, 30 to 33 and 50 to 52 write files; `Request` refuses all of them.

How an answer is judged is not certain: the paper's answer to 3C has a first data byte of 1 (done), its answers to 7B
have the return code in the flag. So ``paper`` takes the flag for 7B and the first data bytes for the others; ``flag``
takes the flag for all; ``any`` takes every answer to the same command as "done".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from drivers.lumen_sign.codec import EVERY_CARD, Packet

Judge = Literal["paper", "flag", "any"]

VERSION, BRIGHTNESS, POWER, CALL = 0x2E, 0x46, 0x76, 0x7B
SPLIT, IMAGE, TEXT = 0x01, 0x03, 0x12
DRAW, FLICKER, RUN_LEFT = 0x00, 0x0D, 0x0E
LEFT, CENTRE = 0, 1

RETURN_CODES: Final = {0x01: "checksum", 0x02: "sequence"}
_ALLOWED: Final = frozenset({VERSION, BRIGHTNESS, POWER, CALL})
_ALLOWED_CALLS: Final = frozenset({SPLIT, IMAGE, TEXT})
_WANT_ANSWER: Final = 0x01
_SIZE_16: Final = 2  # the code of 16-dot fonts
_RED: Final = b"\xff\x00\x00"
_SIMPLE_IMAGE: Final = 4
_MANY: Final = 256


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a card. ``done``: how the data of an answer begin when it was done."""

    command: int
    data: bytes
    done: tuple[bytes, ...] = (b"\x01",)

    def __post_init__(self) -> None:
        if self.command not in _ALLOWED:
            raise ValueError(f"command {self.command:02X} is never sent: it restarts the card or writes its flash")

    def packet(self, card: int) -> Packet:
        return Packet(card, self.command, _WANT_ANSWER, self.data)


def read_power() -> Request:
    return Request(POWER, b"\x01")


def read_version() -> Request:
    return Request(VERSION, b"\x00", (b"\x00",))


def switch(on: bool) -> Request:
    """Seven bytes follow, as in the paper's own samples; its table says eight. The answer is 00 and the new state."""
    return Request(POWER, bytes([0, on]) + bytes(7), (bytes([0, on]), b"\x01"))


def set_brightness(level: int) -> Request:
    """0 to 15 of ours is 0 to 31 of the card, the same for every hour of the day."""
    if not 0 <= level <= 15:
        raise ValueError(f"brightness is 0 to 15, not {level}")
    return Request(BRIGHTNESS, bytes([0]) + bytes([round(level * 31 / 15)]) * 24)


def split(x: int, y: int, width: int, height: int) -> bytes:
    """The call that makes one window, number 0."""
    return bytes([SPLIT, 1]) + struct.pack(">HHHH", x, y, width, height)


def text(words: bytes, effect: int, align: int, speed: int) -> bytes:
    """The call that shows words of the card's own 16-dot fonts in window 0; they stay until the next."""
    if b"\x00" in words:
        raise ValueError("a text ends at its first zero byte")
    return struct.pack(">BBBBBHB", TEXT, 0, effect, align, speed, 0, _SIZE_16) + _RED + words + b"\x00"


def image(width: int, height: int, red: bytes) -> bytes:
    """The call that shows a one-colour picture in window 0, its rows padded to bytes."""
    head = struct.pack(">BBBBHBHH", IMAGE, 0, 0, 1, 0, _SIMPLE_IMAGE, 0, 0)
    return head + b"I1" + struct.pack("<HHBB", width, height, 0x01, 0) + red


def pieces(call: bytes, size: int) -> Iterator[Request]:
    """The packets of one call."""
    if call[0] not in _ALLOWED_CALLS:
        raise ValueError(f"call {call[0]:02X} is never sent: it may write the card's flash")
    parts = [call[start : start + size] for start in range(0, len(call), size)]
    if len(parts) > _MANY:
        raise ValueError(f"{len(call)} bytes do not fit {_MANY} packets of {size}")
    for number, part in enumerate(parts):
        yield Request(CALL, struct.pack("<HBB", len(part), number, len(parts) - 1) + part)


def answers(packet: Packet, request: Packet) -> bool:
    """Whether this packet answers that one; our own words, echoed by the line, do not."""
    own_words = (packet.flag, packet.data) == (request.flag, request.data)
    right_card = request.card == EVERY_CARD or packet.card == request.card
    return right_card and packet.command == request.command and not own_words


def fault(packet: Packet, request: Request, judge: Judge) -> str | None:
    """The refusal's stable name, or None when all is well."""
    if judge == "any":
        return None
    if request.command == CALL or judge == "flag":
        return None if packet.flag == 0 else RETURN_CODES.get(packet.flag, f"error_{packet.flag:02x}")
    if packet.data.startswith(request.done):
        return None
    return RETURN_CODES.get(packet.flag, f"error_{packet.flag:02x}") if packet.flag else "refused"


def version_words(packet: Packet) -> str:
    """What a card says of itself: its type and the version of its program; "" for an answer of another layout."""
    if len(packet.data) < 8:
        return ""
    card_type, program = packet.data[1], packet.data[7]
    return f"C-Power type {card_type:02X}, program {program >> 4}.{program & 15}"
