"""A finger on its way while the screen under it is wiped or turns to the next visitor: it chooses and grades nothing.

The ticket machine's own is in test_machine_session.py.
"""

from __future__ import annotations

import pytest

from edge.screens import pad_link
from hall.queue.words import CallNext, Finish, OpenWindow, Start, TakeTicket
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser


def test_at_the_kiosk_a_touch_meant_for_the_wiped_screen_opens_nothing(open_page):
    page = open_page("/kiosk", (1080, 1920), touch=True, clock=True)
    page.click("[data-tile=knowledge]")
    page.fill("#search", "工资")
    page.evaluate("""() => new MutationObserver((_, watcher) => {
      const tile = document.querySelector("[data-tile=opinion]");
      if (tile) { watcher.disconnect(); tile.click(); window.touched = true; }
    }).observe(document.getElementById("view"), { childList: true })""")
    page.clock.run_for(91_000)
    assert page.evaluate("() => window.touched")
    expect(page.locator("#view")).to_have_attribute("data-view", "home")
    page.clock.run_for(500)  # the wipe may have come at the last of those seconds, and the page is still deaf
    page.click("[data-tile=opinion]")
    expect(page.locator("#view")).to_have_attribute("data-view", "opinion")


def test_at_the_tablet_a_touch_meant_for_the_visitor_before_grades_nobody(hall, open_page):
    def serve(token):
        for command in (TakeTicket("A", token), CallNext(1, "staff1"), Start(1, "staff1"), Finish(1, "staff1")):
            hall.door.steady_ms += 10_000
            hall.door.ask(command)

    tablet = open_page(pad_link(hall.door, 1), (1280, 800), touch=True, clock=True)
    hall.door.ask(OpenWindow(1, "staff1"))
    serve("token-of-the-first-one")
    tablet.locator("[data-grade='1']").tap()
    expect(tablet.locator("#reasons")).to_be_visible()
    tablet.evaluate("""() => {
      const asks = document.getElementById("asks");
      new MutationObserver(() => {
        if (asks.hidden || window.touched) return;
        window.touched = true;
        document.querySelector("[data-grade='5']").click();
      }).observe(asks, { attributeFilter: ["hidden"] });
    }""")  # the hand was on its way to "send"
    serve("token-of-the-second-one")
    expect(tablet.locator("#asks")).to_be_visible()
    assert tablet.evaluate("() => window.touched")
    tablet.clock.run_for(500)
    given = hall.door.look()[0].rating.rateable
    assert given["token-of-the-second-one"].grade == 0
    tablet.locator("[data-grade='2']").click()
    expect(tablet.locator("#reasons")).to_be_visible()
    assert given["token-of-the-first-one"].grade == 1
    assert hall.door.look()[0].rating.rateable["token-of-the-second-one"].grade == 2
