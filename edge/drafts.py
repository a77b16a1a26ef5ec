"""What visitors filled in at the kiosk, until their window has it: encrypted on the disk, the key in memory only.

The key lies in the runtime folder (a RAM disk of the machine, gone with its power) or, where there is none, in this
process. So a restart of the controller keeps the drafts, and a disk that is carried away tells nothing. A power cut
loses them: a draft is no application, the visitor still has the ticket and fills the form in again at the window
(decision 0010). What the rules have wiped is wiped here at once.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_ABOUT: Final = b"legal-hall drafts 1"  # bound to every record, so that it opens as nothing else


class DraftBox:
    """Drafts by day and ticket. May be called from any thread."""

    def __init__(self, folder: Path, runtime: Path | None, name: str = "drafts") -> None:
        self._file = folder / f"{name}.json"
        self._lock = threading.Lock()
        self._cipher = AESGCM(_key(runtime))
        self._sealed: dict[str, str] = self._read()

    def put(self, day: str, number: str, fields: Mapping[str, Any]) -> None:
        """Keep a draft in place of the one before."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        text = json.dumps(fields, ensure_ascii=False).encode()
        sealed = nonce + self._cipher.encrypt(nonce, text, _ABOUT + _name(day, number).encode())
        with self._lock:
            self._sealed[_name(day, number)] = sealed.hex()
            self._write()

    def get(self, day: str, number: str) -> dict[str, Any] | None:
        """What was filled in; None when it is gone, or its key is."""
        with self._lock:
            kept = self._sealed.get(_name(day, number), "")
        try:
            sealed = bytes.fromhex(kept)
            text = self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _ABOUT + _name(day, number).encode()
            )
        except (InvalidTag, ValueError):  # nothing kept, a key that is gone, a spoilt file
            return None
        found: dict[str, Any] = json.loads(text)
        return found

    def keep_only(self, day: str, numbers: frozenset[str]) -> None:
        """Wipe every draft that the rules know no more."""
        kept = {_name(day, number) for number in numbers}
        with self._lock:
            gone = [name for name in self._sealed if name not in kept]
            for name in gone:
                del self._sealed[name]
            if gone:
                self._write()

    def _read(self) -> dict[str, str]:
        with suppress(FileNotFoundError, json.JSONDecodeError):
            found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
            return found
        return {}

    def _write(self) -> None:
        """Whole or not at all, readable by the controller's user only."""
        fresh = self._file.with_suffix(".new")
        fresh.touch(mode=0o600, exist_ok=True)
        fresh.write_text(json.dumps(self._sealed), encoding="utf-8")
        fresh.replace(self._file)


def draft_box(folder: Path, name: str = "drafts") -> DraftBox:
    """The box of this controller; systemd names its RAM folder in the environment."""
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return DraftBox(folder, Path(runtime) if runtime else None, name)


def _name(day: str, number: str) -> str:
    return f"{day} {number}"


def _key(runtime: Path | None) -> bytes:
    """The key of this start of the machine, made at first asking."""
    if runtime is None:
        return secrets.token_bytes(_KEY_BYTES)
    file = runtime / "drafts.key"
    try:
        found = file.read_bytes()
        if len(found) == _KEY_BYTES:
            return found
    except FileNotFoundError:
        pass
    made = secrets.token_bytes(_KEY_BYTES)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(made)
    return made
