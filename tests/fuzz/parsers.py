"""Every parser of the drivers with its good frames, its longest frame, and what its checks can catch.

``proof`` gives the bytes that must have been on the line for a message to be accepted, with the check computed here
and not by the driver: whatever a parser accepts, its proof must stand in what it was fed.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import xor
from typing import Any

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from drivers.call_terminal import codec as call_terminal
from drivers.code_reader import codec as code_reader
from drivers.code_reader import gm65, newland
from drivers.id_card_reader import codec as id_card
from drivers.led_sign import codec as onbon
from drivers.lumen_sign import codec as lumen
from drivers.pjlink_display import codec as pjlink
from drivers.strip_sign import codec as strip
from drivers.ticket_printer import codec as printer
from tests.frame_checks import good, samples

SLICE = 4096  # what a transport hands over at once, and what a parser may take in at once


@dataclass(frozen=True)
class Case:
    """One parser. ``check_bits``: the width of its check, 0 where its protocol has none."""

    name: str
    make: Callable[[], Any]
    frames: Callable[[], list[bytes]]
    longest: int
    check_bits: int
    proof: Callable[[Any], bytes] | None = None
    blind_to_swaps: bool = True  # a sum or an XOR is the same in any order


def messages(results: Iterable[Any]) -> list[Any]:
    return good(list(results))


def held_bytes(parser: Any, depth: int = 3) -> int:
    """How many bytes a parser keeps, wherever it keeps them."""
    names = list(getattr(parser, "__dict__", ())) + list(getattr(type(parser), "__slots__", ()))
    total = 0
    for value in (getattr(parser, name, None) for name in names):
        if isinstance(value, bytes | bytearray | str | list | tuple | dict):
            total += len(value)
        elif depth and type(value).__module__.startswith("drivers."):
            total += held_bytes(value, depth - 1)
    return total


def _xor(data: bytes) -> bytes:
    return bytes([reduce(xor, data, 0)])


def _sam(reply: id_card.Reply) -> bytes:
    content = reply.head + bytes([reply.status]) + bytes(reply.body)
    checked = (len(content) + 1).to_bytes(2, "big") + content
    return bytes.fromhex("AAAAAA9669") + checked + _xor(checked)


def _ff68(frame: call_terminal.Frame) -> bytes:
    body = bytes([frame.address, frame.function]) + frame.data
    return bytes([0xFF, 0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) % 256, 0x16])


@cache
def _arc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = int(f"{byte:08b}"[::-1], 2) << 8
        for _ in range(8):
            value = (value << 1 ^ 0x8005 if value & 0x8000 else value << 1) & 0xFFFF
        table.append(int(f"{value:016b}"[::-1], 2))
    return table


def _arc(data: bytes, start: int = 0) -> int:
    table, crc = _arc_table(), start
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


def _onbon(packet: onbon.Packet) -> bytes:
    head = packet.destination.to_bytes(2, "little") + packet.source.to_bytes(2, "little") + bytes(3)
    head += bytes([0, 0, packet.display_mode, packet.device_type, packet.version])
    body = head + len(packet.data).to_bytes(2, "little") + packet.data
    body += _arc(body).to_bytes(2, "little")
    for plain, sent in ((b"\xa6", b"\xa6\x01"), (b"\x5b", b"\x5b\x01"), (b"\xa5", b"\xa6\x02"), (b"\x5a", b"\x5b\x02")):
        body = body.replace(plain, sent)
    return b"\xa5" + body + b"\x5a"


def _lumen_body(packet: lumen.Packet) -> bytes:
    body = bytes([packet.kind, 0x32, packet.card, packet.command, packet.flag]) + packet.data
    return body + (sum(body) % 65_536).to_bytes(2, "little")


def _lumen_serial(packet: lumen.Packet) -> bytes:
    body = _lumen_body(packet).replace(b"\xaa", b"\xaa\x0a").replace(b"\xa5", b"\xaa\x05").replace(b"\xae", b"\xaa\x0e")
    return b"\xa5" + body + b"\xae"


def _lumen_network(packet: lumen.Packet) -> bytes:
    body = _lumen_body(packet)
    return len(body).to_bytes(2, "big") + bytes(2) + body


class ModbusReplies:
    """pymodbus' own framer as the client uses it: one answer to one question, so there is nothing to split."""

    def __init__(self) -> None:
        self._framer = FramerRTU(DecodePDU(False))

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        _, device, _, content = self._framer.decode(data)
        return [(device, content)] if content else []


