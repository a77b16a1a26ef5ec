"""Receipts of applications on the ticket printer: what stands on one, what became of it, and the same paper again.

What is needed to print it again lies as drafts do, sealed under a key in memory only (decision 0010): the applicant's
code must stand on no disk in clear. After a power cut the receipt is printed without it, and says where to get one.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from drivers.driver import Order, OrderFailed, Report
from drivers.kinds.printer import NotPrinted, Print, Printed
from drivers.kinds.slip import Part
from edge.drafts import DraftBox

_OURS: Final = "aid "
_KEPT: Final = 50
NO_PRINTER: Final = "no_printer"


@dataclass(frozen=True, slots=True)
class Handed:
    """What the paper says of an application; ``known`` False: a power cut has taken code and list of papers."""

    receipt: str
    number: str
    wall_ms: int
    papers: tuple[tuple[str, int, bool], ...] = ()  # name, copies, original
    pages: int = 0
    code: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class ReceiptFate:
    """``reason`` is the printer's code of a slip that failed."""

    state: Literal["printing", "printed", "failed"]
    receipt: str
    reason: str = ""


class ReceiptSlips:
    """Any thread may ask. ``at_window`` names the printer that stands at a window, else the hall's first prints."""

    def __init__(
        self,
        printers: tuple[str, ...],
        at_window: dict[int, str],
        submit: Callable[[Order], None],
        parts: Callable[[Handed], tuple[Part, ...]],
        box: DraftBox,
    ) -> None:
        self._printers, self._at_window = printers, at_window
        self._submit = submit
        self._parts = parts
        self._box = box
        self._lock = threading.Lock()
        self._fates: dict[str, ReceiptFate] = {}
        self._keys: dict[str, str] = {}

    def follow(self, printers: tuple[str, ...], at_window: dict[int, str]) -> None:
        """The hall file has changed."""
        self._printers, self._at_window = printers, at_window

    def keep(self, day: str, handed: Handed) -> None:
        """After the application is in the journal: what the rules do not know is wiped."""
        self._box.put(day, handed.receipt, asdict(handed))

    def kept(self, day: str, receipt: str) -> Handed | None:
        """None after a power cut."""
        found: dict[str, Any] | None = self._box.get(day, receipt)
        if found is None:
            return None
        papers = tuple((str(name), int(copies), bool(original)) for name, copies, original in found["papers"])
        return Handed(**{**found, "papers": papers})

    def keep_only(self, day: str, receipts: frozenset[str]) -> None:
        """Wipe what the rules know no more."""
        self._box.keep_only(day, receipts)

    def print(self, handed: Handed, window: int | None, key: str | None = None) -> str:
        """Begin a slip; gives its name, a secret of whoever asked for it. The same key begins one slip."""
        with self._lock:
            if key is not None and (known := self._keys.get(key)) in self._fates:
                return str(known)
        name = secrets.token_urlsafe(16)
        device = self._at_window.get(window or 0) or (self._printers[0] if self._printers else None)
        begun = ReceiptFate("printing", handed.receipt) if device else ReceiptFate("failed", handed.receipt, NO_PRINTER)
        with self._lock:
            self._fates = dict([*self._fates.items(), (name, begun)][-_KEPT:])
            if key is not None:
                self._keys = dict([*self._keys.items(), (key, name)][-_KEPT:])
        if device is not None:
            self._submit(Print(device, _OURS + name, self._parts(handed)))
        return name

    def fate(self, name: str) -> ReceiptFate | None:
        """What became of a slip; None of one that nobody knows any more."""
        return self._fates.get(name)

    def heard(self, report: Report) -> bool:
        """Whether it was about a slip of ours."""
        match report:
            case Printed(job=job) if job.startswith(_OURS):
                return self._ended(job, "printed")
            case NotPrinted(job=job, code=code) | OrderFailed(order=Print(job=job), code=code) if job.startswith(_OURS):
                return self._ended(job, "failed", code)
        return False

    def _ended(self, job: str, state: Literal["printed", "failed"], reason: str = "") -> bool:
        name = job.removeprefix(_OURS)
        with self._lock:
            before = self._fates.get(name)
            if before is not None and before.state == "printing":  # a failure is told twice: by printer and by line
                self._fates[name] = ReceiptFate(state, before.receipt, reason)
        return True
