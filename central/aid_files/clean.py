"""Files are never kept as they came: pictures are drawn anew, PDFs are written anew from their pages alone.

What a picture carries beside its points (where it was taken and by which telephone, colour profiles, comments, a
thumbnail, anything behind its end) is not carried over. A picture is turned as its EXIF says before that is gone.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from central.aid_files.apart import clean_pdf_apart
from central.aid_files.rules import LONGEST_SIDE, LONGEST_SIGNATURE, MOST_BYTES, MOST_PIXELS, FileKind
from central.aid_files.sniff import Kept, kind_of
from central.failures import TooLarge, WrongField

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
_MOST_SCANS: Final = 64  # of a progressive JPEG; each is a pass over the whole picture, and honest ones have ten
_QUALITY: Final = 85
_WHITE: Final = (255, 255, 255)
# what Pillow's readers raise for a file that is not what it begins as
_BROKEN: Final = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error,
    zlib.error,
)  # fmt: skip
_BOMB: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file as it is kept."""

    type: Kept
    pages: int
    content: bytes
    sha256: str


def clean(raw: bytes, kind: FileKind) -> CleanFile:
    """The file to keep for what was sent; raises `TooLarge` and `WrongField` with words on what to do.

    It takes a while: to be called before a transaction begins.
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge("FILE_TOO_LARGE", "file")
    found = kind_of(raw)
    if found is Kept.PDF:
        if kind is FileKind.SIGNATURE:
            raise WrongField("FILE_NO_SIGNATURE", "file")
        content, pages = clean_pdf_apart(raw)
    else:
        found, content, pages = *_clean_picture(raw, found, kind), 1
    if len(content) > MOST_BYTES:
        raise TooLarge("FILE_TOO_LARGE", "file")
    return CleanFile(found, pages, content, hashlib.sha256(content).hexdigest())


def _clean_picture(raw: bytes, found: Kept, kind: FileKind) -> tuple[Kept, bytes]:
    if found is Kept.JPEG and raw.count(b"\xff\xda") > _MOST_SCANS:
        raise WrongField("FILE_BROKEN", "file")
    try:
        with Image.open(BytesIO(raw), formats=[found.name]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise WrongField("FILE_PIXELS", "file")
            return _drawn_anew(picture, kind)
    except _BOMB:
        raise WrongField("FILE_PIXELS", "file") from None
    except _BROKEN:
        raise WrongField("FILE_BROKEN", "file") from None


def _drawn_anew(picture: Image.Image, kind: FileKind) -> tuple[Kept, bytes]:
    signature = kind is FileKind.SIGNATURE
    side = LONGEST_SIGNATURE if signature else LONGEST_SIDE
    picture.draft("RGB", (side, side))  # a JPEG need not be unpacked larger than it is wanted
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((side, side), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", turned.size, _WHITE)
    if turned.has_transparency_data:
        whole = turned.convert("RGBA")
        flat.paste(whole, mask=whole.getchannel("A"))
    else:
        flat.paste(turned.convert("RGB"))
    kept = BytesIO()
    if signature:
        flat.convert("L").save(kept, "PNG", optimize=True)
        return Kept.PNG, kept.getvalue()
    flat.save(kept, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)  # red seals stay red at their edges
    return Kept.JPEG, kept.getvalue()
