"""The opinion box: words within the limit, nobody's numbers, no stuffing, and the box is empty again each day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hall.opinions.rules import TEXT_LIMIT
from hall.opinions.state import OpinionsState
from hall.opinions.words import GiveOpinion, OpinionGiven, Topic
from hall.refusal import Code
from hall.wire import event_data, read_event, type_name
from tests.hall.halls import Hall


def given(hall: Hall) -> list[OpinionGiven]:
    return [event for event, _ in hall.log if isinstance(event, OpinionGiven)]


def test_an_opinion_is_kept_with_its_number_of_the_day():
    hall = Hall()
    hall.do(GiveOpinion(Topic.PRAISE))
    hall.do(GiveOpinion(Topic.PLACE, "  椅子不够  "))
    assert [(one.day, one.opinion, one.topic, one.text) for one in given(hall)] == [
        ("2026-11-23", 1, Topic.PRAISE, ""),
        ("2026-11-23", 2, Topic.PLACE, "椅子不够"),
    ]
    assert hall.folded() == hall.state


@pytest.mark.parametrize(
    "number",
    ["13800138000", "138-0013-8000", "１３８００１３８０００", "99010119490101123X", "一三八零零一三八零零零"],
)
def test_numbers_that_name_a_person_are_masked_and_a_hotline_is_not(number):
    hall = Hall()
    hall.do(GiveOpinion(Topic.STAFF, f"请回电 {number}，我打过 12348"))
    text = given(hall)[0].text
    assert number not in text
    assert "＊" in text
    assert "12348" in text


def test_too_many_words_no_words_and_a_stuffed_box_are_refused():
    hall = Hall()
    assert hall.refused(GiveOpinion(Topic.OTHER, "  ")) is Code.NOTHING_SAID
    assert hall.refused(GiveOpinion(Topic.OTHER, "长" * (TEXT_LIMIT + 1))) is Code.TEXT_TOO_LONG
    hall.do(GiveOpinion(Topic.OTHER, "长" * TEXT_LIMIT))
    hall.state = replace(hall.state, opinions=OpinionsState(500))
    assert hall.refused(GiveOpinion(Topic.PRAISE)) is Code.OPINION_BOX_FULL
    hall.pass_time(86_400)
    hall.do(GiveOpinion(Topic.PRAISE))
    assert given(hall)[-1].opinion == 1


def test_the_event_is_read_back_as_it_was_written():
    hall = Hall()
    hall.do(GiveOpinion(Topic.CONTENT, "<b>大字</b>"))
    event = given(hall)[0]
    assert type_name(event) == "opinion.given/1"
    assert read_event("opinion.given/1", event_data(event)) == event
