"""A simulated sign on a table, and frames for it of the tests' own making."""

from __future__ import annotations

from typing import Any

from drivers.checksums import crc16_arc
from simulators.led_sign import SimulatedOnbonSign
from tests.frame_checks import samples

FRAMES = {sample.name: sample.data for sample in samples("led_sign")}


class Bench:
    """A sign on a table, and what it has said."""

    def __init__(self, address: int = 1, **options: Any) -> None:
        self.sign = SimulatedOnbonSign("sign-1", address=address, options=options)
        self.said: list[bytes] = []
        self.sign.attach(self.said.append)

    def ask(self, data: bytes) -> bytes:
        self.said.clear()
        self.sign.hear(data)
        return b"".join(self.said)


def packet(data: bytes, to: int = 1, check: int = 0) -> bytes:
    header = to.to_bytes(2, "little") + b"\x00\x80" + bytes(4) + bytes([check, 0, 0xFE, 2])
    body = header + len(data).to_bytes(2, "little") + data
    body += crc16_arc(body).to_bytes(2, "little")
    for byte, pair in ((0xA6, b"\xa6\x01"), (0xA5, b"\xa6\x02"), (0x5B, b"\x5b\x01"), (0x5A, b"\x5b\x02")):
        body = body.replace(bytes([byte]), pair)
    return b"\xa5" * 8 + body + b"\x5a"


def area(text: bytes, *, display: int = 1, single: int = 1, stay: int = 0, **other: int) -> bytes:
    head = bytes([0]) + b"\x00\x80\x00\x00\x40\x80\x10\x00" + bytes([other.get("location", 0), 0, other.get("run", 0)])
    look = bytes([other.get("align", 0x0A), single, other.get("breaks", 1), display, 0, other.get("speed", 0), stay])
    whole = head + bytes([other.get("timeout", 0), 0, 0, 0]) + look + len(text).to_bytes(4, "little") + text
    return len(whole).to_bytes(2, "little") + whole


def areas(*parts: bytes, delete: bytes = b"\x00", process: int = 0) -> bytes:
    return b"\xa3\x06\x01" + bytes([process, 0]) + delete + bytes([len(parts)]) + b"".join(parts)


def nack(code: int) -> bytes:
    body = bytes.fromhex("008001000000000000 00FE020500A001") + bytes([code, 0, 0])
    body += crc16_arc(body).to_bytes(2, "little")
    return body


def refused(answer: bytes) -> int:
    """The code of a NACK."""
    plain = answer.strip(b"\xa5")[:-1]
    for pair, byte in ((b"\x5b\x02", 0x5A), (b"\x5b\x01", 0x5B), (b"\xa6\x02", 0xA5), (b"\xa6\x01", 0xA6)):
        plain = plain.replace(pair, bytes([byte]))
    assert plain[14:16] == b"\xa0\x01", plain.hex()
    assert plain == nack(plain[16])
    return plain[16]
