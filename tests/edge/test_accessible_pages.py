"""Every page of a hall against WCAG 2.2 AA, the sizes that fingers and eyes need, and its own screen.

A page that is not made yet is skipped by name; staff's pages are for mouse and keyboard, the others for touch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from edge.screens import pad_link
from hall.queue.words import CallNext, Finish, OpenWindow, Start, TakeTicket
from tests.edge.accessible import MAIN_CONTROLS, faults
from tests.edge.browser_fixtures import browser_fixture, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import PINS, hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
TOKEN = "a-token-of-this-very-slip"


@dataclass(frozen=True)
class Case:
    """One page: its address, its screen, how to get to what its visitors see, and the switch of its elder mode."""

    name: str
    path: str
    size: tuple[int, int]
    prepare: Callable[[Any], None] = lambda page: None
    elder: str | None = None
    touch: bool = True
    scrolls: bool = False
    least_type: int = 18
    main: str = MAIN_CONTROLS


def ready(selector: str) -> Callable[[Any], None]:
    def wait(page: Any) -> None:
        page.wait_for_selector(selector)

    return wait


def sign_in(page: Any) -> None:
    page.fill("[name=name]", "staff1")
    page.fill("[name=secret]", PINS["staff1"])
    page.keyboard.press("Enter")
    page.wait_for_selector("main")
    page.wait_for_selector("[name=secret]", state="hidden")


def at_guide_desk(page: Any) -> None:
    sign_in(page)
    page.wait_for_function("() => document.getElementById('evacuate')?.textContent.trim()")


CASES = (
    Case("machine", "/machine", (1080, 1920), ready("[data-service=A]"), elder="#large"),
    Case("window", "/window/1", (1366, 768), sign_in, touch=False, scrolls=True, least_type=16),
    Case("desk", "/desk", (1366, 768), sign_in, touch=False, scrolls=True, least_type=16),
    Case("guide", "/guide", (1366, 768), at_guide_desk, touch=False, scrolls=True, least_type=16),
    Case("pad", "pad", (1280, 800), ready("#asks")),
    Case("display", "/display", (1920, 1080)),
    Case("kiosk", "/kiosk", (1080, 1920), ready("main"), elder="#large"),
    Case("ticket", f"/t/{TOKEN}", (390, 844), ready("#state"), scrolls=True),
    Case("health", "/health", (1280, 800), ready("#parts tr"), touch=False, scrolls=True, least_type=16),
    Case("index", "/", (1280, 800), ready("#waiting"), touch=False, scrolls=True, least_type=16),
)


@pytest.fixture(name="moved")
def moved_fixture(hall):
    """A hall at work: one window serves, one has just finished, some wait."""
    ask = hall.door.ask
    for window in (1, 2, 3):
        ask(OpenWindow(window, f"staff{window}"))
    for number, service in enumerate("AAABC"):
        ask(TakeTicket(service, f"token-{number:020d}"))
    ask(TakeTicket("A", TOKEN))
    for window in (1, 2):
        ask(CallNext(window, f"staff{window}"))
        ask(Start(window, f"staff{window}"))
    ask(Finish(1, "staff1"))
    return hall


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_page_can_be_used_by_everybody(moved, open_page, case, language, elder):
    if elder and case.elder is None:
        pytest.skip("this page has no elder mode")
    path = pad_link(moved.door, 1) if case.path == "pad" else case.path
    if case.path == "/kiosk" and moved.client().get(path).status_code == 404:
        pytest.skip("this page is not made yet")
    page = open_page(path, case.size, touch=case.touch)
    case.prepare(page)
    if language == "en":
        page.locator("[data-language], #language").first.click()
    if elder:
        page.locator(case.elder).first.click()
    found = faults(page, main=case.main, touch=case.touch, scrolls=case.scrolls, least_type=case.least_type)
    assert found == [], "\n".join(found)
