"""Which of today's tickets have a draft, and which applications were submitted today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Draft:
    """When it was saved, who has opened it last, and since when its ticket is done."""

    saved_ms: int
    opened_by: str | None = None
    done_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """An application: its ticket, the window that took it (None: the kiosk), when, and how far its pages have come.

    ``taken`` pages are whole; ``part`` of ``parts`` of the next one are there.
    """

    number: str
    window: int | None
    wall_ms: int
    pages: int = 0
    taken: int = 0
    part: int = 0
    parts: int = 0


@dataclass(frozen=True, slots=True)
class IntakeState:
    """Of today alone: it grows by one receipt a ticket, and the next day begins empty."""

    drafts: Mapping[str, Draft] = field(default_factory=dict)  # by ticket number
    receipts: Mapping[str, Receipt] = field(default_factory=dict)  # by receipt number

    def receipt_of(self, number: str) -> str | None:
        """The receipt number of a ticket's application."""
        return next((receipt for receipt, found in self.receipts.items() if found.number == number), None)
