"""The papers of an application and its receipt: parts in order and sealed, one slip a press, a card for one form."""

from __future__ import annotations

import base64
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import Order
from drivers.id_card_reader import CardRead, CardUnreadable, IdCard
from drivers.kinds.printer import NotPrinted, Print, Printed
from drivers.kinds.slip import Qr, Text
from edge.batches import fitting, payload_of
from edge.clock import Clock
from edge.drafts import DraftBox
from edge.identifiers import secret_code, ulid
from edge.journal import Journal, Stamp
from edge.journal_reader import JournalReader
from edge.receipt_paper import receipt_parts
from edge.receipt_slips import Handed, ReceiptSlips
from edge.screens.aid_receipts import PART_BYTES
from edge.staff import StaffBook
from edge.window_cards import NoCard, WindowCards
from hall.queue.words import CallNext, OpenWindow
from simulators.people import TRAY, card_text
from tests.edge.aid_hall import HALL, AidHall
from tests.edge.plain_door import PLAN
from tests.edge.screens_fixtures import staff_file_fixture  # noqa: F401
from tests.parts import wait_for

PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 100  # 25,604 bytes: three parts


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[AidHall]:
    staff = StaffBook(Path(shutil.copy(staff_file, tmp_path / "staff.db")))
    made = AidHall(tmp_path, staff)
    made.client().post("/api/v1/tickets", json={"service": "B"})
    made.journal.ask(OpenWindow(1, "staff1"))
    made.journal.ask(CallNext(1, "staff1"))
    yield made
    staff.close()


def put(hall: AidHall, receipt: str, page: int, part: int, clear: bytes, window: int = 1, **more: Any) -> Any:
    body = {"pages": 1, "parts": 3, "data": base64.b64encode(clear).decode(), **more}
    url = f"/api/v1/windows/{window}/aid-applications/{receipt}/pages/{page}/parts/{part}"
    return hall.client(window).put(url, json=body)


def parts(picture: bytes = PICTURE) -> list[bytes]:
    return [picture[start : start + PART_BYTES] for start in range(0, len(picture), PART_BYTES)]


def test_a_page_reaches_central_whole_and_sealed_part_by_part(hall: AidHall) -> None:
    receipt = hall.submit(1).json()["receipt"]
    for number, part in enumerate(parts(), start=1):
        answer = put(hall, receipt, 1, number, part)
        assert answer.status_code == 200, answer.text
        assert put(hall, receipt, 1, number, part).status_code == 200, "asked again after a lost answer"
    assert answer.json() == {"receipt": receipt, "pages": 1, "taken": 1}
    events = hall.journal.pages()
    events = events[1:] if events[1].part == 1 else events  # the first part again begins the page anew
    opened = [
        hall.central.open(event.sealed, HALL, f"aid.page/{receipt}/{event.page}/{event.part}") for event in events
    ]
    assert b"".join(map(base64.b64decode, opened)) == PICTURE
    assert not any(data.decode("latin-1") in event.sealed for data in parts() for event in events)


def test_odd_parts_are_refused(hall: AidHall) -> None:
    receipt = hall.submit(1).json()["receipt"]
    first = parts()[0]
    assert put(hall, receipt, 1, 1, b"\x89PNG" + first[4:]).json()["error"]["code"] == "PICTURE_NOT_JPEG"
    assert put(hall, receipt, 1, 1, first[:-1]).status_code == 422
    assert put(hall, receipt, 1, 1, first, data="=x=").status_code == 422
    assert put(hall, receipt, 1, 1, first, pages=0).status_code == 422
    assert put(hall, receipt, 1, 1, first, extra=1).status_code == 422
    assert put(hall, receipt, 1, 4, first).status_code == 422
    assert put(hall, receipt, 41, 1, first).status_code == 404
    assert put(hall, receipt, 1, 2, first).json()["error"]["code"] == "PAGE_OUT_OF_TURN"
    assert put(hall, "Pother-" + "0" * 26, 1, 1, first).json()["error"]["code"] == "UNKNOWN_RECEIPT"
    assert put(hall, "%2e%2e", 1, 1, first).status_code == 404
    assert not hall.journal.pages()


def test_pages_come_from_their_own_window(hall: AidHall) -> None:
    receipt = hall.submit(1).json()["receipt"]
    hall.journal.ask(OpenWindow(2, "staff2"))
    assert put(hall, receipt, 1, 1, parts()[0], window=2).json()["error"]["code"] == "NOT_AT_THIS_WINDOW"
    url = f"/api/v1/windows/1/aid-applications/{receipt}/pages/1/parts/1"
    assert hall.client().put(url, json={}).status_code == 401


def test_a_batch_of_whole_parts_stays_within_what_the_line_carries(hall: AidHall, tmp_path: Path) -> None:
    receipt = hall.submit(1).json()["receipt"]
    for number in range(1, 22):
        put(hall, receipt, 1, number, (PICTURE * 11)[:PART_BYTES], parts=21)
    journal, clock = Journal(tmp_path / "journal.db", "boot"), Clock(0)
    journal.append(
        [*hall.journal.submitted(), *hall.journal.pages()], Stamp(clock.now(), clock.mono_ms(), clock.quality())
    )
    journal.commit()
    reader, after, sizes = JournalReader(journal.path), 0, []
    while batch := fitting(reader.bodies(after, 100)):
        sizes.append(len(payload_of(journal.epoch, 1, batch).encode()))
        after = batch[-1][0]
    assert max(sizes) <= 64 * 1024
    assert after == journal.last_seq
    reader.close()
    journal.close()


