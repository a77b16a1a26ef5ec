"""Drafts live with their tickets, are opened only where the ticket is, and are wiped when it is over."""

from __future__ import annotations

from hall.identity_numbers import right_id_number
from hall.intake.words import DraftOpened, DraftSaved, DraftWiped, OpenDraft, SaveDraft, WipeReason
from hall.queue import words
from hall.refusal import Code
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
