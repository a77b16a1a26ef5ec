"""What is said of a ticket that no window calls - missed, sent on - stands on the hall's television as it is said."""

from __future__ import annotations

import pytest

from hall.queue.words import MarkNoShow, Phrase, Recall, Start, Transfer
from tests.edge.accessible import faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.test_television_in_browser import PLAN, hall_fixture, served_fixture  # noqa: F401
from tests.hall.halls import Hall, spoken
from tests.parts import wait_for

pytestmark = pytest.mark.browser
TELEVISION = (1920, 1080)


def miss(hall, window):
    """Called three times in vain."""
    staff = f"staff{window}"
    hall.ask(Recall(window, staff), Recall(window, staff), MarkNoShow(window, staff))


def test_a_missed_ticket_and_one_sent_on_stand_in_words_for_as_long_as_it_matters(hall, open_page):
    page = open_page("/display", TELEVISION, clock=True)
    notice = page.locator("#notice")
    for letter, window in (("A", 1), ("A", 2), ("E", 3)):
        hall.call(letter, window)
    expect(page.locator("[data-call=A001]")).to_be_visible()
    miss(hall, 1)
    expect(notice).to_have_text("A001号已过号，请到咨询台重新激活")
    assert faults(page) == []
    miss(hall, 3)  # a private matter: not said, so not told
    hall.ask(Start(2, "staff2"), Transfer(2, "staff2", to_service="C", to_window=21))
    both, told = {"A001号已过号，请到咨询台重新激活", "请A002号转到2号调解室"}, set()

    def each_in_turn() -> bool:
        page.clock.run_for(200)
        told.add(notice.inner_text())
        return told >= both

    wait_for(each_in_turn, "both in turn")
    assert told == both
    page.clock.run_for(24_000)
    hall.ask()
    expect(notice).not_to_contain_text("A00")
    page.locator("[data-language]").click()
    hall.call("A", 1)
    hall.ask(Start(1, "staff1"), Transfer(1, "staff1", to_service="A", to_window=2))
    expect(notice).to_have_text("Ticket A003, please continue at window 2")
    assert faults(page) == []


def test_exactly_what_is_said_is_told(hall):
    """The same tickets as the announcer gets."""
    said = Hall(PLAN)
    said.open(1)
    said.take("A")
    said.call()
    for _ in range(2):
        said.do(Recall(1, "staff-1"), after_s=30)
    missed = said.do(MarkNoShow(1, "staff-1"), after_s=60)
    assert [one.phrase for one in spoken(missed)] == [Phrase.MISSED]
    assert said.state.queue.tickets["A001"].sent_on_ms == said.now.steady_ms
    assert said.folded() == said.state
