"""The rules of the rating: voluntary, once, changeable for a day, and nothing personal in it."""

from __future__ import annotations

import pytest

from hall.queue import words as queue_words
from hall.rating import words
from hall.rating.rules import may_rate
from hall.rating.words import BadReason
from hall.refusal import Code
from tests.hall.halls import Hall


def served() -> Hall:
    """A hall in which token-1 has just been served at window 1."""
    hall = Hall()
    hall.open(1)
    hall.take("A")
    hall.call()
    hall.do(queue_words.Start(1, "staff-1"))
    hall.do(queue_words.Finish(1, "staff-1"), after_s=120)
    return hall


def test_a_finished_service_wakes_the_pad_and_a_grade_lets_it_sleep() -> None:
    hall = served()
    assert hall.state.rating.pads == {1: "token-1"}
    result = hall.do(words.GiveRating("token-1", 5))
    assert result.events[0] == words.RatingGiven("2026-11-23", "A001", "A", 1, "staff-1", 5, words.RatingChannel.PAD, 1)
    assert hall.state.rating.pads == {}


def test_silence_is_not_a_grade() -> None:
    hall = served()
    hall.do(words.DismissPad(1))
    assert hall.state.rating.pads == {}
    assert hall.state.rating.rateable["token-1"].grade == 0


def test_a_used_token_is_refused() -> None:
    hall = served()
    hall.do(words.GiveRating("token-1", 5))
    assert hall.refused(words.GiveRating("token-1", 5)) is Code.TOKEN_USED
    assert hall.refused(words.GiveRating("token-1", 1)) is Code.TOKEN_USED


def test_a_grade_may_be_changed_once_within_a_day_and_both_are_kept() -> None:
    hall = served()
    hall.do(words.GiveRating("token-1", 5))
    hall.do(words.GiveRating("token-1", 2, (BadReason.SLOW,), change=True), after_s=3600)
    versions = [(event.version, event.grade) for event, _ in hall.log if isinstance(event, words.RatingGiven)]
    assert versions == [(1, 5), (2, 2)]
    assert hall.refused(words.GiveRating("token-1", 3, change=True)) is Code.TOKEN_USED


def test_a_change_after_a_day_is_refused() -> None:
    hall = served()
    hall.do(words.GiveRating("token-1", 5))
    assert hall.refused(words.GiveRating("token-1", 2, change=True), after_s=86_500) is Code.TOKEN_USED


def test_yesterdays_service_can_still_be_rated() -> None:
    hall = served()
    hall.do(queue_words.Tick(), after_s=20 * 3600)
    result = hall.do(words.GiveRating("token-1", 4))
    assert result.events[0].day == "2026-11-23"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (words.GiveRating("guessed", 5), Code.UNKNOWN_TOKEN),
        (words.GiveRating("token-2", 5), Code.NOT_RATEABLE),
        (words.GiveRating("token-1", 0), Code.UNKNOWN_GRADE),
        (words.GiveRating("token-1", 6), Code.UNKNOWN_GRADE),
        (words.GiveRating("token-1", 5, text="长" * 201), Code.TEXT_TOO_LONG),
    ],
)
def test_a_wrong_rating_is_refused_by_name(command: words.GiveRating, code: Code) -> None:
    hall = served()
    hall.take("A")
    assert hall.refused(command) is code


def test_a_rating_may_not_come_after_five_working_days() -> None:
    """Served on a Monday: a weekend lies between, and the next Monday is the last day."""
    late, last = served(), served()
    last.do(words.GiveRating("token-1", 5), after_s=7 * 86_400)
    assert late.refused(words.GiveRating("token-1", 5), after_s=8 * 86_400) is Code.NOT_RATEABLE
    rateable = late.state.rating.rateable["token-1"]
    assert not may_rate(rateable, late.plan, late.now)


@pytest.mark.parametrize(
    "number", ["13800000000", "99 0000 1999 0101 123X", "990000-19990101-1234", "１３８００００００００"]
)
def test_numbers_that_name_a_person_are_taken_out_of_the_text(number: str) -> None:
    hall = served()
    hall.do(words.GiveRating("token-1", 1, text=f"请回电{number}谢谢"))
    given = hall.log[-1][0]
    assert isinstance(given, words.RatingGiven)
    assert given.text == "请回电＊谢谢"


def test_a_grade_given_in_no_time_is_marked() -> None:
    hall = served()
    hall.do(words.GiveRating("token-1", 5), after_s=0.5)
    assert hall.log[-1][0].too_fast  # type: ignore[union-attr]


