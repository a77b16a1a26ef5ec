"""The hall's television asks to a window only those who shall go there, and leaves nothing out in either language."""

from __future__ import annotations

import pytest

from hall.queue.words import CallNext, Finish, Hold, OpenWindow, Start, TakeTicket
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

TELEVISION = (1920, 1080)


def call(hall, window: int) -> None:
    hall.door.steady_ms += 1000
    hall.door.ask(CallNext(window, f"staff{window}"))


@pytest.fixture(name="busy")
def busy_fixture(hall):
    """A001 is finished with, A002 on hold, A003 called at window 1; A004, called later, sits at window 2 already."""
    for place in range(6):
        hall.door.ask(TakeTicket("A", f"token-{place:020d}"))
    for window in (1, 2):
        hall.door.ask(OpenWindow(window, f"staff{window}"))
    for last in (Finish, Hold):
        call(hall, 1)
        hall.door.ask(Start(1, "staff1"))
        hall.door.ask(last(1, "staff1"))
    call(hall, 1)
    call(hall, 2)
    hall.door.ask(Start(2, "staff2"))
    return hall


def test_calls_are_those_who_shall_come_and_then_those_who_sit_at_a_window(busy):
    calls = busy.client().get("/api/v1/state").json()["calls"]
    assert [(call["number"], call["state"], call["window"]) for call in calls] == [
        ("A003", "CALLED", 1),
        ("A004", "SERVING", 2),
    ]


@pytest.mark.browser
def test_a_finished_ticket_leaves_the_television(busy, open_page):
    television = open_page("/display", TELEVISION)
    numbers = television.locator("#call-list .number")
    expect(numbers).to_have_text(["A003", "A004"])
    busy.door.ask(Finish(2, "staff2"))
    expect(numbers).to_have_text(["A003"])
    busy.door.ask(Start(1, "staff1"))
    busy.door.ask(Finish(1, "staff1"))
    expect(numbers).to_have_count(0)
    expect(television.locator("#no-calls")).to_be_visible()


@pytest.mark.browser
def test_the_television_leaves_nothing_out_in_either_language(busy, open_page):
    television = open_page("/display", TELEVISION)
    expect(television.locator("#call-list li")).to_have_count(2)
    for help_words in ("需要帮助请找工作人员", "Need help? Ask our staff"):
        expect(television.locator("#notice")).to_contain_text(help_words)
        cut = television.evaluate(
            "() => [...document.querySelectorAll('#calls *, #windows *, #notice')]"
            ".filter((e) => getComputedStyle(e).overflowY !== 'visible')"
            ".filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 8)"
            ".map((e) => e.textContent)"
        )
        assert cut == []
        television.click("[data-language]")
