"""A Word file is a zip, packed here so that the same parts are always the same bytes: no clock and no name inside."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_TYPES: Final = "[Content_Types].xml"
_LEVEL: Final = 9


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as one file, the list of their types first, as Word writes it."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in sorted(parts, key=lambda one: (one != _TYPES, one)):
            entry = ZipInfo(name)  # 1980, the first day that a zip knows
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, parts[name], compresslevel=_LEVEL)
    return made.getvalue()


def packed_again(file: bytes) -> bytes:
    """The same file without the moment at which it was packed."""
    with ZipFile(io.BytesIO(file)) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()})
