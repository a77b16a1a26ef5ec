"""Places in lists: what ``next`` gives out and ``cursor`` takes back.

A cursor holds the place of the last item that was shown, so it goes on working when that item is gone, and a check over
list and place, so that no other text is taken for one. The check keeps mistakes out; forging it gains nothing: a place
is no secret, and one of the wrong shape is refused all the same.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Annotated, Any, Final

from fastapi import Query

from central.failures import WrongField
from central.strict_json import NotJson, read_json, write_json

Cursor = Annotated[str, Query(max_length=600, description="what `next` of the page before gave")]
_CHECK_BYTES: Final = 6
_LARGEST: Final = 2**63 - 1


def give(name: str, place: tuple[str | int, ...]) -> str:
    """The cursor behind an item at this place of the list of this name."""
    text = write_json(place).encode()
    return base64.urlsafe_b64encode(_check(name, text) + text).rstrip(b"=").decode()


def read(name: str, cursor: str | None, *kinds: type[str | int]) -> tuple[Any, ...] | None:
    """The place behind which to go on, None for the beginning; raises `WrongField` for what this list never gave.

    ``kinds`` are those of the parts of a place.
    """
    if cursor is None:
        return None
    try:
        kept = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        check, text = kept[:_CHECK_BYTES], kept[_CHECK_BYTES:]
        place = read_json(text) if check == _check(name, text) else None
    except (UnicodeEncodeError, binascii.Error, NotJson):
        place = None
    if place is None or not _is_place(place, kinds):
        raise WrongField("WRONG_FIELD", "cursor")
    return tuple(place)


def _is_place(place: Any, kinds: tuple[type[str | int], ...]) -> bool:
    """Whether a place may look like this: a forged one must not reach the store as something that no column takes."""
    if not isinstance(place, list) or len(place) != len(kinds):
        return False
    for part, kind in zip(place, kinds, strict=True):
        if type(part) is not kind or (part < 0 or part > _LARGEST if isinstance(part, int) else "\0" in part):
            return False
    return True


def _check(name: str, text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=_CHECK_BYTES, key=hashlib.sha256(name.encode()).digest()).digest()
