"""The line's own speed: 10 bits a character (8N1), so 9600 baud carries 960 bytes a second and not one more."""

from __future__ import annotations

from typing import Final

BITS_PER_CHARACTER: Final = 10
_STEP_S: Final = 0.002  # waking for each single byte of a fast line would cost more than it tells


class Pacer:
    """Bytes go in at once and come out when the line has carried them. Time comes in as an argument."""

    def __init__(self, limit: int) -> None:
        self._waiting = bytearray()
        self._limit = limit
        self._carried_until_s = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def room(self) -> int:
        return max(0, self._limit - len(self._waiting))

    def push(self, data: bytes, now_s: float) -> int:
        """Take what there is room for and say how many bytes found none."""
        if not self._waiting and self._carried_until_s < now_s:
            self._carried_until_s = now_s
        taken = data[: self.room]
        self._waiting += taken
        return len(data) - len(taken)

    def take(self, now_s: float, baud: int | None) -> bytes:
        """Those bytes that are through by now; all of them on a line without a speed."""
        if baud is None:
            count = len(self._waiting)
        else:
            character_s = BITS_PER_CHARACTER / baud
            count = min(len(self._waiting), int((now_s - self._carried_until_s) / character_s + 1e-6))
            self._carried_until_s += count * character_s
        data = bytes(self._waiting[:count])
        del self._waiting[:count]
        return data

    def due_s(self, baud: int | None) -> float | None:
        """When it is worth looking again, or None when nothing waits."""
        if not self._waiting:
            return None
        if baud is None:
            return self._carried_until_s
        character_s = BITS_PER_CHARACTER / baud
        return self._carried_until_s + min(len(self._waiting) * character_s, max(character_s, _STEP_S))

    def clear(self) -> None:
        self._waiting.clear()
