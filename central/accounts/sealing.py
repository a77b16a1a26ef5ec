"""Sealing what central must read again: AES-256-GCM by a key in the data folder, never in the database.

A sealed text is ``v1.`` and base64 of nonce and cipher; what it belongs to is bound in, so that one account's text
opens for no other. Who copies the database alone reads nothing.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from central.line.authority import write_whole

KEY_NAME: Final = "accounts.key"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION: Final = "v1."


class CannotOpen(Exception):
    """Sealed by another key, for something else, or damaged."""


class Seal:
    """Seals and opens short texts."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def in_folder(cls, folder: Path) -> Seal:
        """By the key of this data folder, which is made at the first start."""
        file = folder / KEY_NAME
        if not file.exists():
            write_whole(file, base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode())
        return cls(base64.b64decode(file.read_text(encoding="ascii"), validate=True))

    def seal(self, text: str, belongs_to: str) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), belongs_to.encode())
        return _VERSION + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, belongs_to: str) -> str:
        """Raises `CannotOpen`."""
        if not sealed.startswith(_VERSION):
            raise CannotOpen("an unknown seal")
        try:
            whole = base64.b64decode(sealed[len(_VERSION) :].encode(), altchars=b"-_", validate=True)
            nonce, cipher = whole[:_NONCE_BYTES], whole[_NONCE_BYTES:]
            return self._cipher.decrypt(nonce, cipher, belongs_to.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error) as problem:
            raise CannotOpen("sealed by another key, for something else, or damaged") from problem
