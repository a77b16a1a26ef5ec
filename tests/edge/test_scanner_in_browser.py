"""A code scanner types into whatever page has the keyboard: on no page of the staff does it press a key or send a form.

The page's clock stands still while a code comes, so that a busy machine cannot make a scanner as slow as a person.
"""

from __future__ import annotations

import pytest

from hall.queue import words
from hall.queue.window import WindowState
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.desk_hall import MANAGER, PIN, desk_hall_fixture, manager_file_fixture  # noqa: F401
from tests.edge.screens_fixtures import served_fixture, staff_file_fixture  # noqa: F401
from tests.edge.window_page import ask, sign_in, take
from tests.parts import wait_for

pytestmark = pytest.mark.browser
DESK = (1366, 768)
CODES = ("6901234567892", "<b>x</b>", "]C1 9901")


def scan(page, text, *, after=("Enter",)):
    """All characters at once, then what the scanner is set to end with; a group separator comes as a key of its own."""
    page.clock.run_for(1000)
    page.keyboard.type(text)
    for key in after:
        page.keyboard.press(key)
    page.clock.run_for(1000)


def press(page, key):
    """A person's key."""
    page.clock.run_for(1000)
    page.keyboard.press(key)
    page.clock.run_for(1000)


def held(page):
    """Time goes on by `scan` and `press` alone."""
    page.clock.pause_at(page.evaluate("() => Date.now() + 1000"))
    return page


def state(hall):
    """All that a scan might have changed."""
    return hall.door.look()[0].queue, hall.door.look()[0].devices, hall.orders[:]


def manager(open_page, path, drawn):
    page = open_page(path, DESK, clock=True)
    page.fill("[name=name]", MANAGER)
    page.fill("[name=secret]", PIN)
    page.keyboard.press("Enter")
    expect(page.locator(drawn).first).to_be_visible()
    return held(page)


def test_at_a_window_a_scan_presses_neither_the_focused_key_nor_a_function_key_nor_a_choice(hall, open_page):
    ask(hall, words.OpenWindow(1, "staff1"), words.OpenWindow(3, "staff3"))
    take(hall, "A", "A", "B")
    ask(hall, words.CallNext(1, "staff1"), words.Start(1, "staff1"))
    page = held(sign_in(open_page, clock=True))
    before = state(hall)
    for place, focused in enumerate(("[data-command=finish]", "[data-command=transfer]", "#silent")):
        page.locator(focused).focus()
        scan(page, CODES[place])
        scan(page, "A012", after=("F5", "Control+z", "Tab", "Enter"))
    assert state(hall) == before
    press(page, "F8")
    expect(page.locator("#transfer-dialog")).to_be_visible()
    scan(page, "2101")
    expect(page.locator("#transfer-dialog")).to_be_visible()
    assert state(hall) == before
    press(page, "Escape")
    press(page, "F5")
    wait_for(lambda: hall.door.look()[0].queue.window(1).ticket is None, "the finish by a person's key")
    press(page, "F9")
    expect(page.locator("#pause-dialog")).to_be_visible()
    press(page, "1")  # a person's single key still chooses
    wait_for(lambda: hall.door.look()[0].queue.window(1).state is WindowState.PAUSED, "the pause")


def test_at_the_guide_desk_a_scan_into_any_field_gives_no_ticket_and_writes_no_rota(hall, open_page):
    page = manager(open_page, "/guide", "#issue-classes button")
    before = state(hall)
    fields = page.locator("#work input:visible, #work select:visible, #work button:visible")
    page.locator("#issue-classes button").first.click()
    for place in range(fields.count()):
        fields.nth(place).focus()
        scan(page, "A0127")
    assert state(hall) == before
    assert hall.door.look()[0].duty.rotas == {}
    page.fill("#ticket-form [name=persons]", "2")
    press(page, "Enter")  # a person's Enter still works
    expect(page.locator("#issued")).to_contain_text("A001")


def test_at_the_desk_a_scan_unlocks_no_door_and_says_nothing(hall, open_page):
    page = manager(open_page, "/desk", "#gate-east button")
    before = state(hall)
    fields = page.locator("#work :is(button, textarea, input):visible")
    for place in range(fields.count()):
        fields.nth(place).focus()
        scan(page, CODES[place % 3], after=("Control+Enter", "Enter"))
    assert state(hall)[1:] == before[1:]
    assert hall.orders == []
    assert len(page.input_value("[name=text_zh]")) <= 100


@pytest.mark.parametrize("path", ["/", "/setup", "/window/1"])
def test_a_scan_into_the_sign_in_is_no_try_of_a_secret(hall, open_page, path):
    tries = []
    page = held(open_page(path, DESK, clock=True))
    page.on("request", lambda request: tries.append(request.url) if request.method == "POST" else None)
    page.fill("[name=name]", MANAGER)
    for field in ("name", "secret"):
        page.locator(f"[name={field}]").focus()
        scan(page, CODES[0] * 6)
    page.locator("#sign-in button").focus()
    scan(page, CODES[0])
    expect(page.locator("#sign-in")).to_be_visible()
    assert tries == []
    assert len(page.input_value("[name=name]")) <= 64