def test_the_next_service_takes_the_pad_over() -> None:
    hall = served()
    hall.take("A")
    hall.call()
    assert hall.state.rating.pads == {1: "token-1"}
    hall.do(queue_words.Start(1, "staff-1"))
    assert hall.state.rating.pads == {}


def buttons(grade: int, token: str = "token-1") -> words.GiveRating:
    return words.GiveRating(token, grade, channel=words.RatingChannel.BUTTONS)


def test_the_buttons_are_woken_by_the_end_of_a_service_and_thank_for_a_grade() -> None:
    hall = served()
    given = hall.do(buttons(4))
    assert given.events[0] == words.RatingGiven(
        "2026-11-23", "A001", "A", 1, "staff-1", 4, words.RatingChannel.BUTTONS, 1
    )
    assert given.effects == (words.ThankForGrade(1, 4),)
    hall.take("A")
    hall.call()
    hall.do(queue_words.Start(1, "staff-1"))
    assert words.AskForGrade(1) in hall.do(queue_words.Finish(1, "staff-1")).effects


def test_a_grade_from_a_tablet_or_a_phone_lights_no_stars() -> None:
    assert served().do(words.GiveRating("token-1", 4)).effects == ()


def test_one_press_is_one_grade_and_buttons_never_change_it() -> None:
    hall = served()
    hall.do(buttons(4))
    assert hall.refused(buttons(1)) is Code.TOKEN_USED
    change = words.GiveRating("token-1", 1, channel=words.RatingChannel.BUTTONS, change=True)
    assert hall.refused(change) is Code.NOT_RATEABLE
    assert hall.state.rating.rateable["token-1"].grade == 4


def test_buttons_count_only_while_their_window_asks() -> None:
    hall = served()
    hall.do(words.DismissPad(1))
    assert hall.refused(buttons(5)) is Code.NOT_RATEABLE
    next_one = served()
    next_one.take("A")
    next_one.call()
    next_one.do(queue_words.Start(1, "staff-1"))
    assert next_one.refused(buttons(5)) is Code.NOT_RATEABLE, "somebody else sits there now"


def test_a_passer_by_who_presses_later_rates_nobody() -> None:
    hall = served()
    assert hall.refused(buttons(1), after_s=121) is Code.NOT_RATEABLE
    assert served().do(buttons(1), after_s=119).events


def rate_many(
    hall: Hall, grades: list[int], *, channel: words.RatingChannel, device: str = ""
) -> list[words.RatingGiven]:
    """So many services at window 1, each rated with its grade."""
    given: list[words.RatingGiven] = []
    for grade in grades:
        token = f"token-of-{len(hall.state.queue.tickets)}"
        hall.do(queue_words.TakeTicket("A", token))
        hall.call()
        hall.do(queue_words.Start(1, "staff-1"))
        hall.do(queue_words.Finish(1, "staff-1"), after_s=120)
        events = hall.do(words.GiveRating(token, grade, channel=channel, phone_mark=device), after_s=10).events
        given += [event for event in events if isinstance(event, words.RatingGiven)]
    return given


def test_more_than_twenty_equal_grades_in_a_row_at_one_window_are_marked_and_kept() -> None:
    hall = Hall()
    hall.open(1)
    given = rate_many(hall, [5] * 22 + [4, 5], channel=words.RatingChannel.PAD)
    assert [one.equal_run for one in given] == [False] * 20 + [True, True, False, False]
    assert all(one.grade for one in hall.state.rating.rateable.values())


def test_a_phone_that_rates_a_second_service_is_marked_and_the_rating_kept() -> None:
    hall = Hall()
    hall.open(1)
    given = rate_many(hall, [5, 1], channel=words.RatingChannel.PHONE, device="mark-of-a-phone")
    assert [(one.grade, one.same_device) for one in given] == [(5, False), (1, True)]
    other = rate_many(hall, [3], channel=words.RatingChannel.PHONE, device="mark-of-another")
    assert not other[0].same_device


def test_reasons_given_after_a_bad_grade_leave_the_one_change_open() -> None:
    hall = served()
    hall.do(words.GiveRating("token-1", 2))
    hall.do(words.GiveRating("token-1", 2, reasons=(BadReason.SLOW,), change=True), after_s=5)
    changed = hall.do(words.GiveRating("token-1", 4, change=True), after_s=3600).events[0]
    assert isinstance(changed, words.RatingGiven)
    assert (changed.grade, changed.version) == (4, 3)
    assert hall.refused(words.GiveRating("token-1", 5, change=True)) is Code.TOKEN_USED
