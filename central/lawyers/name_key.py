"""A person's name in the one way in which it is looked up: `name_key`. Pure.

Two people are kept apart by one character, however rare (䶮 is not 龑, 㑇 is not 㑳, 𠮷 is not 吉): nothing here goes
by how a character looks or sounds, and the compatibility forms of Unicode (NFKC) are not used, as they would fold more
than ways of typing. What is folded is only how one name gets typed: composed or not (NFC), full width, upper and lower
case, signs that nobody sees, the private code points by which systems older than GB 18030-2022 wrote some characters;
and what stands between the parts of a name is left out, since one clerk types a dot (·•・ and their kin), the next a
space, a hyphen or nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

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
_FOLDED: Final = {**_FULL_WIDTH, **_PRIVATE}
_SHORTEST: Final = 2
_UNSEEN: Final = frozenset({"Cc", "Cf"})
_SELECTORS: Final = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E))))
_BLANKS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters that show nothing
_HAN: Final = "[\u3007\u3400-\u9fff\U00020000-\U0003ffff]"
_DOTS: Final = "\u00b7\u2022\u30fb\uff65\u2027\u2024\u2219\u22c5\u16eb\u2e31\u2e33\u0387\ua78f\u25cf\u2981\u318d\u119e"
_HYPHENS: Final = "\u2010-\u2015\u2212\u2043\u2e3a\u2e3b\ufe58\ufe63\u30a0-"
_BETWEEN: Final = re.compile(rf"[\s{_DOTS}{_HYPHENS}]+")
_STOP_IN_NAME: Final = re.compile(rf"(?<={_HAN})[.\u3002\uff61\ufe52]+(?={_HAN})")  # 阿依古丽.买买提


def name_key(name: str) -> str:
    """The text that is the same for every way of typing one name, and another for another name."""
    key, before = _fold(name), name
    while key != before:  # what one fold brings together, as a letter and its accent, the next may fold
        key, before = _fold(key), key
    return key


def tells(text: str, name: str) -> bool:
    """Whether a text has a name in it, however either is typed and whatever signs stand between its characters.

    A name of one character is none: every text has such. One in Latin letters is found as a word, not within one.
    """
    key = "".join(sign for sign in name_key(name) if sign.isalnum())
    if len(key) < _SHORTEST:
        return False
    begin, end = ("(?<![a-z])" if "a" <= key[0] <= "z" else ""), ("(?![a-z])" if "a" <= key[-1] <= "z" else "")
    return re.search(begin + r"[\W_]*".join(map(re.escape, key)) + end, _typed(text)) is not None


def _fold(name: str) -> str:
    text = _BETWEEN.sub("", _typed(name))
    return unicodedata.normalize("NFC", _STOP_IN_NAME.sub("", text))


def _typed(text: str) -> str:
    """The characters as they are compared, with everything that stands between them."""
    text = unicodedata.normalize("NFC", text.translate(_FOLDED))
    text = "".join(sign for sign in text if sign.isspace() or not _unseen(sign))
    return unicodedata.normalize("NFC", text.casefold())


def _unseen(sign: str) -> bool:
    """Controls, joiners, and the selectors that only choose a drawing of the character before them."""
    return unicodedata.category(sign) in _UNSEEN or sign in _SELECTORS or sign in _BLANKS
