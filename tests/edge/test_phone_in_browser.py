"""The page behind the slip's code on a narrow phone: place, call, missed, given up, rated, changed; nobody else's."""

from __future__ import annotations

import re

import pytest

from hall.queue.words import CallNext, Finish, MarkNoShow, OpenWindow, Recall, Restore, Start, TakeTicket
from hall.rating.words import RatingGiven
from tests.edge.accessible import faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
NARROW = (360, 740)
TOKEN = "the-token-of-this-one-slip"


@pytest.fixture(name="phone")
def phone_fixture(hall, open_page):
    hall.door.ask(OpenWindow(1, "staff1"))
    hall.door.ask(TakeTicket("A", "t" * 20))
    hall.door.ask(CallNext(1, "staff1"))
    hall.door.ask(TakeTicket("A", TOKEN))
    return open_page(f"/t/{TOKEN}", NARROW, touch=True)


def call(hall) -> None:
    for command in (Start(1, "staff1"), Finish(1, "staff1"), CallNext(1, "staff1")):
        hall.door.ask(command)


def finish(hall) -> None:
    call(hall)
    hall.door.ask(Start(1, "staff1"))
    hall.door.ask(Finish(1, "staff1"))


def sound(page) -> None:
    """No fault in either language."""
    for _ in range(2):
        assert faults(page, scrolls=True) == []
        page.locator("[data-language]").tap()


def test_who_waits_sees_the_place_and_an_honest_time_and_who_is_called_cannot_miss_it(hall, phone):
    expect(phone.locator("#advice")).to_have_text(re.compile("^前面 0 人 · 约 .*分钟"))
    sound(phone)
    call(hall)
    expect(phone.locator("#advice")).to_have_text("请到 1 号窗口办理")
    expect(phone).to_have_title(re.compile("^▶ 请到 1 号窗口办理 · A002"))
    size = phone.evaluate("() => parseFloat(getComputedStyle(document.getElementById('advice')).fontSize)")
    assert size >= 30
    sound(phone)
    hall.door.ask(Recall(1, "staff1"))
    expect(phone.locator("#more")).to_contain_text("第 2 次呼叫")


def test_who_was_missed_is_told_how_to_come_back_and_the_second_time_to_take_a_new_ticket(hall, phone):
    for again in (False, True):
        if again:
            hall.door.ask(Restore("A002", "staff1"))
            hall.door.ask(CallNext(1, "staff1"))
        else:
            call(hall)
        for _ in range(3):
            hall.door.steady_ms += 30_000
            hall.door.ask(Recall(1, "staff1"))
        hall.door.steady_ms += 30_000
        hall.door.ask(MarkNoShow(1, "staff1"))
        expect(phone.locator("#state")).to_have_text("已过号")
        expect(phone.locator("#advice")).to_contain_text("请重新取号" if again else "到咨询台重新激活")
    sound(phone)


def test_a_ticket_is_given_up_only_after_a_second_word(hall, phone):
    phone.locator("#give-up").tap()
    sound(phone)
    phone.locator("#sure-no").tap()
    expect(phone.locator("#state")).to_have_text("等候中")
    phone.locator("#give-up").tap()
    phone.locator("#sure-yes").tap()
    expect(phone.locator("#state")).to_have_text("已取消")
    expect(phone.locator("#advice")).to_contain_text("请重新取号")


def test_a_bad_grade_may_be_explained_and_changed_once(hall, phone):
    finish(hall)
    phone.locator("[data-grade='2']").tap()
    expect(phone.locator("#reasons")).to_be_visible()
    sound(phone)
    phone.locator("[data-reason=SLOW]").tap()
    phone.locator("#text").fill("<b>等了很久</b>")
    phone.locator("#send").tap()
    expect(phone.locator("#advice")).to_have_text("您的评价：不满意")
    phone.locator("#change").tap()
    sound(phone)
    phone.locator("[data-grade='3']").tap()
    expect(phone.locator("#advice")).to_have_text("您的评价：基本满意")
    expect(phone.locator("#change")).to_be_hidden()
    expect(phone.locator("#rate")).to_be_hidden()
    kept = hall.door.look()[0].rating.rateable[TOKEN]
    given = [kept.grade, kept.version, kept.explained, kept.changed]
    assert given == [3, 3, True, True]


def test_one_phone_that_rates_two_services_is_marked(hall, phone):
    events = []
    asked = hall.door.ask

    def listen(command, key=None):
        answer = asked(command, key)
        events.extend(event for event in answer.events if isinstance(event, RatingGiven))
        return answer

    hall.door.ask = listen
    finish(hall)
    phone.locator("[data-grade='5']").tap()
    expect(phone.locator("#advice")).to_contain_text("非常满意")
    phone.goto("/t/" + "t" * 20)
    phone.locator("[data-grade='5']").tap()
    expect(phone.locator("#advice")).to_contain_text("非常满意")
    assert [event.same_device for event in events] == [False, True]
    assert len(events[0].phone_mark) == 16


@pytest.mark.parametrize("token", ["a-token-that-nobody-has", "T" * 128])
def test_a_guessed_token_shows_nothing_of_anybody(hall, phone, open_page, token):
    stranger = open_page(f"/t/{token}", NARROW)
    expect(stranger.locator("#problem")).to_contain_text("没有找到这张号票")
    assert not re.search(r"[A-Z]\d{3}", stranger.inner_text("main"))
    for button in ("#give-up", "#rate", "#change"):
        expect(stranger.locator(button)).to_be_hidden()
    assert stranger.request.get(f"/api/v1/tickets/{token}").status == 404
