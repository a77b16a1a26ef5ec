"""What is to be done in a case, and how near a limit is: pure rules, each with the case that they follow from."""

from __future__ import annotations

from typing import Any

import pytest

from central.aid.stages import State, Who, is_live
from central.aid_desk import rules
from central.aid_desk.rules import Light
from central.aid_desk.tasks import Stands, Task, to_do
from central.failures import RefusedByRule, WrongField
from hall.moment import local_ms
from hall_config.wording import Language, section

NOW = local_ms("2026-10-15", 10 * 60)
HOUR = 3_600_000


def tasks(state: State, **more: Any) -> list[tuple[Task, Who]]:
    return [(one.task, one.who) for one in to_do(Stands(state, now_ms=NOW, **more))]


@pytest.mark.parametrize(
    ("state", "more", "wanted"),
    [
        (State.SUBMITTED, {}, [(Task.REVIEW, Who.REVIEWER)]),
        (State.UNDER_REVIEW, {"signed": False}, [(Task.PROPOSE, Who.REVIEWER), (Task.SIGN_FORM, Who.DESK)]),
        (State.GRANTED, {"signed": False}, [(Task.ASSIGN, Who.ASSIGNER)]),
        (State.SUBMITTED, {"identified": False}, [(Task.REVIEW, Who.REVIEWER), (Task.IDENTIFY, Who.DESK)]),
        (State.UNDER_REVIEW, {}, [(Task.PROPOSE, Who.REVIEWER)]),
        (State.UNDER_REVIEW, {"proposed": True}, [(Task.DECIDE, Who.APPROVER)]),
        (State.UNDER_REVIEW, {"gaps": ("IDENTITY",)}, [(Task.TAKE_GAP, Who.APPLICANT), (Task.PROPOSE, Who.REVIEWER)]),
        (State.UNDER_REVIEW, {"aided_first": True}, [(Task.PROPOSE, Who.REVIEWER), (Task.FORMALITIES, Who.DESK)]),
        (State.NEED_SUPPLEMENT, {"gaps": ("IDENTITY", "FACTS")}, [(Task.TAKE_GAP, Who.APPLICANT)] * 2),
        (State.COOP_CHECK, {}, [(Task.TAKE_ANSWER, Who.REVIEWER)]),
        (State.GRANTED, {"identified": False}, [(Task.ASSIGN, Who.ASSIGNER)]),
        (State.NOTICE_IN, {}, [(Task.ASSIGN_AND_TELL, Who.ASSIGNER)]),
        (State.ASSIGNED, {"accepted": False}, [(Task.ACCEPT, Who.FIRM)]),
        (State.ASSIGNED, {"accepted": True}, [(Task.SIGN, Who.FIRM)]),
        (
            State.ASSIGNED,
            {"accepted": True, "due_ms": {"LA_NOTICE": NOW}, "undelivered": ("F11", "F13")},
            [(Task.TELL_ORGAN, Who.DESK), (Task.SIGN, Who.FIRM), (Task.DELIVER, Who.DESK)],
        ),
        (State.CHANGING, {"due_ms": {"LA_NOTICE": NOW}}, [(Task.REASSIGN, Who.ASSIGNER)]),
        (State.ENGAGED, {}, []),
        (State.ENGAGED, {"due_ms": {"LA_CLOSE": NOW}}, [(Task.HAND_IN, Who.FIRM)]),
        (State.CHANGING, {}, [(Task.REASSIGN, Who.ASSIGNER)]),
        (State.OBJECTED, {}, [(Task.JUDGE_OBJECTION, Who.BUREAU)]),
        (
            State.ENGAGED,
            {"conflict": "POSSIBLE", "due_ms": {"LA_CLOSE": NOW}},
            [(Task.SETTLE_CONFLICT, Who.ASSIGNER), (Task.HAND_IN, Who.FIRM)],
        ),
        (State.CLOSED, {}, [(Task.CALL_BACK, Who.ARCHIVIST), (Task.ARCHIVE, Who.ARCHIVIST)]),
        (State.CLOSED, {"called_back": True}, [(Task.ARCHIVE, Who.ARCHIVIST)]),
        (State.REFUSED, {"undelivered": ("F10",)}, [(Task.DELIVER, Who.DESK)]),
        (State.ARCHIVED, {"unexplained": ("LA_SIGN",)}, [(Task.SAY_WHY_LATE, Who.SUPERVISOR)]),
        (State.ARCHIVED, {}, []),
    ],
)
def test_what_is_to_be_done_follows_from_how_the_case_stands(
    state: State, more: dict[str, Any], wanted: list[tuple[Task, Who]]
) -> None:
    assert tasks(state, **more) == wanted


