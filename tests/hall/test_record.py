"""What was done at a window: codes only, by the window that finished it, on the same day, the newest version counts."""

from __future__ import annotations

from hall.queue import words
from hall.record.words import AnsweredBy, Field, Group, Paper, RecordService, ServiceRecorded
from hall.refusal import Code
from hall.shape import dump_text
from tests.hall.halls import Hall


def hall_with_one_done() -> Hall:
    hall = Hall()
    hall.open(1, 2)
    hall.take("A", card_mark="f00d")
    hall.serve()
    return hall


def test_two_taps_say_what_was_done() -> None:
    hall = hall_with_one_done()
    command = RecordService(
        1, "staff-1", "A001", Field.LABOUR, AnsweredBy.LAWYER, (Group.MIGRANT_WORKER, Group.WOMAN), (Paper.RECEIPT,)
    )
    assert hall.do(command).events == (
        ServiceRecorded(
            "2026-11-23", "A001", "A", 1, "staff-1", 1, Field.LABOUR, AnsweredBy.LAWYER,
            (Group.MIGRANT_WORKER, Group.WOMAN), (Paper.RECEIPT,),
        ),
    )  # fmt: skip


def test_it_may_be_skipped_or_empty_and_the_newest_counts() -> None:
    hall = hall_with_one_done()
    versions = [hall.do(RecordService(1, "staff-1", "A001", field)).events[0] for field in (None, Field.DEBT)]
    assert [getattr(event, "version", None) for event in versions] == [1, 2]


def test_the_same_group_twice_counts_once() -> None:
    hall = hall_with_one_done()
    event = hall.do(RecordService(1, "s", "A001", groups=(Group.ELDER, Group.ELDER))).events[0]
    assert isinstance(event, ServiceRecorded)
    assert event.groups == (Group.ELDER,)


def test_only_what_this_window_has_finished() -> None:
    hall = hall_with_one_done()
    hall.take("A")
    hall.call(2)
    assert hall.refused(RecordService(2, "s", "A001")) is Code.NOT_FINISHED_HERE
    assert hall.refused(RecordService(2, "s", "A002")) is Code.NOT_FINISHED_HERE
    assert hall.refused(RecordService(1, "s", "A999")) is Code.UNKNOWN_TICKET


def test_not_after_the_finish_was_taken_back_until_it_is_finished_again() -> None:
    hall = hall_with_one_done()
    hall.do(words.Undo(1, "staff-1"))
    assert hall.refused(RecordService(1, "staff-1", "A001")) is Code.NOT_FINISHED_HERE
    hall.do(words.Finish(1, "staff-1"))
    hall.do(RecordService(1, "staff-1", "A001", Field.FAMILY))


def test_a_new_day_knows_nothing_of_it_and_nobody_is_named() -> None:
    hall = hall_with_one_done()
    result = hall.do(RecordService(1, "staff-1", "A001", Field.FAMILY))
    assert "f00d" not in dump_text(result.events[0])
    hall.pass_time(24 * 3600)
    hall.tick()
    assert dict(hall.state.record.versions) == {}
    assert hall.refused(RecordService(1, "staff-1", "A001", Field.FAMILY)) is Code.UNKNOWN_TICKET
