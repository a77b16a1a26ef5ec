"""Columns that the store itself cannot read: each value sealed by its owner's data key, which the master key wraps.

    1 | algorithm, 1 | number of the data key, 4 | nonce, 12 | sealed text and tag

An owner is a hall or a unit. Data keys stand in the store (``data_key``), wrapped by a master key that does not; who
has only one of the two has nothing. A new master key wraps the same data keys again (`Vault.rewrap`), no value is
touched; `Vault.renew` gives an owner a new data key, and what older ones sealed stays readable. What a value is about
(table, column, row) is bound to it, so that it opens in no other place.

To find a row by a value nobody can read there is a blind index: a keyed hash, made by a key of its own.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, Dialect, LargeBinary, RootTransaction
from sqlalchemy.types import TypeDecorator

from central.keeping import data_keys

_VERSION: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_HEAD_BYTES: Final = 6
_WRAP: Final = b"legal-hall data key 1"
_INDEX_OWNER: Final = ""


class Algorithm(IntEnum):
    """How a value is sealed; its number stands in each record, so that stores may hold both."""

    AES_256_GCM = 1
    SM4_GCM = 2


class CannotOpen(Exception):
    """A value that is damaged, in another place than it was sealed for, or of a key that is not here."""


@dataclass(frozen=True, slots=True)
class SealedText:
    """A value as it is stored. What it says is in nobody's log by mistake."""

    record: bytes

    def __repr__(self) -> str:
        return f"SealedText({len(self.record)} bytes)"


