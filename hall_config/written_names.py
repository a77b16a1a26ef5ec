"""Whether somebody wrote a name or a text at all: blanks, signs that nobody sees, and dots are none. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

# letters that show nothing: fillers of Hangul, and the empty pattern of Braille
_EMPTY: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# not assigned and private too: rare characters of names may be of these
_WRITTEN: Final = ("L", "N", "Cn", "Co")


def is_written(text: str) -> bool:
    """Whether at least one letter, character or digit stands in it."""
    return any(unicodedata.category(one).startswith(_WRITTEN) and one not in _EMPTY for one in text)
