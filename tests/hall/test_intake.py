"""Drafts live with their tickets; an application is submitted once, where its ticket is, and its pages follow it."""

from __future__ import annotations

import pytest

from hall.identity_numbers import Fault, fault_of_id_number, right_id_number
from hall.intake.codes import Channel
from hall.intake.rules import MOST_PAGES, MOST_PARTS
from hall.intake.words import (
    ApplicationSubmitted,
    DraftOpened,
    DraftSaved,
    DraftWiped,
    OpenDraft,
    PageTaken,
    SaveDraft,
    SubmitApplication,
    TakePage,
    WipeReason,
)
from hall.queue import words
from hall.refusal import Code, Refusal
from tests.hall.halls import Hall


def with_draft() -> Hall:
    hall = Hall()
    hall.take("B")
    hall.open(1, 2)
    assert hall.do(SaveDraft("B001")).events == (DraftSaved(hall.state.queue.day or "", "B001"),)
    return hall


def wiped(hall: Hall, after_s: float) -> list[WipeReason]:
    events = hall.do(words.Tick(), after_s=after_s).events
    return [event.reason for event in events if isinstance(event, DraftWiped)]


def test_only_the_window_that_has_the_ticket_opens_its_draft() -> None:
    hall = with_draft()
    assert hall.refused(OpenDraft("B001", 1, "staff-1")) is Code.NOT_AT_THIS_WINDOW
    hall.call(1)
    opened = hall.do(OpenDraft("B001", 1, "staff-1")).events
    assert [type(event) for event in opened] == [DraftOpened]
    assert hall.refused(OpenDraft("B001", 2, "staff-2")) is Code.NOT_AT_THIS_WINDOW
    assert hall.refused(OpenDraft("B009", 1, "staff-1")) is Code.UNKNOWN_TICKET


def test_a_ticket_without_a_draft_has_none_to_open() -> None:
    hall = Hall()
    hall.take("A")
    hall.open(1)
    hall.call(1)
    assert hall.refused(OpenDraft("A001", 1, "staff-1")) is Code.NO_DRAFT


def test_a_draft_is_for_a_ticket_that_waits() -> None:
    hall = with_draft()
    hall.call(1)
    assert hall.refused(SaveDraft("B001")) is Code.TICKET_NOT_WAITING


def test_it_is_wiped_ten_minutes_after_the_service_unless_the_finish_was_a_mistake() -> None:
    hall = with_draft()
    hall.call(1)
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Finish(1, "staff-1"))
    hall.do(words.Undo(1, "staff-1"))
    assert wiped(hall, 700) == []
    hall.do(words.Finish(1, "staff-1"))
    assert wiped(hall, 300) == []
    assert wiped(hall, 301) == [WipeReason.SERVED]
    assert not hall.state.intake.drafts
    assert hall.folded() == hall.state


def test_it_is_wiped_with_a_ticket_that_is_given_up_and_after_twelve_hours() -> None:
    hall = with_draft()
    hall.do(words.Cancel(number="B001"))
    assert wiped(hall, 1) == [WipeReason.GIVEN_UP]
    hall.take("B")
    hall.do(SaveDraft("B002"))
    assert wiped(hall, 12 * 3600 - 10) == []
    assert wiped(hall, 20) == [WipeReason.TIME]


def test_identity_numbers_are_checked_as_the_standard_says() -> None:
    for right in ("999999194901011230", "999999194912310025", "999999200802290017"):
        assert right_id_number(right)
    assert not right_id_number("999999201002290013"), "2010 has no 29 February"
    for wrong in ("", "999999194901011231", "99999919490101123", "９９９９９９１９４９０１０１１２３０", "x" * 18):
        assert not right_id_number(wrong)
    assert fault_of_id_number("99999919490101123") is Fault.FORM
    assert fault_of_id_number("999999201002290013") is Fault.DAY
    assert fault_of_id_number("999999194901011231") is Fault.CHECK


RECEIPT = "Ptest-hall-01M7XX9X80P2R1G9C7TMBJRZ2E"


def at_kiosk(number: str = "B001", receipt: str = RECEIPT) -> SubmitApplication:
    return SubmitApplication(number, receipt, Channel.KIOSK, 0, "ab" * 32, "lhs1.x")


def at_window(window: int = 1, number: str = "B001", receipt: str = RECEIPT) -> SubmitApplication:
    staff = f"staff-{window}"
    return SubmitApplication(number, receipt, Channel.WINDOW, 2, "ab" * 32, "lhs1.x", window, staff)


def page(number: int, part: int, parts: int = 2, window: int = 1, pages: int = 2, receipt: str = RECEIPT) -> TakePage:
    return TakePage(receipt, window, number, pages, part, parts, f"lhs1.{number}.{part}")


def submitted_at_window() -> Hall:
    hall = with_draft()
    hall.call(1)
    hall.do(at_window())
    return hall


