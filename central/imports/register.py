"""Who a lawyer is, sealed for the store in the vault: licence and name open only with central's master key.

The same lawyer is found again by a mark, the vault's keyed hash of the licence: who copies the database alone reads no
name and can try no numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from central.failures import Unavailable
from central.keeping.sealed_columns import CannotOpen, SealedText, Vault
from central.strict_json import read_json, write_json


@dataclass(frozen=True, slots=True)
class Who:
    """A lawyer in clear; never logged, never told in full by a list."""

    licence: str
    name: str

    def __repr__(self) -> str:
        return "Who(…)"


@dataclass(frozen=True, slots=True)
class Register:
    """Seals, opens and marks in one transaction. A lawyer is sealed for the unit that they belong to."""

    vault: Vault
    connection: Connection
    now_ms: int

    def mark(self, licence: str) -> str:
        """Raises `Unavailable`, as the others do, when the vault's key is not that of the store."""
        try:
            return self.vault.index(self.connection, "licence", licence, self.now_ms)
        except CannotOpen:
            raise Unavailable("REGISTER_KEY") from None

    def seal(self, who: Who, mark: str, unit: str) -> SealedText:
        try:
            text = write_json([who.licence, who.name])
            return self.vault.seal(self.connection, unit, text, _place(mark), self.now_ms)
        except CannotOpen:
            raise Unavailable("REGISTER_KEY") from None

    def open(self, sealed: SealedText, mark: str) -> Who:
        try:
            licence, name = read_json(self.vault.open(self.connection, sealed, _place(mark)))
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


def _place(mark: str) -> str:
    return f"lawyer_entry/sealed/{mark}"
