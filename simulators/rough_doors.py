"""Doors that hand the device's bytes over as the worst line would: one by one, glued together, broken off.

For the conformance checks of drivers. What is put whole (`put_noise`) goes past all of it.
"""

from __future__ import annotations

import time
from typing import Final

from simulators.doors import PtyDoor, SocketDoor

_BETWEEN_PIECES_S: Final = 0.0006
_SLOWLY: Final = 200
_FASTER: Final = 32
_GLUED_S: Final = 0.05


class _Rough:
    """What may happen to the bytes on their way to the host. Called under its line's lock."""

    piece: int | None = None
    gluing = False
    halving = False
    _glued = b""
    _glued_since_s = 0.0

    def shape(self, data: bytes) -> bytes:
        """What is to be put now."""
        if self.halving:
            data = data[: len(data) // 2]
        if self.gluing and data:
            if not self._glued:
                self._glued_since_s = time.monotonic()
            self._glued += data
            return b""
        return data

    def due(self) -> bytes:
        """What was held back and is to be put now."""
        if not self._glued or (self.gluing and time.monotonic() - self._glued_since_s < _GLUED_S):
            return b""
        data, self._glued = self._glued, b""
        return data


class RoughPtyDoor(_Rough, PtyDoor):
    """A pseudo-terminal with rough manners."""

    def take(self, limit: int) -> bytes:
        _put_pieces(self, self.due())
        return super().take(limit)

    def put(self, data: bytes) -> int:
        _put_pieces(self, self.shape(data))
        return len(data)

    def put_noise(self, data: bytes) -> int:
        """Past all manners."""
        return PtyDoor.put(self, data)


class RoughSocketDoor(_Rough, SocketDoor):
    """A TCP port with rough manners."""

    def take(self, limit: int) -> bytes:
        _put_pieces(self, self.due())
        return super().take(limit)

    def put(self, data: bytes) -> int:
        _put_pieces(self, self.shape(data))
        return len(data)

    def put_noise(self, data: bytes) -> int:
        """Past all manners."""
        return SocketDoor.put(self, data)


RoughDoor = RoughPtyDoor | RoughSocketDoor


def _put_pieces(door: RoughDoor, data: bytes) -> None:
    """The rest of a long frame goes faster: a busy machine must not look like a line slower than any real one."""
    size, start = door.piece or len(data) or 1, 0
    while start < len(data):
        if start:
            time.sleep(_BETWEEN_PIECES_S)
        end = start + (size if start < _SLOWLY else max(size, _FASTER))
        door.put_noise(data[start:end])
        start = end
