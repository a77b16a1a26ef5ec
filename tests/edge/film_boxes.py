"""Films made of boxes: one whose structure is right though no decoder can use it, and ones that are hollow."""

from __future__ import annotations


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return (8 + len(inside)).to_bytes(4, "big") + name + inside


def head(*, length: int = 1000, handler: bytes = b"vide", pictures: int = 25) -> bytes:
    """``moov`` of one track."""
    mvhd = box(b"mvhd", bytes(12), (1000).to_bytes(4, "big"), length.to_bytes(4, "big"), bytes(80))
    stbl = box(b"stbl", box(b"stsd", bytes(8)), box(b"stsz", bytes(8), pictures.to_bytes(4, "big")))
    mdia = box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)), box(b"minf", stbl))
    return box(b"moov", mvhd, box(b"trak", mdia))


KIND = box(b"ftyp", b"isom", bytes(4))
DATA = box(b"mdat", bytes(500))
FILM = KIND + head() + DATA  # its boxes are right, what is in them is no picture: only a browser finds out
HOLLOW = {
    "filled with nothing": KIND + box(b"moov", bytes(100)) + DATA,
    "an empty head": KIND + box(b"moov") + DATA,
    "no data": KIND + head() + box(b"mdat"),
    "no length": KIND + head(length=0) + DATA,
    "sound alone": KIND + head(handler=b"soun") + DATA,
    "no picture": KIND + head(pictures=0) + DATA,
    "the data before anything": DATA + KIND + head(),
    "a head that is cut": KIND + head()[:-20] + DATA,
}
