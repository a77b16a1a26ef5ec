"""What a file is, by its first bytes and nothing else: neither its name nor what its sender calls it is believed.

Pure. Only what begins as JPEG, PNG or PDF goes on to be taken apart; all else is refused with words that say what to
do with it, because whoever uploads a telephone's HEIC or a Word file has a paper to hand in and means no harm.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from central.failures import WrongField


class Kept(StrEnum):
    """What is kept, by the name it is served under."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PDF: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_ISO_BOX: Final = 12  # size, "ftyp", brand
_OFFICE: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def kind_of(raw: bytes) -> Kept:
    """Raises `WrongField` for what is not kept; its code says what it seems to be."""
    if raw.startswith(b"\xff\xd8\xff"):
        return Kept.JPEG
    if raw.startswith(_PNG):
        return Kept.PNG
    if _PDF.match(raw):
        return Kept.PDF
    raise WrongField(_seems(raw), "file")


def _seems(raw: bytes) -> str:
    head = raw[:_ISO_BOX]
    if not raw:
        return "FILE_EMPTY"
    if head[4:8] == b"ftyp":
        return "FILE_IS_HEIC"  # and its relations: AVIF, and films
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "FILE_IS_WEBP"
    if raw.startswith(_OFFICE):
        return "FILE_IS_OFFICE"
    return "FILE_KIND"
