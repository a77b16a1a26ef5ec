"""Whether a file has changed on the disk, looked at now and then. Knows size, times and content; not what it means."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

_LARGEST: Final = 1 << 20  # what is larger is no hall file; its beginning tells enough


class FileWatch:
    """`changed` is asked every few seconds; the time between two looks is what an editor has to finish writing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._look()
        self._content = self._digest()
        self._moving = False

    def changed(self) -> bool:
        """Whether the content is another one than when this last said so, and lies still since the last look."""
        seen = self._look()
        if seen != self._seen:
            self._seen, self._moving = seen, True
            return False
        if not self._moving:
            return False
        self._moving = False
        return self.taken()

    def taken(self) -> bool:
        """The content of this moment is known now; whether it was another one before."""
        before, self._content = self._content, self._digest()
        return before != self._content

    def _look(self) -> tuple[int, ...]:
        """A file that was put in another's place counts as another, whatever its times say."""
        try:
            found = os.stat(self._path)
        except OSError as problem:
            return (problem.errno or 0,)
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode

    def _digest(self) -> bytes:
        try:
            number = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as problem:
            return str(problem.errno).encode()
        with os.fdopen(number, "rb") as file:
            try:
                return hashlib.sha256(file.read(_LARGEST) or b"").digest()
            except OSError as problem:  # a folder, a pipe that nobody writes to
                return str(problem.errno).encode()
