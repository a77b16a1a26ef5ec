"""What the routes share: the door to the hall, the staff, the streams, and the last touch on the ticket machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from edge.appointments import AppointmentBook
from edge.elder_question import ElderQuestion
from edge.hall_door import HallDoor
from edge.machine import Choice
from edge.screens.figures import Figures
from edge.screens.live import Hub
from edge.staff import StaffBook
from hall_config.wording import Language

_CHOICE_LIFE_MS = 20_000  # the page says it again while its visitor is there


class TouchedChoice:
    """The service that somebody touched on the ticket machine, for the card that may follow within 20 s."""

    def __init__(self, door: HallDoor) -> None:
        self._door = door
        self._lock = threading.Lock()
        self._touched: tuple[Choice, int] | None = None

    def touch(self, choice: Choice | None) -> None:
        with self._lock:
            self._touched = None if choice is None else (choice, self._door.now_ms()[0])

    def take(self) -> Choice | None:
        """The choice, once: the next card is another person's."""
        with self._lock:
            touched, self._touched = self._touched, None
        if touched is None or self._door.now_ms()[0] - touched[1] > _CHOICE_LIFE_MS:
            return None
        return touched[0]


@dataclass(frozen=True, slots=True)
class Desk:
    door: HallDoor
    staff: StaffBook
    hub: Hub
    figures: Figures
    choice: TouchedChoice
    elders: ElderQuestion
    assets: str
    public_url: str | None = None
    language: Language = "zh"
    place_names: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # help buttons: Chinese, English
    camera_at: Callable[[int], bool] = lambda window: False  # whether a document camera stands at this window

    takes_drafts: bool = False  # whether legal-aid forms may be filled in ahead
    kept: dict[str, str] = field(default_factory=dict)  # secrets of this controller, once asked of the journal

    @property
    def appointments(self) -> AppointmentBook:
        """Who has which appointment, by keyed hashes."""
        return AppointmentBook(self.door)

    def cookie(self, what: str) -> str:
        """A cookie's name; halls on one machine differ by port only, which cookies do not see."""
        return f"lh_{self.door.plan.hall}_{what}"
