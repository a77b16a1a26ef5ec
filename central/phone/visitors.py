"""What central keeps for visitors who have no account: its key, their tries, and what halls said of their queues."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from central.appointments.secrets import VisitorKey
from central.phone.figures import QueueWords
from central.phone.seen import Seen
from central.phone.tries import Tries

_LASTS_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Visitors:
    """One central's."""

    key: VisitorKey
    tries: Tries = field(default_factory=Tries)
    queues: QueueWords = field(default_factory=QueueWords)
    seen: Seen = field(default_factory=lambda: Seen(_LASTS_S))

    @classmethod
    def in_folder(cls, folder: Path, look_lasts_s: float = _LASTS_S) -> Visitors:
        """With the key of this data folder."""
        return cls(VisitorKey.in_folder(folder), seen=Seen(look_lasts_s))
