"""Fills a template: field by field, the words as they are, nothing of them ever run.

A value is cleaned of what no paper shows (control characters, marks that turn the writing round, halves of characters)
and of nothing else; line breaks stay. The filled file is packed without clock and without names in its properties.
"""

from __future__ import annotations

import base64
import binascii
import io
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

from central.aid_papers.marks import ClosedEnvironment
from central.aid_papers.packing import packed_again

LONGEST: Final = 20_000
MOST_ROWS: Final = 200
_SIGNATURE_MM: Final = (40, 15)
_NO_PICTURE: Final = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)
_LARGEST_PIXELS: Final = 4_000_000
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # not Cn, Co: rare characters of names may be of these
_NO_CHARACTER: Final = 0xFFFE  # and 0xFFFF, of each plane: no XML takes them

Value = str | list[dict[str, str]] | bytes
Fields = Mapping[str, Value]


class TooLong(ValueError):
    """A value or a list that no paper holds; its name."""


class NoPicture(ValueError):
    """A signature that is no picture."""


def fill(template: bytes, fields: Fields, title: str = "", number: str = "") -> bytes:
    """The template with these fields as a Word file; the same for the same. Raises `TooLong`, `NoPicture`."""
    document = DocxTemplate(io.BytesIO(template))
    document.init_docx()
    context = {name: _ready(document, name, value) for name, value in fields.items()}
    properties = document.docx.core_properties
    for name in ("author", "comments", "identifier", "keywords", "last_modified_by", "category", "subject", "title"):
        setattr(properties, name, "")
    document.render(context, ClosedEnvironment(), autoescape=True)
    properties = document.docx.core_properties
    properties.title, properties.subject = clean(title), clean(number)
    made = io.BytesIO()
    document.save(made)
    return packed_again(made.getvalue())


def clean(text: str) -> str:
    """A value as it is printed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one for one in lines if one == "\n" or _is_seen(one))


def _is_seen(one: str) -> bool:
    return unicodedata.category(one) not in _UNSEEN and ord(one) & _NO_CHARACTER != _NO_CHARACTER


def _ready(document: Any, name: str, value: Value) -> Any:
    if isinstance(value, bytes):
        return _picture(document, value) if value else ""
    if isinstance(value, list):
        if len(value) > MOST_ROWS:
            raise TooLong(name)
        return [{column: _text(name, words) for column, words in row.items()} for row in value]
    return _text(name, value)


def _text(name: str, words: str) -> str:
    if len(words) > LONGEST:
        raise TooLong(name)
    return clean(words)


def picture_of(text: str) -> bytes:
    """A signature out of its base64, drawn anew in grey: nothing of the file that came in is kept."""
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=("PNG",))
        if picture.width * picture.height > _LARGEST_PIXELS:
            raise NoPicture("too large")
        made = io.BytesIO()
        flat = Image.new("LA", picture.size, (255, 255))
        flat.alpha_composite(picture.convert("LA"))
        flat.convert("L").save(made, "PNG", optimize=True)
    except (binascii.Error, *_NO_PICTURE):
        raise NoPicture("no picture") from None
    return made.getvalue()


def _picture(document: Any, content: bytes) -> Any:
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG",))
    except _NO_PICTURE:
        raise NoPicture("no picture") from None
    wide, high = _SIGNATURE_MM
    by_width = picture.width * high >= picture.height * wide
    size = {"width": Mm(wide)} if by_width else {"height": Mm(high)}
    return InlineImage(document, io.BytesIO(content), **size)