class Printer:
    """Takes orders; says of each what the test wants."""

    def __init__(self, folder: Path, at_window: dict[int, str] | None = None) -> None:
        self.orders: list[Order] = []
        box = DraftBox(folder, None, "receipts")
        self.slips = ReceiptSlips(
            ("printer",), at_window or {}, self.orders.append, lambda handed: receipt_parts(handed, PLAN, None), box
        )

    @property
    def last(self) -> Print:
        order = self.orders[-1]
        assert isinstance(order, Print)
        return order


HANDED = Handed("Ptest-hall-" + "0" * 26, "B001", 1_795_226_400_000, (("劳动合同", 2, True),), 1, "ABCDEFGHJKMNPQRS")


def test_a_receipt_is_printed_when_the_printer_has_proved_it(tmp_path: Path) -> None:
    printer = Printer(tmp_path)
    name = printer.slips.print(HANDED, None, "first")
    assert printer.slips.print(HANDED, None, "first") == name
    assert len(printer.orders) == 1
    fate = printer.slips.fate(name)
    assert fate is not None
    assert fate.state == "printing"
    assert printer.slips.heard(Printed("printer", printer.last.job))
    assert not printer.slips.heard(Printed("printer", "B001"))
    fate = printer.slips.fate(name)
    assert fate is not None
    assert fate.state == "printed"


def test_a_receipt_that_failed_says_why_and_the_windows_own_printer_comes_first(tmp_path: Path) -> None:
    printer = Printer(tmp_path, {3: "printer-3"})
    name = printer.slips.print(HANDED, 3)
    assert printer.last.device == "printer-3"
    assert printer.slips.heard(NotPrinted("printer-3", printer.last.job, "paper_out"))
    fate = printer.slips.fate(name)
    assert fate is not None
    assert (fate.state, fate.reason) == ("failed", "paper_out")


def test_the_paper_says_what_was_taken_what_comes_next_and_nothing_of_the_person() -> None:
    paper = receipt_parts(HANDED, PLAN, "https://central.test")
    words = "\n".join(part.words for part in paper if isinstance(part, Text))
    for part in (
        HANDED.receipt,
        "2026年11月21日 10:00",
        "劳动合同",
        "7日内",
        "《法律援助法》第43条",
        "ABCD-EFGH-JKMN-PQRS",
    ):
        assert part in words
    (code,) = [part for part in paper if isinstance(part, Qr)]
    assert code.content == f"https://central.test/aid/my#{HANDED.code}"
    after = receipt_parts(Handed(HANDED.receipt, "B001", 0, known=False), PLAN, "https://central.test")
    assert not [part for part in after if isinstance(part, Qr)]


def test_receipt_numbers_and_codes_are_of_their_alphabet_and_in_order() -> None:
    early, late = ulid(1_795_226_400_000), ulid(1_795_226_400_001)
    assert len(early) == 26
    assert early < late
    codes = {secret_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(one) == 16 and not set(one) & set("ILOU") for one in codes)


def laid(number: int = 0) -> IdCard:
    return IdCard(bytearray(card_text(next(one for one in TRAY[number:] if one.kind == "C"))))


def test_a_card_on_the_windows_reader_goes_to_the_form_that_asks_and_is_wiped() -> None:
    cards, card, found = WindowCards({1: "reader-1"}), laid(), list[Any]()
    waiting = threading.Event()
    asker = threading.Thread(target=lambda: found.append(cards.read(1, 20, waiting.set)))
    asker.start()
    assert waiting.wait(10)
    assert not cards.heard(CardRead("reader-of-the-machine", laid())), "another reader's card is nobody's here"
    assert cards.heard(CardRead("reader-1", card))
    asker.join(10)
    assert card.wiped
    assert found[0].name.startswith("测试") or "测试" in found[0].name
    assert (found[0].id_kind, len(found[0].number)) == ("RESIDENT", 18)
    assert found[0].name not in repr(found[0])
    assert not cards.heard(CardRead("reader-1", laid())), "nobody asks any more"


def test_a_card_that_cannot_be_read_or_does_not_come_is_said() -> None:
    cards = WindowCards({1: "reader-1"})
    with pytest.raises(NoCard, match="NO_CARD_READER"):
        cards.read(2)
    with pytest.raises(NoCard, match="NO_CARD_LAID"):
        cards.read(1, 0.01)
    told = list[str]()

    def ask() -> None:
        try:
            cards.read(1, 20)
        except NoCard as problem:
            told.append(problem.code)

    asker = threading.Thread(target=ask)
    asker.start()
    wait_for(lambda: cards.heard(CardUnreadable("reader-1", "select_failed")), "the asker", 10)
    asker.join(10)
    assert told == ["CARD_UNREADABLE"]


def test_only_the_window_that_serves_the_ticket_reads_a_card(hall: AidHall) -> None:
    assert hall.client().post("/api/v1/windows/1/card-readings").status_code == 401
    assert hall.client(2).post("/api/v1/windows/1/card-readings").json()["error"]["code"] == "NOT_YOUR_WINDOW"
    assert hall.client(1).post("/api/v1/windows/1/card-readings").json()["error"]["code"] == "NO_CARD_READER"
    hall.aid.cards.follow({1: "reader-1"})
    found: dict[str, Any] = {}
    asker = threading.Thread(target=lambda: found.update(hall.client(1).post("/api/v1/windows/1/card-readings").json()))
    asker.start()
    wait_for(lambda: hall.aid.heard(CardRead("reader-1", laid())), "the form's question", 10)
    asker.join(10)
    assert set(found) == {"id_kind", "name", "sex", "birth", "ethnicity", "household_address", "id_number"}
    assert found["id_number"] not in repr(hall.journal.journal)