def _modbus(found: tuple[int, bytes]) -> bytes:
    body = bytes([found[0]]) + found[1]
    return body + _arc(body, 0xFFFF).to_bytes(2, "little")


def _gm65(item: Any) -> bytes:
    if not isinstance(item, code_reader.Reply):
        return b""
    checked = bytes([0, len(item.data) & 0xFF]) + item.data
    return bytes([3 if item.kind == "beat" else 2, 0]) + checked + binascii.crc_hqx(checked, 0).to_bytes(2, "big")


def _frames(room: str, sender: str = "device", prefix: str = "", without: str = "\0") -> Callable[[], list[bytes]]:
    return lambda: [
        one.data
        for one in samples(room, sender)
        if one.name.startswith(prefix) and not one.name.startswith(without) and len(one.data) > 1
    ]


def _lumen_pure(network: bool) -> Callable[[], list[bytes]]:
    def make() -> list[bytes]:
        packets = [
            one for data in _frames("lumen_sign", "device")() for one in messages(lumen.SerialParser().feed(data))
        ]
        packets.append(lumen.Packet(1, 0x7B, 0, bytes(range(0xA0, 0xB8)) * 3, 0xE8))
        return [one.on_network() if network else one.on_serial() for one in packets]

    return make


def _stream(language: code_reader.Language | None = None) -> Callable[[], Any]:
    return lambda: code_reader.Stream(code_reader.CodeLines(), language)


def _codes() -> list[bytes]:
    texts = ("LH1:A012:4711", "]Q3https://example.org/t/测试?x=1", "9999990001019", "测试" * 40)
    return [text.encode(encoding) + end for text in texts for encoding in ("utf-8", "gbk") for end in (b"\r\n", b"\r")]


CASES = (
    Case("sam", id_card.Parser, _frames("id_card_reader"), 2407, 8, _sam),
    Case("ff68", call_terminal.Parser, _frames("call_terminal"), 23, 8, _ff68),
    Case("onbon", onbon.Parser, _frames("led_sign"), 2 * 1040 + 9, 16, _onbon, blind_to_swaps=False),
    Case("lumen-serial", lumen.SerialParser, _lumen_pure(network=False), 2 * 1031 + 2, 16, _lumen_serial),
    Case("lumen-network", lumen.NetworkParser, _lumen_pure(network=True), 1039, 16, _lumen_network),
    Case("strip", strip.Parser, _frames("strip_sign"), 32, 0),
    Case("escpos", printer.Parser, lambda: [b"\x12\x12\x12\x12", b"\x10\x00\x0f\x00", b"\x16\x12\x1a"], 4, 0),
    Case("code-plain", _stream(), _codes, 514, 0),
    Case(
        "gm65",
        _stream(gm65.Replies().language()),
        lambda: _frames("code_reader", prefix="gm65")(),
        262,
        16,
        _gm65,
        blind_to_swaps=False,
    ),
    Case("gm65-framed", _stream(gm65.Replies(framed=True).language()), _frames("code_reader", prefix="gm65"), 515, 0),
    Case("newland", _stream(newland.LANGUAGE), _frames("code_reader", prefix="newland"), 514, 0),
    Case("pjlink", pjlink.Parser, _frames("pjlink_display"), 136, 0),
)

MODBUS = Case("modbus-rtu", ModbusReplies, _frames("relay_board"), 256, 16, _modbus, blind_to_swaps=False)
