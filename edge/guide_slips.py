"""Guides on the ticket printer: asks the rules, gives the order, and knows what became of each slip.

Knows the printer's reports of its own slips. Must not know what stands on one. Nothing is written down but the day's
count, which a restart must not set back.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from drivers.driver import Order, OrderFailed, Report
from drivers.kinds.printer import NotPrinted, PaperLow, Print, Printed
from drivers.kinds.slip import Part
from edge.journal import Journal
from hall.guide_slips import Limits, Paper, begin, end
from hall.moment import Moment
from hall.refusal import Code, Refusal

_OURS: Final = "guide "
_KEPT: Final = 20
_META: Final = "guide_slips"


@dataclass(frozen=True, slots=True)
class SlipFate:
    """``reason`` is the printer's code of a slip that failed."""

    state: Literal["printing", "printed", "failed"]
    reason: str = ""


class GuideSlips:
    """Any thread may ask. ``printers`` are the hall's; the first one prints."""

    def __init__(
        self,
        printers: tuple[str, ...],
        limits: Limits,
        submit: Callable[[Order], None],
        now: Callable[[], Moment],
        on_journal: Callable[[Callable[[Journal], Any]], Any] | None,
    ) -> None:
        self._printers = printers
        self._limits = limits
        self._submit = submit
        self._now = now
        self._on_journal = on_journal
        self._lock = threading.Lock()
        self._paper: Paper | None = None  # None: the journal has not been asked yet
        self._low = False
        self._fates: dict[str, SlipFate] = {}
        self._keys: dict[str, str] = {}

    def follow(self, printers: tuple[str, ...], limits: Limits) -> None:
        """The hall file has changed."""
        with self._lock:
            self._low = self._low and printers[:1] == self._printers[:1]
            self._printers, self._limits = printers, limits

    def print(self, parts: tuple[Part, ...], key: str | None = None) -> str:
        """Begin a slip; gives its name for `fate`. The same key begins one slip; raises `Refusal`."""
        with self._lock:
            if key is not None and (known := self._keys.get(key)) in self._fates:
                return str(known)
            if not self._printers:
                raise Refusal(Code.NO_PRINTER)
            self._paper = begin(replace(self._paper or self._read(), low=self._low), self._limits, self._now())
            self._write(self._paper)
            name, printer = secrets.token_urlsafe(12), self._printers[0]
            self._fates = dict([*self._fates.items(), (name, SlipFate("printing"))][-_KEPT:])
            if key is not None:
                self._keys = dict([*self._keys.items(), (key, name)][-_KEPT:])
        self._submit(Print(printer, _OURS + name, parts))
        return name

    def fate(self, name: str) -> SlipFate | None:
        """What became of a slip; None of one that nobody knows any more."""
        return self._fates.get(name)

    def heard(self, report: Report) -> bool:
        """Whether it was about a slip of ours; a roll that comes to its end is everybody's news."""
        match report:
            case PaperLow(device=device, low=low):
                with self._lock:
                    self._low = low if device in self._printers[:1] else self._low
            case Printed(job=job) if job.startswith(_OURS):
                return self._ended(job, SlipFate("printed"))
            case NotPrinted(job=job, code=code) | OrderFailed(order=Print(job=job), code=code) if job.startswith(_OURS):
                return self._ended(job, SlipFate("failed", code))
        return False

    def _ended(self, job: str, fate: SlipFate) -> bool:
        name = job.removeprefix(_OURS)
        with self._lock:
            before = self._fates.get(name)
            if before is not None and before.state == "printing":  # a failure is told twice: by printer and by line
                self._fates[name] = fate
                self._paper = end(self._paper or Paper(), printed=fate.state == "printed")
        return True

    def _read(self) -> Paper:
        kept = self._on_journal(lambda journal: journal.read_meta(_META)) if self._on_journal else None
        return Paper(str(kept[0]), int(kept[1])) if kept else Paper()

    def _write(self, paper: Paper) -> None:
        if self._on_journal is not None:
            self._on_journal(lambda journal: journal.write_meta(_META, [paper.day, paper.used]))
