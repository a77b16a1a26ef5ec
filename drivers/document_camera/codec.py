"""A camera's JPEG, looked at before anybody sees it, and encoded anew. Bytes and pixels only, no port.

    FF D8 │ segments: FF <name> <length 2> content … │ FF DA … coded picture … │ FF D9 │ perhaps zeros (UVC pads)

What goes out holds no byte of what came in: no EXIF, no maker's notes, no second picture behind the first. The size is
read from the frame header before anything is decoded, so a picture of 30,000 x 30,000 costs nothing. A picture that
broke off is told apart from one whose camera leaves out ``FF D9`` by decoding it without its end: all rows must come
out of what is there. MJPG cameras may leave out the Huffman tables; then the standard's own (T.81 annex K) are put in.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from PIL import Image

LARGEST: Final = 32 * 1024 * 1024  # bytes of one picture
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 12_000
_QUALITY: Final = 90
_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_BASELINE: Final = frozenset({0xC0, 0xC1})
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES, _SCAN = 0xC4, 0xDA
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_MOST_SEGMENTS: Final = 2000
_PADDING: Final = bytes(8)  # the decoder looks so far ahead; more would hide what is missing


class BadPicture(ValueError):
    """``code``: picture_not_jpeg, picture_cut, picture_too_large, picture_too_many_pixels."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    jpeg: bytes = field(repr=False)
    width: int
    height: int


@dataclass(slots=True)
class _Head:
    """What the segments before the coded picture say."""

    width: int = 0
    height: int = 0
    baseline: bool = True
    tables: bool = False
    scan_at: int = 0


def clean_picture(data: bytes) -> Picture:
    """The same picture in bytes of our own; raises `BadPicture`."""
    if len(data) > LARGEST:
        raise BadPicture("picture_too_large", f"{len(data)} bytes; the limit is {LARGEST}")
    if not data.startswith(_START):
        raise BadPicture("picture_not_jpeg", "does not begin as a JPEG does")
    head = _read_head(data)
    if not 0 < head.width * head.height <= MOST_PIXELS or max(head.width, head.height) > LONGEST_SIDE:
        raise BadPicture("picture_too_many_pixels", f"{head.width} x {head.height}; the limit is {MOST_PIXELS} in all")
    image = _decode(_prepared(data, head))
    if image.size != (head.width, head.height):
        raise BadPicture("picture_not_jpeg", "two frame headers disagree")
    fresh = io.BytesIO()
    Image.frombytes("RGB", image.size, image.tobytes()).save(fresh, "JPEG", quality=_QUALITY)
    return Picture(fresh.getvalue(), head.width, head.height)


def _read_head(data: bytes) -> _Head:
    head, at = _Head(), len(_START)
    for _ in range(_MOST_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":
            at += 1  # fill bytes
        if at + 4 > len(data):
            raise BadPicture("picture_cut", "ends within its head")
        mark, name = data[at], data[at + 1]
        if mark != 0xFF or name in (0x00, 0xD9):
            raise BadPicture("picture_not_jpeg", "its segments do not follow one another")
        if name in _BARE:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if name == _SCAN:
            head.scan_at = at
            return head
        if name in _FRAMES:
            head.baseline = name in _BASELINE
            head.height, head.width = (int.from_bytes(data[at + offset : at + offset + 2], "big") for offset in (5, 7))
        head.tables |= name == _TABLES
        at += 2 + length
    raise BadPicture("picture_not_jpeg", "has segments without end")


def _prepared(data: bytes, head: _Head) -> bytes:
    """Without its end (a progressive picture keeps it), and with Huffman tables."""
    body = data
    if head.baseline:
        end = data.find(_END, head.scan_at)  # within a coded picture every FF is followed by 00
        body = (data if end < 0 else data[:end]).rstrip(b"\0") + _PADDING
    elif not data.rstrip(b"\0").endswith(_END):
        raise BadPicture("picture_cut", "a progressive picture without its end")
    return body if head.tables else body[: head.scan_at] + _standard_tables() + body[head.scan_at :]


def _decode(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadPicture("picture_too_many_pixels", "a second frame header is larger")
            return opened.convert("RGB")
    except Image.DecompressionBombError:
        raise BadPicture("picture_too_many_pixels", "far too many pixels") from None
    except OSError as problem:
        cut = "truncated" in str(problem) or "broken" in str(problem)
        raise BadPicture("picture_cut" if cut else "picture_not_jpeg", "cannot be decoded to its end") from None
    except (SyntaxError, ValueError) as problem:
        if isinstance(problem, BadPicture):
            raise
        raise BadPicture("picture_not_jpeg", "cannot be decoded") from None


@cache
def _standard_tables() -> bytes:
    """The Huffman tables of T.81 annex K, which every encoder writes that does not compute its own."""
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "JPEG", optimize=False)
    data, at, found = buffer.getvalue(), len(_START), b""
    while data[at + 1] != _SCAN:
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == _TABLES:
            found += data[at : at + length]
        at += length
    return found