def test_at_the_kiosk_a_waiting_ticket_submits_and_keeps_its_place() -> None:
    hall = with_draft()
    (event,) = hall.do(at_kiosk()).events
    assert isinstance(event, ApplicationSubmitted)
    assert (event.number, event.receipt, event.channel, event.staff) == ("B001", RECEIPT, Channel.KIOSK, None)
    assert hall.call(1) == "B001"
    assert hall.state.intake.receipt_of("B001") == RECEIPT


def test_an_application_ends_its_draft_and_is_never_wiped() -> None:
    hall = submitted_at_window()
    assert not hall.state.intake.drafts
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Finish(1, "staff-1"))
    assert wiped(hall, 13 * 3600) == []
    assert RECEIPT in hall.state.intake.receipts
    assert hall.folded() == hall.state


def test_at_a_window_only_whoever_has_the_ticket_submits_and_is_named() -> None:
    hall = with_draft()
    assert hall.refused(at_window()) is Code.NOT_AT_THIS_WINDOW
    hall.call(1)
    assert hall.refused(at_window(2)) is Code.NOT_AT_THIS_WINDOW
    assert hall.refused(at_kiosk()) is Code.TICKET_NOT_WAITING
    assert hall.refused(at_window(number="B009")) is Code.UNKNOWN_TICKET
    (event,) = hall.do(at_window()).events
    assert isinstance(event, ApplicationSubmitted)
    assert (event.window, event.staff, event.pages) == (1, "staff-1", 2)


def test_a_second_application_of_a_ticket_is_told_the_first_ones_receipt() -> None:
    hall = submitted_at_window()
    with pytest.raises(Refusal) as told:
        hall.do(at_window(receipt="Ptest-hall-01M7XX9X80P2R1G9C7TMBJRZ2F"))
    assert (told.value.code, told.value.params["receipt"]) == (Code.SUBMITTED_ALREADY, RECEIPT)


def test_a_receipt_number_is_given_once() -> None:
    hall = submitted_at_window()
    hall.take("B")
    hall.call(2)
    assert hall.refused(at_window(2, "B002")) is Code.SUBMITTED_ALREADY


def test_pages_come_in_order_and_what_is_there_is_not_taken_again() -> None:
    hall = submitted_at_window()
    assert hall.refused(page(1, 2)) is Code.PAGE_OUT_OF_TURN
    assert hall.refused(page(2, 1)) is Code.PAGE_OUT_OF_TURN
    assert hall.do(page(1, 1)).events == (PageTaken(RECEIPT, 1, 2, 1, 2, "lhs1.1.1"),)
    assert len(hall.do(page(1, 2)).events) == 1
    assert hall.do(page(1, 2)).events == ()
    assert hall.do(page(1, 1)).events == ()
    assert hall.state.intake.receipts[RECEIPT].taken == 1
    hall.do(page(2, 1))
    hall.do(page(2, 2))
    found = hall.state.intake.receipts[RECEIPT]
    assert (found.pages, found.taken, found.part) == (2, 2, 0)
    assert hall.folded() == hall.state


def test_a_page_that_was_cut_off_begins_anew_also_in_another_number_of_parts() -> None:
    hall = submitted_at_window()
    hall.do(page(1, 1, parts=3))
    hall.do(page(1, 2, parts=3))
    assert hall.refused(page(1, 2)) is Code.PAGE_OUT_OF_TURN
    hall.do(page(1, 1))
    hall.do(page(1, 2))
    assert hall.state.intake.receipts[RECEIPT].taken == 1


def test_pages_come_from_the_window_that_took_the_application_or_has_its_ticket() -> None:
    hall = with_draft()
    hall.do(at_kiosk())
    assert hall.refused(page(1, 1)) is Code.NOT_AT_THIS_WINDOW
    hall.call(2)
    assert hall.refused(page(1, 1, window=1)) is Code.NOT_AT_THIS_WINDOW
    assert len(hall.do(page(1, 1, window=2)).events) == 1


def test_a_window_may_send_the_rest_of_the_pages_after_the_service() -> None:
    hall = submitted_at_window()
    hall.do(words.Start(1, "staff-1"))
    hall.do(words.Finish(1, "staff-1"))
    assert len(hall.do(page(1, 1)).events) == 1


def test_pages_of_an_unknown_receipt_and_odd_counts_are_refused() -> None:
    hall = submitted_at_window()
    assert hall.refused(page(1, 1, receipt="Pother-hall-01M7XX9X80P2R1G9C7TMBJRZ2E")) is Code.UNKNOWN_RECEIPT
    for odd in (page(0, 1), page(1, 0), page(3, 1), page(1, 3), page(1, 1, pages=MOST_PAGES + 1)):
        assert hall.refused(odd) is Code.PAGE_OUT_OF_TURN
    assert hall.refused(page(1, 1, parts=MOST_PARTS + 1)) is Code.PAGE_OUT_OF_TURN


def test_the_next_day_begins_without_yesterdays_receipts() -> None:
    hall = submitted_at_window()
    hall.pass_time(24 * 3600)
    hall.tick()
    assert not hall.state.intake.receipts
    assert hall.refused(page(1, 1)) is Code.UNKNOWN_RECEIPT
    assert hall.folded() == hall.state
