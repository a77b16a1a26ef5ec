"""Whether a file can be an MP4 film at all: its boxes, and behind the right header a picture track that is not empty.

MP4 is a row of boxes (size 4, name 4, content), some of which hold boxes again: ``ftyp`` first, then ``moov`` with the
length (``mvhd``) and the tracks (``trak``), and ``mdat`` with the pictures; together they fill the file. Whether a
browser has the decoder for what is in it, only the browser knows, and passes it over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

_MOST_BOXES: Final = 1000
_LARGEST_HEAD: Final = 8 * 1024 * 1024  # of ``moov``, which is read whole
Box = tuple[bytes, int, int]  # name, where its content begins, where it ends


def is_film(file: BinaryIO, size: int) -> bool:
    """A film with at least one picture in it, as far as its boxes tell."""
    found = list(_boxes_of(file, size))
    if not found or found[0][0] != b"ftyp" or found[-1][2] != size:
        return False
    pictures = any(name == b"mdat" and end > start for name, start, end in found)
    head = next(((start, end) for name, start, end in found if name == b"moov"), None)
    if head is None or not pictures or head[1] - head[0] > _LARGEST_HEAD:
        return False
    file.seek(head[0])
    in_parts = any(name == b"moof" for name, _, _ in found)
    return _has_pictures(file.read(head[1] - head[0]), in_parts=in_parts)


def _boxes_of(file: BinaryIO, size: int) -> Iterator[Box]:
    """The outermost boxes; ends early where they are no boxes."""
    at, count = 0, 0
    while at < size and count < _MOST_BOXES:
        file.seek(at)
        box = _box(file.read(16), at, size)
        if box is None:
            return
        yield box
        at, count = box[2], count + 1


def _box(head: bytes, at: int, size: int) -> Box | None:
    length, name, long = int.from_bytes(head[:4], "big"), head[4:8], 8
    if length == 1:
        length, long = int.from_bytes(head[8:16], "big"), 16
    elif length == 0:
        length = size - at
    return (name, at + long, at + length) if len(head) >= 8 and long <= length <= size - at else None


def _inside(raw: bytes) -> dict[bytes, list[bytes]]:
    """The boxes in a box by their names; those of half a box are none."""
    found: dict[bytes, list[bytes]] = {}
    at = 0
    while at < len(raw) and (box := _box(raw[at : at + 16], at, len(raw))) is not None:
        found.setdefault(box[0], []).append(raw[box[1] : box[2]])
        at = box[2]
    return found


def _has_pictures(moov: bytes, *, in_parts: bool) -> bool:
    """``in_parts``: the pictures are told of in boxes of their own, and the head knows neither length nor count."""
    head = _inside(moov)
    lasts = any(_lasts(one) for one in head.get(b"mvhd", ()))
    tracks = [count for trak in head.get(b"trak", ()) if (count := _pictures_of(trak)) is not None]
    return bool(tracks) if in_parts and b"mvex" in head else lasts and any(tracks)


def _lasts(mvhd: bytes) -> bool:
    """Whether it has a time scale and a length above nothing."""
    wide = 8 if mvhd[:1] == b"\x01" else 4
    at = 4 + 2 * wide  # behind version, flags, and the days of making and change
    return any(mvhd[at : at + 4]) and any(mvhd[at + 4 : at + 4 + wide])


def _pictures_of(trak: bytes) -> int | None:
    """How many pictures this track has; None of one that has no pictures but sound or words."""
    media = _inside(b"".join(_inside(trak).get(b"mdia", ())))
    if not any(one[8:12] == b"vide" for one in media.get(b"hdlr", ())):
        return None
    table = _inside(b"".join(_inside(b"".join(media.get(b"minf", ()))).get(b"stbl", ())))
    sizes = [*table.get(b"stsz", ()), *table.get(b"stz2", ())]
    return max((int.from_bytes(one[8:12], "big") for one in sizes), default=0)
