"""Who a lawyer is, sealed for the store: licence and name open only with a key of the data folder.

The same lawyer is found again by a mark, a keyed hash of the licence: who copies the database alone reads no name and
can try no numbers.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from central.accounts.sealing import CannotOpen, Seal
from central.failures import Unavailable
from central.line.authority import write_whole
from central.strict_json import read_json, write_json

KEY_NAME: Final = "register.key"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Who:
    """A lawyer in clear; never logged, never told in full by a list."""

    licence: str
    name: str

    def __repr__(self) -> str:
        return "Who(…)"


class Register:
    """Seals, opens and marks by one key."""

    def __init__(self, key: bytes) -> None:
        self._seal = Seal(_derived(key, b"seal"))
        self._mark_key = _derived(key, b"mark")

    @classmethod
    def in_folder(cls, folder: Path) -> Register:
        """By the key of this data folder, which is made when there is none."""
        file = folder / KEY_NAME
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(file, base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode())
        return cls(base64.b64decode(file.read_text(encoding="ascii"), validate=True))

    def mark(self, licence: str) -> str:
        return hmac.new(self._mark_key, licence.encode(), "sha256").hexdigest()

    def seal(self, who: Who) -> str:
        return self._seal.seal(write_json([who.licence, who.name]), self.mark(who.licence))

    def open(self, sealed: str, mark: str) -> Who:
        """Raises `Unavailable` when this is not the key by which it was sealed."""
        try:
            licence, name = read_json(self._seal.open(sealed, mark))
        except CannotOpen:
            raise Unavailable("REGISTER_KEY") from None
        return Who(licence, name)


def masked(who: Who) -> Who:
    """As lists show it: the surname, and of the licence the first three and the last four digits."""
    surname = who.name[:2] if who.name[:2] in _LONG_SURNAMES and len(who.name) > 2 else who.name[:1]
    hidden = len(who.licence) - 7
    return Who(f"{who.licence[:3]}{'*' * hidden}{who.licence[-4:]}", f"{surname}*")


_LONG_SURNAMES: Final = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "司空",
        "夏侯",
        "长孙",
        "宇文",
        "轩辕",
        "端木",
        "百里",
        "呼延",
        "南宫",
    ]
)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"legal-hall register 1 " + purpose).derive(key)
