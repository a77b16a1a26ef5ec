"""The five ways a frame meets a parser: whole, byte by byte, in rubbish, cut off, with a wrong checksum.

Frames stand in ``tests/frames/<device>.txt``, one a line: ``name | from | hex | what it means``.
``from`` is ``host`` or ``device``; a name that begins with ``bad-`` is a frame to refuse; ``#`` begins a comment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from drivers.frames import FrameError

FOLDER = Path(__file__).parent / "frames"


@dataclass(frozen=True)
class Sample:
    name: str
    sender: str
    data: bytes
    meaning: str

    @property
    def bad(self) -> bool:
        return self.name.startswith("bad-")


class Parser(Protocol):
    def feed(self, data: bytes) -> Sequence[Any]: ...


def samples(device: str, sender: str | None = None, *, bad: bool = False) -> list[Sample]:
    found = []
    for line in (FOLDER / f"{device}.txt").read_text(encoding="utf-8").splitlines():
        text = line.split("#", 1)[0].strip()
        if text:
            name, who, hexes, meaning = (part.strip() for part in text.split("|", 3))
            found.append(Sample(name, who, bytes.fromhex(hexes), meaning))
    return [sample for sample in found if sample.bad is bad and sender in (None, sample.sender)]


def good(results: Sequence[Any]) -> list[Any]:
    return [item for item in results if not isinstance(item, FrameError)]


def check_all_five(
    make: Callable[[], Parser], data: bytes, *, rubbish: bytes = b"\x00\x13\x37", checksum_at: int | None = None
) -> Any:
    """Feed one good frame in five ways; returns what it stands for. ``checksum_at``: index of a byte to spoil."""
    whole = good(make().feed(data))
    assert len(whole) == 1, f"whole: {whole}"

    parser, by_byte = make(), []
    for index in range(len(data)):
        by_byte += good(parser.feed(data[index : index + 1]))
    assert by_byte == whole, "byte by byte"

    parser = make()
    around = good(parser.feed(rubbish + data + rubbish)) + good(parser.feed(data))
    assert around == whole + whole, f"rubbish around: {around}"

    parser = make()
    assert good(parser.feed(data[:-1])) == [], "cut off"
    recovered: list[Any] = []
    for _ in range(4):
        recovered += good(parser.feed(data))
    assert whole[0] in recovered, "does not recover after a cut frame"

    if checksum_at is not None:
        spoiled = bytearray(data)
        spoiled[checksum_at] ^= 0x01
        assert whole[0] not in good(make().feed(bytes(spoiled))), "wrong checksum accepted"
    return whole[0]