def test_nobody_deems_an_application_withdrawn_before_its_time_is_over() -> None:
    early, late = {"LA_SUPPL": NOW + HOUR}, {"LA_SUPPL": NOW - HOUR}
    assert (Task.CONFIRM_WITHDRAWN, Who.REVIEWER) not in tasks(State.NEED_SUPPLEMENT, due_ms=early)
    assert (Task.CONFIRM_WITHDRAWN, Who.REVIEWER) in tasks(State.NEED_SUPPLEMENT, due_ms=late)


def test_what_presses_first_stands_first() -> None:
    due_ms = {"LA_DECIDE": NOW + 5 * HOUR, "LA_URGENT": NOW + HOUR}
    found = to_do(Stands(State.SUBMITTED, aided_first=True, due_ms=due_ms, undelivered=("F05",), now_ms=NOW))
    assert [one.task for one in found] == [Task.FORMALITIES, Task.REVIEW, Task.DELIVER]
    assert [one.due_ms for one in found] == [NOW + HOUR, NOW + 5 * HOUR, None]


@pytest.mark.parametrize(
    ("due", "light", "days"),
    [
        (NOW - 1, Light.OVERDUE, 0),
        (local_ms("2026-10-13", 23 * 60 + 59), Light.OVERDUE, -2),
        (NOW, Light.TODAY, 0),
        (local_ms("2026-10-15", 24 * 60) - 1, Light.TODAY, 0),
        (local_ms("2026-10-16", 0), Light.SOON, 1),
        (local_ms("2026-10-18", 24 * 60) - 1, Light.SOON, 3),
        (local_ms("2026-10-19", 0), Light.LATER, 4),
    ],
)
def test_a_light_is_of_days_in_china(due: int, light: Light, days: int) -> None:
    assert rules.light_of(due, NOW) == light
    assert rules.days_left(due, NOW) == days
    for one in Light:
        span = rules.span_of(one, NOW)
        assert (span is not None and span[0] <= due < span[1]) == (one == light)


def test_every_live_state_says_what_comes_next_and_everything_has_words() -> None:
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        told = section("central.aid_next", language)
        for state in State:
            coming = rules.next_of(state, proposed=True), rules.next_of(state, proposed=False)
            assert not is_live(state) or None not in coming, state
            assert set(coming) - {None} <= set(told)
        assert set(section("central.aid_task", language)) == set(Task)
        assert set(Light) <= set(section("central.aid_due", language))
        assert set(rules.TURNS) == set(section("central.aid_waiting", language))


def test_an_owner_is_changed_by_who_saw_the_last_one() -> None:
    rules.check_owner("one", "one", "two", {"two"}, live=True)
    rules.check_owner("one", "one", "", (), live=True)
    with pytest.raises(RefusedByRule, match="AID_OWNER_CHANGED"):
        rules.check_owner("one", "", "two", {"two"}, live=True)
    with pytest.raises(WrongField, match="AID_OWNER_UNFIT"):
        rules.check_owner("one", "one", "three", {"two"}, live=True)
    with pytest.raises(RefusedByRule, match="AID_OVER"):
        rules.check_owner("one", "one", "two", {"two"}, live=False)
