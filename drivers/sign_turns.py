"""Pages that take turns on a screen whose card cannot turn them: the driver's poll shows the next one.

- A page stands for ``page_s``; a blinking one takes turns with the dark screen, half a second each (1 Hz, below 3 Hz).
- Several blinking pages stand for two such turns each, so that they can be read.
- One page that stands still is shown again each ``refresh_s``: a power cut shorter than the poll goes unseen else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

Shown = TypeVar("Shown")

BLINK_HALF_S: Final = 0.5
_BLINKS_OF_A_PAGE: Final = 2


class Turns(Generic[Shown]):
    """What is shown in turn, and how long each stands. The first one is up."""

    def __init__(self, pages: Sequence[Shown], dark: Shown | None, page_s: float) -> None:
        """``dark`` is given when the pages blink."""
        if dark is None:
            self.faces = list(pages)
            self.face_s = page_s
        else:
            times = 1 if len(pages) == 1 else _BLINKS_OF_A_PAGE
            self.faces = [face for page in pages for _ in range(times) for face in (page, dark)]
            self.face_s = BLINK_HALF_S
        self._up = 0

    @property
    def several(self) -> bool:
        return len(self.faces) > 1

    @property
    def up(self) -> Shown:
        return self.faces[self._up]

    @property
    def coming(self) -> Shown:
        """Whose turn it is next."""
        return self.faces[(self._up + 1) % len(self.faces)]

    def turn(self) -> None:
        """The coming one is up. Said when it is: a poll that failed or gave way shows the same one next time."""
        self._up = (self._up + 1) % len(self.faces)
