"""Lumen C-Power cards: the packet on a serial line and on the network. Bytes only, no port.

    packet    68 host, E8 card │ 32 │ card id 01-FE, FF all │ command │ flag │ data │ SUM 2
    serial    A5 │ escape( packet ) │ AE          A5 → AA 05   AE → AA 0E   AA → AA 0A
    network   id 4 │ length of packet 2 │ 00 00 │ packet                              TCP 5200, nothing is escaped

SUM is the 16-bit sum of all packet bytes before it, low byte first, counted before escaping; id and length of the
network head have their high byte first. The flag is the host's "want an answer" (bit 0) and the card's return code.
Firmware up to 3.2 answers with 68 as well: the highest bit of the first byte says nothing.
GB2312 bytes are A1 to FE, so 楼 (C2 A5), 蔼 (B0 AA) and 爱 (B0 AE) hold the frame's own marks: that is normal.

Source: arturas88/led-controller-sdk on GitHub, docs/BasicProtocol.md and docs/ExternalCallsCommunicationProtocol.md.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Final

from drivers.checksums import sum16
from drivers.escaped_frames import EscapedFrames, Marks
from drivers.frames import FrameError

EVERY_CARD: Final = 0xFF
DATA_LIMIT: Final = 1024  # of one packet, either way; no longer one is documented

_HOST, _CARD, _CARD_TYPE = 0x68, 0xE8, 0x32
_HEAD: Final = 5
_SHORTEST: Final = _HEAD + 2
_LONGEST: Final = _HEAD + DATA_LIMIT + 2
_MARKS: Final = Marks(0xA5, 0xAE, {0xA5: b"\xaa\x05", 0xAE: b"\xaa\x0e", 0xAA: b"\xaa\x0a"})
_NETWORK: Final = struct.Struct(">IHH")
_LENGTH_END: Final = 6  # where the length of a network head ends
_BEHIND_LENGTH: Final = re.compile(rb"\x00\x00[\x68\xe8]\x32")
_CHUNK: Final = 4096


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, of either direction. ``kind`` is its first byte."""

    card: int
    command: int
    flag: int
    data: bytes
    kind: int = _HOST

    def body(self) -> bytes:
        """The packet with its sum."""
        if len(self.data) > DATA_LIMIT:
            raise ValueError(f"{len(self.data)} data bytes do not fit a packet of {DATA_LIMIT}")
        plain = bytes([self.kind, _CARD_TYPE, self.card, self.command, self.flag]) + self.data
        return plain + sum16(plain).to_bytes(2, "little")

    def on_serial(self) -> bytes:
        return _MARKS.wrap(self.body())

    def on_network(self, network_id: int = 0xFFFF_FFFF) -> bytes:
        body = self.body()
        return _NETWORK.pack(network_id, len(body), 0) + body


class SerialParser(EscapedFrames[Packet]):
    """Takes bytes in any split and gives whole packets; what is no packet becomes a `FrameError`. Never raises."""

    def __init__(self) -> None:
        super().__init__(_MARKS, _LONGEST, _unpack)


class NetworkParser:
    """The same for the network's framing. It has no marks: after a broken head or sum the hunt goes on one byte behind
    its start, so that a good packet inside is not lost; a false head holds it up for one longest packet at most."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Packet | FrameError]:
        """The packets that these bytes complete."""
        results: list[Packet | FrameError] = []
        for start in range(0, len(data), _CHUNK):
            self._held += data[start : start + _CHUNK]
            self._work(results)
        return results

    def _work(self, results: list[Packet | FrameError]) -> None:
        place = noise = 0
        while (found := self._next_head(place)) is not None:
            noise, place = noise + found - place, found
            size = int.from_bytes(self._held[place + 4 : place + 6], "big")
            body_at = place + _NETWORK.size
            if not _SHORTEST <= size <= _LONGEST:
                place, noise = place + 1, noise + 1
                continue
            if len(self._held) < body_at + size:
                break
            if noise:
                results.append(FrameError("noise", noise))
                noise = 0
            item = _unpack(bytes(self._held[body_at : body_at + size]))
            results.append(item)
            place += 1 if isinstance(item, FrameError) else _NETWORK.size + size
        else:
            rest = max(place, len(self._held) - (_NETWORK.size + 1))  # a head may have begun there
            noise, place = noise + rest - place, rest
        if noise:
            results.append(FrameError("noise", noise))
        del self._held[:place]

    def _next_head(self, place: int) -> int | None:
        found = _BEHIND_LENGTH.search(self._held, place + _LENGTH_END)
        return None if found is None else found.start() - _LENGTH_END


def _unpack(body: bytes) -> Packet | FrameError:
    if len(body) < _SHORTEST:
        return FrameError("length", len(body))
    if sum16(body[:-2]) != int.from_bytes(body[-2:], "little"):
        return FrameError("checksum", len(body))
    kind, card_type, card, command, flag = body[:_HEAD]
    if kind & 0x7F != _HOST or card_type != _CARD_TYPE:
        return FrameError("noise", len(body))
    return Packet(card, command, flag, body[_HEAD:-2], kind)
