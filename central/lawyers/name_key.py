"""A person's name in the one way in which it is looked up: `name_key`. Pure.

Two people are kept apart by one character, however rare (䶮 is not 龑, 㑇 is not 㑳, 𠮷 is not 吉): nothing here goes
by how a character looks or sounds, and the compatibility forms of Unicode (NFKC) are not used, as they would fold more
than ways of typing. What is folded is only how one name gets typed: composed or not (NFC), full width, spaces that
line a short name up, the dots between the parts of a name (·•・ and their kin), upper and lower case, signs that
nobody sees, and the private code points by which systems older than GB 18030-2022 wrote some characters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

DOT: Final = "·"
_DOTS: Final[dict[int, str | int]] = dict.fromkeys(
    map(ord, "\u2022\u30fb\uff65\u2027\u2219\u22c5\u16eb\u2e31\u0387\u25cf\u2981\u318d\u119e"), DOT
)
_FULL_WIDTH: Final[dict[int, str | int]] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# GB 18030-2000 and -2005 gave these no place of their own in Unicode; the edition of 2022 does.
_PRIVATE: Final[dict[int, str | int]] = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE863: 0x4DAE,
    0xE864: 0x9FBB,
}
_FOLDED: Final = {**_DOTS, **_FULL_WIDTH, **_PRIVATE}
_UNSEEN: Final = frozenset({"Cc", "Cf"})
_SELECTORS: Final = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E))))
_HAN: Final = "[\u3007\u3400-\u9fff\U00020000-\U0003ffff]"
_SPACES: Final = re.compile(r"\s+")
_STOP_IN_NAME: Final = re.compile(rf"(?<={_HAN})[.](?={_HAN})")  # 阿依古丽.买买提
_DOT_WITH_SPACES: Final = re.compile(rf"\s*{DOT}[\s{DOT}]*")
_SPACE_IN_CHINESE: Final = re.compile(rf"(?<={_HAN}) | (?={_HAN})")


def name_key(name: str) -> str:
    """The text that is the same for every way of typing one name, and another for another name."""
    key, before = _fold(name), name
    while key != before:  # what one fold brings together, as a letter and its accent, the next may fold
        key, before = _fold(key), key
    return key


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFC", name.translate(_FOLDED))
    text = "".join(sign for sign in text if sign.isspace() or not _unseen(sign))
    text = _SPACES.sub(" ", text).strip()
    text = _STOP_IN_NAME.sub(DOT, text)
    text = _DOT_WITH_SPACES.sub(DOT, text).strip(DOT)
    text = _SPACE_IN_CHINESE.sub("", text)
    return unicodedata.normalize("NFC", text.casefold())


def _unseen(sign: str) -> bool:
    """Controls, joiners, and the selectors that only choose a drawing of the character before them."""
    return unicodedata.category(sign) in _UNSEEN or sign in _SELECTORS
