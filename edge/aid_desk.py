"""What legal aid has at the hall: drafts, receipts on paper, cards laid at windows, and central's sealing key.

Put together here from the hall file. Reports of cards that a form asked for, and of receipts, end here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from drivers.driver import Order, Report
from drivers.kind import Kind
from edge.devices import ids_of
from edge.drafts import DraftBox, draft_box
from edge.line_key import LineKey
from edge.receipt_paper import receipt_parts
from edge.receipt_slips import ReceiptSlips
from edge.sealing import NotCentrals, Sealer, kept_sealer
from edge.window_cards import WindowCards
from hall.plan import Plan
from hall_config.models import HallFile

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AidDesk:
    """``sealer`` gives central's key as it is known now; None in a hall that never enrolled."""

    drafts: DraftBox
    slips: ReceiptSlips
    cards: WindowCards
    sealer: Callable[[], Sealer | None]

    def heard(self, report: Report) -> bool:
        """Whether the report was for legal aid and for nobody else."""
        return self.slips.heard(report) or self.cards.heard(report)

    def follow(self, file: HallFile) -> None:
        """The hall file has changed."""
        self.slips.follow(ids_of(file, Kind.PRINTER), _at_windows(file, Kind.PRINTER))
        self.cards.follow(_at_windows(file, Kind.CARD_READER))


def aid_desk_of(file: HallFile, plan: Plan, submit: Callable[[Order], None]) -> AidDesk:
    """Legal aid in the hall that the file describes."""
    folder = Path(file.data.folder)
    central = file.uplink.central if file.uplink else None
    paper = partial(receipt_parts, plan=plan, central_url=central if central and central.startswith("https:") else None)
    printers, beside = ids_of(file, Kind.PRINTER), _at_windows(file, Kind.PRINTER)
    slips = ReceiptSlips(printers, beside, submit, paper, draft_box(folder, "receipts"))
    cards = WindowCards(_at_windows(file, Kind.CARD_READER))
    return AidDesk(draft_box(folder), slips, cards, partial(_sealer, file.hall.id, LineKey(folder)))


def aid_without_devices(folder: Path, plan: Plan, sealer: Callable[[], Sealer | None] = lambda: None) -> AidDesk:
    """Legal aid in a hall without printer, reader or line: what is typed can still be handed over."""

    def nowhere(_: Order) -> None:
        raise LookupError("there is no such device")

    paper = partial(receipt_parts, plan=plan, central_url=None)
    slips = ReceiptSlips((), {}, nowhere, paper, DraftBox(folder, None, "receipts"))
    return AidDesk(DraftBox(folder, None), slips, WindowCards({}), sealer)


def _at_windows(file: HallFile, kind: Kind) -> dict[int, str]:
    there = set(ids_of(file, kind))
    return {part.window: part.id for part in file.device if part.id in there and part.window is not None}


def _sealer(hall: str, key: LineKey) -> Sealer | None:
    """Asked each time: a renewed certificate may have brought another key."""
    files = key.files
    try:
        return kept_sealer(hall, files.key.parent) if files is not None else None
    except (NotCentrals, OSError) as problem:
        log.warning("sealing.unfit", problem=str(problem))
        return None