class SealedColumn(TypeDecorator[SealedText]):
    """Takes and gives `SealedText` and nothing else: a clear text cannot get into such a column."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: SealedText | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, SealedText):
            raise TypeError("this column takes sealed values only")
        return value.record

    def process_result_value(self, value: Any, dialect: Dialect) -> SealedText | None:
        return None if value is None else SealedText(bytes(value))


class Vault:
    """Seals and opens values with the data keys of a store. ``master`` is 32 bytes from outside of it."""

    def __init__(self, master: bytes, algorithm: Algorithm = Algorithm.AES_256_GCM) -> None:
        self._master = master
        self._algorithm = algorithm
        # By what is stored, and rows for as long as their transaction: one that made a key may not end well.
        self._opened: dict[bytes, bytes] = {}
        self._rows: WeakKeyDictionary[RootTransaction, dict[str | int, Any]] = WeakKeyDictionary()

    def fits(self, connection: Connection) -> bool:
        """Whether every data key of the store is wrapped by this master key."""
        return data_keys.masters(connection) <= {mark(self._master)}

    def make_index_key(self, connection: Connection, now_ms: int) -> None:
        """So that whoever only reads can ask for an index."""
        self._own_key(connection, _INDEX_OWNER, now_ms)

    def seal(self, connection: Connection, owner: str, text: str, about: str, now_ms: int) -> SealedText:
        """Seal for an owner, whose data key is made if there is none."""
        row = self._own_key(connection, owner, now_ms)
        algorithm, key = Algorithm(row.algorithm), self._unwrap(row)
        head = bytes([_VERSION, algorithm]) + row.id.to_bytes(4, "big")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = _CIPHERS[algorithm][0](key, nonce, text.encode("utf-8", "surrogatepass"), head + about.encode())
        return SealedText(head + nonce + sealed)

    def open(self, connection: Connection, sealed: SealedText, about: str) -> str:
        """What was sealed; raises `CannotOpen`."""
        record = sealed.record
        head, nonce, rest = record[:_HEAD_BYTES], record[_HEAD_BYTES:][:_NONCE_BYTES], record[18:]
        if len(rest) < _TAG_BYTES or head[0] != _VERSION or head[1] not in tuple(Algorithm):
            raise CannotOpen("not a sealed value")
        number, known = int.from_bytes(head[2:], "big"), self._known(connection)
        row = known.get(number) or data_keys.key(connection, number)
        if row is None:
            raise CannotOpen("its data key is not in this store")
        known[number] = row
        algorithm, key = Algorithm(row.algorithm), self._unwrap(row)
        if algorithm != head[1]:
            raise CannotOpen("sealed by another algorithm than its key")
        try:
            return _CIPHERS[algorithm][1](key, nonce, rest, head + about.encode()).decode("utf-8", "surrogatepass")
        except InvalidTag:
            raise CannotOpen("damaged, or sealed for another place") from None

    def index(self, connection: Connection, kind: str, text: str, now_ms: int) -> str:
        """The same 64 hexadecimal digits for the same text of a kind, and for nobody without the key.

        Who asks writes the text in the one way it may be written (an ID number with a capital X).
        """
        key = self._unwrap(self._own_key(connection, _INDEX_OWNER, now_ms))
        derived = HKDF(SHA256(), 32, None, b"legal-hall index 1 " + kind.encode()).derive(key)
        return hmac.new(derived, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()

    def renew(self, connection: Connection, owner: str, now_ms: int) -> int:
        """A new data key for what an owner seals from now on; its number. The index has one key for ever."""
        if owner == _INDEX_OWNER:
            raise ValueError("an index under a new key finds nothing that is there")
        data_keys.take_turn(connection)
        return self._make(connection, owner, now_ms)

    def rewrap(self, connection: Connection, master: bytes) -> int:
        """Wrap every data key with a new master key, all or none; how many. Raises `CannotOpen`."""
        data_keys.take_turn(connection)
        rows = data_keys.every_key(connection)
        self._known(connection).clear()
        for row in rows:
            key = self._unwrap(row)
            data_keys.change_wrapping(connection, row.id, _wrapped(master, key, row), mark(master))
        self._master = master
        return len(rows)

    def _known(self, connection: Connection) -> dict[str | int, Any]:
        """Rows that this transaction has read: by owner the one to seal with, and by number."""
        transaction = connection.get_transaction()
        return self._rows.setdefault(transaction, {}) if isinstance(transaction, RootTransaction) else {}

    def _own_key(self, connection: Connection, owner: str, now_ms: int) -> Any:
        known = self._known(connection)
        row = known.get(owner) or data_keys.newest_of(connection, owner)
        if row is None:
            data_keys.take_turn(connection)  # another program may be making the same one
            row = data_keys.newest_of(connection, owner)
        if row is None:
            row = data_keys.key(connection, self._make(connection, owner, now_ms))
        known[owner] = row
        return row

    def _make(self, connection: Connection, owner: str, now_ms: int) -> int:
        if not self.fits(connection):
            raise CannotOpen("the store's data keys are wrapped by another master key")
        key = secrets.token_bytes(_KEY_BYTES[self._algorithm])
        facts = data_keys.KeyFacts(owner, int(self._algorithm), now_ms)
        self._known(connection).pop(owner, None)
        return data_keys.add(connection, facts, _wrapped(self._master, key, facts), mark(self._master))

    def _unwrap(self, row: Any) -> bytes:
        wrapped = bytes(row.wrapped)
        key = self._opened.get(wrapped)
        if key is None:
            try:
                nonce, rest = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
                key = AESGCM(_wrapping_key(self._master)).decrypt(nonce, rest, _about_key(row))
            except (InvalidTag, ValueError):
                raise CannotOpen("its data key is wrapped by another master key") from None
            self._opened[wrapped] = key
        return key


def mark(master: bytes) -> str:
    """Tells one master key from another and nothing else of it."""
    return HKDF(SHA256(), 8, None, b"legal-hall master mark 1").derive(master).hex()


def _wrapped(master: bytes, key: bytes, facts: Any) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_wrapping_key(master)).encrypt(nonce, key, _about_key(facts))


def _wrapping_key(master: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, _WRAP).derive(master)


def _about_key(facts: Any) -> bytes:
    return f"{facts.owner}\n{facts.algorithm}\n{facts.made_ms}".encode()


def _seal_sm4(key: bytes, nonce: bytes, text: bytes, about: bytes) -> bytes:
    sealing = Cipher(SM4(key), GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(about)
    return sealing.update(text) + sealing.finalize() + sealing.tag


def _open_sm4(key: bytes, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
    opening = Cipher(SM4(key), GCM(nonce, sealed[-_TAG_BYTES:])).decryptor()
    opening.authenticate_additional_data(about)
    return opening.update(sealed[:-_TAG_BYTES]) + opening.finalize()


def _seal_aes(key: bytes, nonce: bytes, text: bytes, about: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, text, about)


def _open_aes(key: bytes, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, sealed, about)


_Crypt = Callable[[bytes, bytes, bytes, bytes], bytes]
_KEY_BYTES: Final = {Algorithm.AES_256_GCM: 32, Algorithm.SM4_GCM: 16}
_CIPHERS: Final[dict[Algorithm, tuple[_Crypt, _Crypt]]] = {
    Algorithm.AES_256_GCM: (_seal_aes, _open_aes),
    Algorithm.SM4_GCM: (_seal_sm4, _open_sm4),
}
