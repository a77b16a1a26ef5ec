"""The key that codes and phone hashes are made with: in the data folder, never in the store.

Who copies the store alone finds no phone number, not even by trying all of them, and can make no code. A code is made
of the appointment's id, so that a visitor whose answer was lost on the way gets the same one again and none is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from central.line.authority import write_whole
from hall.appointments.marks import plain_code

KEY_NAME: Final = "visitors.key"
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is taken for something else
_CODE_LENGTH: Final = 8


class VisitorKey:
    """Codes and hashes of one central."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def in_folder(cls, folder: Path) -> VisitorKey:
        """By the key of this data folder, which is made at the first start."""
        file = folder / KEY_NAME
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(file, base64.b64encode(secrets.token_bytes(32)).decode())
        return cls(base64.b64decode(file.read_text(encoding="ascii"), validate=True))

    def code(self, of: str) -> str:
        """What the visitor keeps, as it is shown: ``ABCD-EFGH``."""
        number = int.from_bytes(self.digest("code", of), "big")
        letters = []
        for _ in range(_CODE_LENGTH):
            number, place = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[place])
        return f"{''.join(letters[:4])}-{''.join(letters[4:])}"

    def code_hash(self, code: str) -> str:
        """By what the store finds a code again, however it was typed."""
        return self.digest("code hash", plain_code(code)).hex()

    def phone_hash(self, phone: str) -> str:
        """By what the store finds a phone number again."""
        return self.digest("phone", phone).hex()

    def list_key(self, hall: str, day: str, revision: int) -> str:
        """The key of the marks in one list of one day."""
        return self.digest("list", f"{hall}/{day}/{revision}").hex()[:32]

    def digest(self, purpose: str, text: str) -> bytes:
        """For one purpose; nobody without the key makes the same."""
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).digest()
