"""Key files: 32 random bytes as hexadecimal digits, for one user's eyes, kept outside of the data folder.

A key that lies beside what it protects protects nothing: who carries the disk away has both.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from hall_config.outcome import Exit, Stop

KEY_BYTES: Final = 32
_MOST_BYTES: Final = 4096
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_key_file(file: Path) -> None:
    """A fresh key; raises `Stop` when there is a file of that name already."""
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Stop(Exit.WRONG_USE, "central.keeping.KEY_THERE", file=file) from None
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.keeping.KEY_WRITE", file=file, reason=problem.strerror) from None
    _write(number, f"{secrets.token_hex(KEY_BYTES)}\n".encode())
    sync_folder(file.parent)


def read_key_file(file: Path, data: Path | None = None) -> bytes:
    """The key; raises `Stop` for one that others may read, that lies in the data folder, or that is no key."""
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read(_MOST_BYTES)
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.keeping.KEY_READ", file=file, reason=problem.strerror) from None
    if mode & _OTHERS:
        raise Stop(Exit.WRONG_USE, "central.keeping.KEY_OPEN_TO_OTHERS", file=file)
    if data is not None:
        require_outside(file, data)
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Stop(Exit.WRONG_USE, "central.keeping.KEY_SHAPE", file=file)
    return key


def require_outside(file: Path, data: Path) -> None:
    """Raises `Stop` for a key beside what it protects."""
    if file.resolve().is_relative_to(data.resolve()):
        raise Stop(Exit.WRONG_USE, "central.keeping.KEY_IN_DATA", file=file, folder=data)


def write_secret(file: Path, whole: bytes) -> None:
    """A file for one user's eyes as it was or as it shall be, never half of it, also after a power cut."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    _write(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), whole)
    fresh.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """A name in a folder survives a power cut only once the folder was synced."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _write(number: int, whole: bytes) -> None:
    with open(number, "wb") as out:
        out.write(whole)
        out.flush()
        os.fsync(out.fileno())
