"""The words of a call: golden sentences, and the promise that the vocabulary holds every piece of every call."""

from __future__ import annotations

import itertools

import pytest

from drivers.speaker import Pause, Piece
from edge.spoken import SpokenWords, window_words
from hall.plan import Plan, ServicePlan, WindowPlan
from hall.queue.words import Announce, Phrase

PLAN = Plan(
    "h",
    "测试大厅",
    "Test hall",
    tuple(ServicePlan(letter, "咨询", "Advice") for letter in "ABC"),
    (*(WindowPlan(number, ("A", "B", "C")) for number in (1, 3, 10, 12, 21)), WindowPlan(40, ("C",), room=2)),
)
WORDS = SpokenWords(PLAN)
BOTH = SpokenWords(PLAN, english=True)


def said(words: SpokenWords, announce: Announce) -> str:
    """All pieces in a row; | between clips, _ for a silence."""
    return "|".join("_" if isinstance(part, Pause) else part.text for part in words.spoken(announce).parts)


@pytest.mark.parametrize(
    ("window", "tail"), [(3, "三"), (10, "十"), (12, "十二"), (21, "二十一")], ids=["3", "10", "12", "21"]
)
def test_a_call_is_digit_by_digit_and_its_window_a_number(window: int, tail: str) -> None:
    assert said(WORDS, Announce(Phrase.CALL, "A012", window)) == f"请|A|零|一|二|号到{tail}号窗口办理"


@pytest.mark.parametrize(
    ("phrase", "window", "expected"),
    [
        (Phrase.RECALL, 3, "请|B|一|零|七|号，请|B|一|零|七|号到三号窗口办理"),
        (Phrase.LAST_CALL, 3, "最后一次呼叫，请|B|一|零|七|号到三号窗口办理"),
        (Phrase.MISSED, None, "B|一|零|七|号已过号，请到咨询台重新激活"),
        (Phrase.TRANSFER, 10, "请|B|一|零|七|号转到十号窗口继续办理"),
        (Phrase.CALL, None, "请|B|一|零|七|号到咨询台"),
        (Phrase.TRANSFER, None, "请|B|一|零|七|号到咨询台"),
    ],
)
def test_each_phrase_has_its_sentence(phrase: Phrase, window: int | None, expected: str) -> None:
    assert said(WORDS, Announce(phrase, "B107", window)) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        (Phrase.CALL, "请|C|零|零|三|号到二号调解室|_|Ticket|C|zero|zero|three|_|please go to mediation room two"),
        (
            Phrase.RECALL,
            "请|C|零|零|三|号，请|C|零|零|三|号到二号调解室|_|"
            "Calling again: ticket|C|zero|zero|three|_|please go to mediation room two",
        ),
        (
            Phrase.LAST_CALL,
            "最后一次呼叫，请|C|零|零|三|号到二号调解室|_|"
            "Last call: ticket|C|zero|zero|three|_|please go to mediation room two",
        ),
        (
            Phrase.TRANSFER,
            "请|C|零|零|三|号转到二号调解室|_|Ticket|C|zero|zero|three|_|please continue in mediation room two",
        ),
        (Phrase.MISSED, said(BOTH, Announce(Phrase.MISSED, "C003", None))),
    ],
)
def test_a_room_is_called_by_the_number_on_its_door(phrase: Phrase, expected: str) -> None:
    assert said(BOTH, Announce(phrase, "C003", 21, room=2)) == expected


def test_what_is_said_to_everybody_has_no_number_and_an_evacuation_is_always_said_in_both_languages() -> None:
    assert said(WORDS, Announce(Phrase.STOP, "", None)) == "今日取号已结束，请预约其他时间"
    assert said(WORDS, Announce(Phrase.EVACUATE, "", None)) == (
        "请听从工作人员引导，有序离开|_|Please follow the staff and leave calmly"
    )


def test_a_short_call_is_said_in_chinese_alone() -> None:
    call = Announce(Phrase.CALL, "A012", 3)
    assert BOTH.spoken(call, short=True).parts == WORDS.spoken(call).parts


def test_english_follows_the_chinese_where_the_hall_wants_it() -> None:
    assert said(BOTH, Announce(Phrase.CALL, "A012", 21)) == (
        "请|A|零|一|二|号到二十一号窗口办理|_|Ticket|A|zero|one|two|_|please go to window twenty-one"
    )
    assert said(BOTH, Announce(Phrase.MISSED, "A012", None)).endswith("|was missed, please see the information desk")


def test_letters_are_said_by_the_english_voice_in_both_languages() -> None:
    parts = BOTH.spoken(Announce(Phrase.CALL, "C900", 1)).parts
    assert [part for part in parts if isinstance(part, Piece) and part.text == "C"] == [Piece("C", "en")] * 2


def test_the_digit_one_is_yao_where_the_hall_wants_it() -> None:
    words = SpokenWords(PLAN, digit_one="yao")
    assert said(words, Announce(Phrase.CALL, "A011", 1)) == "请|A|零|幺|幺|号到一号窗口办理"


def test_the_text_for_screens_has_figures() -> None:
    spoken = WORDS.spoken(Announce(Phrase.CALL, "A012", 3))
    assert (spoken.text_zh, spoken.text_en) == ("请A012号到3号窗口办理", "Ticket A012, please go to window 3")


@pytest.mark.parametrize("words", [WORDS, BOTH, SpokenWords(PLAN, english=True, digit_one="yao")])
def test_the_vocabulary_holds_every_piece_of_every_call(words: SpokenWords) -> None:
    vocabulary = set(words.vocabulary())
    assert len(vocabulary) == len(words.vocabulary())
    places = [*((window.number, window.room) for window in PLAN.windows), (None, None)]
    numbers = ["A123", "B456", "C789", "A0001", "C1099"]
    for phrase, (window, room), number in itertools.product(Phrase, places, numbers):
        for part in words.spoken(Announce(phrase, number, window, room=room)).parts:
            assert isinstance(part, Pause) or part in vocabulary, part


def test_a_number_with_strange_signs_is_said_as_far_as_it_can_be() -> None:
    assert said(WORDS, Announce(Phrase.CALL, "a-0²１\n", 3)) == "请|A|零|号到三号窗口办理"
    assert said(WORDS, Announce(Phrase.CALL, "", 3)) == "请|号到三号窗口办理"


def test_every_window_number_has_words() -> None:
    zh = [window_words(number, "zh") for number in range(1, 100)]
    en = [window_words(number, "en") for number in range(1, 100)]
    assert len(set(zh)) == len(set(en)) == 99
    assert (zh[9], zh[19], zh[39], zh[98]) == ("十", "二十", "四十", "九十九")
    assert (en[9], en[12], en[39], en[98]) == ("ten", "thirteen", "forty", "ninety-nine")
