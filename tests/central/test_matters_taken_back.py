"""A wrong step of a record is taken back: by a supervisor, with a reason, as a step; or refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from central.database import Database
from central.failures import Forbidden, NotFound, RefusedByRule, WrongField
from central.matters import room_store, store, work
from central.matters.people import texts_of
from central.matters.words import Kind, Move, State, Who
from central.matters.work import Actor, Given
from hall_config.wording import say
from tests.central.matter_desk import LI, ROOM, WANG, MatterDesk

DAY_MS = 86_400_000
CLERK = Actor("clerk", "city/", frozenset({Who.DESK}))


@pytest.fixture
def desk(database: Database) -> MatterDesk:
    return MatterDesk(database)


def test_the_taking_back_is_a_step_with_its_reason_sealed_and_nothing_is_gone(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.MEDIATION, State.MEDIATING)
    stood = desk.stands(there)
    desk.now_ms += DAY_MS
    desk.move(there, Move.FAIL)
    desk.now_ms += DAY_MS
    desk.take_back(there, LI, reason="误点为调解不成")
    assert desk.stands(there) == stood
    with desk.database.read() as connection:
        rows = store.steps(connection, there)
        assert [row["move"] for row in rows] == ["APPLY", "ACCEPT", "BEGIN", "FAIL", "TAKE_BACK"]
        assert (rows[-1]["from_state"], rows[-1]["to_state"], rows[-1]["actor"]) == ("FAILED", "MEDIATING", LI.name)
        assert json.loads(rows[-1]["facts"]) == {"taken_back": 4}
        assert texts_of(connection, desk.vault, rows[-1]) == {"reason": "误点为调解不成"}
        assert store.broken_at(rows) is None
    assert "误点" not in desk.everything()
    desk.move(there, Move.AGREE_WRITTEN)  # and work goes on
    assert desk.row(there)["state"] == State.AGREED_WRITTEN


def test_one_step_after_the_other_is_taken_back_as_far_as_the_first(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.MEDIATION, State.FAILED)
    for state in (State.ACCEPTED, State.APPLIED):
        desk.take_back(there)
        assert desk.row(there)["state"] == state
    with pytest.raises(RefusedByRule) as refusal:
        desk.take_back(there)
    assert refusal.value.code == "MATTER_NOTHING_TO_TAKE_BACK"
    desk.move(there, Move.STRIKE)
    desk.take_back(there)  # what was struck out wrongly lives again
    assert (desk.row(there)["state"], desk.row(there)["closed_ms"]) == (State.APPLIED, None)


def test_only_a_supervisor_who_says_why_and_saw_the_newest_takes_back(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.MEDIATION, State.FAILED)
    before = desk.everything()
    with pytest.raises(Forbidden):
        desk.take_back(there, CLERK)
    for reason in ("", "   "):
        with pytest.raises(WrongField):
            desk.take_back(there, reason=reason)
    with pytest.raises(RefusedByRule, match="MATTER_CHANGED"):
        desk.take_back(there, version=desk.row(there)["version"] - 1)
    with desk.database.write() as connection, pytest.raises(RefusedByRule, match="MATTER_MOVE_REFUSED"):
        work.move(desk.desk(connection), WANG, there, desk.row(there)["version"], Move.TAKE_BACK, Given())
    assert desk.everything() == before


def test_a_limit_runs_on_from_where_it_had_begun(desk: MatterDesk) -> None:
    there = desk.begin(Kind.DUTY_HELP, Move.RECORD_WITH_APPLICATION)
    due = desk.row(there)["due_ms"]
    desk.move(there, Move.FORWARD)
    assert desk.row(there)["due_ms"] is None
    desk.now_ms += 3 * DAY_MS  # it was over meanwhile, and is overdue now
    desk.take_back(there)
    assert (desk.row(there)["due_ms"], desk.row(there)["due_rule"]) == (due, "LA_FWD")
    agreed = desk.bring_to(Kind.MEDIATION, State.AGREED_WRITTEN)
    until = desk.row(agreed)["due_ms"]
    desk.now_ms += 2 * DAY_MS
    desk.move(agreed, Move.SETTLE)
    desk.take_back(agreed)
    assert (desk.row(agreed)["due_ms"], desk.row(agreed)["due_rule"]) == (until, "MED_CONFIRM")


def test_who_came_with_a_wrong_step_is_in_the_record_no_more_and_may_come_again(desk: MatterDesk) -> None:
    there = desk.begin(Kind.MEDIATION, Move.REQUEST)
    desk.move(there, Move.APPLY)
    assert len(desk.stands(there)["people"]) == 3
    desk.take_back(there)
    assert len(desk.stands(there)["people"]) == 1
    alone = Given({"channel": "VISIT", "dispute": "D22"})
    with pytest.raises(RefusedByRule, match="MATTER_TWO_SIDES"):  # those taken back are no parties
        desk.move(there, Move.APPLY, alone)
    desk.move(there, Move.APPLY)
    assert len(desk.stands(there)["people"]) == 3


def test_who_answered_and_was_taken_back_may_close_what_another_answered(desk: MatterDesk) -> None:
    there = desk.begin(Kind.COMPLAINT)
    desk.move(there, Move.HANDLE, handler="zhou.min")
    desk.move(there, Move.ANSWER, actor=LI)
    desk.take_back(there, WANG)
    assert desk.row(there)["staff"] == "zhou.min"
    desk.move(there, Move.ANSWER, actor=WANG)
    with pytest.raises(RefusedByRule, match="MATTER_SECOND_PERSON"):
        desk.move(there, Move.CLOSE, actor=WANG)
    desk.move(there, Move.CLOSE, actor=LI)


def test_a_room_that_was_given_to_somebody_else_is_not_taken_back(desk: MatterDesk) -> None:
    first, second = (desk.bring_to(Kind.VISIT, State.SENT) for _ in range(2))
    times: dict[str, Any] = {"visit_day": "2026-12-01", "visit_from": "09:00", "visit_until": "09:30"}
    for there in (first, second):
        desk.move(there, Move.NOTE_TIME, **times)
    desk.move(first, Move.BOOK_ROOM)
    desk.move(first, Move.CANCEL)
    desk.move(second, Move.BOOK_ROOM)
    before = desk.everything()
    with pytest.raises(RefusedByRule) as refusal:
        desk.take_back(first)
    assert refusal.value.code == "MATTER_ROOM_GONE"
    assert "已排给别人" in say("central.error.MATTER_ROOM_GONE", "zh")
    assert desk.everything() == before
    desk.move(second, Move.CHANGE_TIME, **{**times, "visit_from": "10:00", "visit_until": "10:30"})
    desk.take_back(first)
    assert desk.row(first)["state"] == State.ROOM_BOOKED
    assert len(desk.stands(first)["rooms"]) == 6  # half an hour of five minutes


def test_a_room_that_is_closed_or_was_left_late_comes_back_only_while_it_is_there(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.VISIT, State.ROOM_BOOKED)
    had = desk.stands(there)
    desk.move(there, Move.WAIVE)
    assert desk.stands(there)["rooms"] == []
    desk.take_back(there)
    assert desk.stands(there) == had
    desk.move(there, Move.CHANGE_TIME, visit_day="2027-01-05")
    with desk.database.write() as connection:
        room_store.close(connection, ROOM, desk.now_ms)
    with pytest.raises(RefusedByRule, match="MATTER_ROOM_GONE"):
        desk.take_back(there)


def test_taking_back_is_refused_where_the_record_is_not_to_be_seen(desk: MatterDesk) -> None:
    there = desk.bring_to(Kind.COMPLAINT, State.NOT_OURS)
    before = desk.everything()
    elsewhere = Actor("far.away", "city/south/", frozenset(Who))
    with pytest.raises(NotFound, match="NO_SUCH_MATTER"):
        desk.take_back(there, elsewhere)
    assert desk.everything() == before
