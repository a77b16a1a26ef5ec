"""Eight hours of work, on a page's own clock, leave no more in it than there was before: nodes, heap, listeners.

The pages with tests of their own for this: display, machine, pad, kiosk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hall.devices.words import ReportSpoken, SayNotice
from hall.gate.words import AnswerHelp, MoveGate, PressHelp
from tests.edge.accessible import eight_hours
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.desk_hall import manager_file_fixture  # noqa: F401
from tests.edge.screens_fixtures import staff_file_fixture  # noqa: F401
from tests.edge.whole_hall import WholeHall, arrive, whole_hall_fixture, whole_served_fixture  # noqa: F401

pytestmark = pytest.mark.browser
EIGHT_HOURS_MS = 8 * 3_600_000
TURNS = 16


def at_window(hall: WholeHall, page: Any, turn: int) -> None:
    """A visitor by the keys, a dialog opened and left, the lists looked at."""
    hall.take()
    for key, state in (("F2", "CALLING"), ("F4", "SERVING"), ("F8", "SERVING"), ("Escape", "SERVING"), ("F5", "IDLE")):
        page.wait_for_function("() => !document.body.classList.contains('busy')")
        page.keyboard.press(key)
        expect(page.locator("#current")).to_have_attribute("data-state", state)
    page.click("#record-skip")
    page.click(f"[data-list={('waiting', 'held', 'missed')[turn % 3]}]")


def at_guide_desk(hall: WholeHall, page: Any, turn: int) -> None:
    """A ticket for somebody, its mark looked at, a window moved and back."""
    page.click(f"#issue-classes [data-letter={'AC'[turn % 2]}]")
    page.click("#give")
    expect(page.locator("#list .number")).to_have_count(1)
    page.locator("#list .acts button").first.click()
    page.click("#mark-dialog [data-dismiss]")
    hall.serve(1 + 2 * (turn % 2))
    expect(page.locator("#list .empty")).to_have_count(1)


def at_service_desk(hall: WholeHall, page: Any, turn: int) -> None:
    """The gate moves, somebody asks for help, a notice is written."""
    hall.ask(MoveGate("east", open=True), PressHelp("help-1"), SayNotice(f"n{turn}", f"通知 {turn}", "", False, "m"))
    expect(page.locator("[data-help=help-1]")).to_have_count(1)
    hall.ask(MoveGate("east", open=False), AnswerHelp("help-1", "m"))
    hall.ask(ReportSpoken("", None, 1, "speaker-1", notice=f"n{turn}"))
    expect(page.locator("[data-help]")).to_have_count(0)


def on_a_phone(hall: WholeHall, page: Any, turn: int) -> None:
    """A visitor waits through a day of other people's tickets."""
    hall.take("B")
    hall.serve(3)
    page.locator("#give-up").tap()
    page.locator("#sure-no").tap()
    page.locator("[data-language]").tap()


def at_setup(hall: WholeHall, page: Any, turn: int) -> None:
    page.locator(".note-it").first.click()
    page.fill("#remark-text", f"remark {turn}")
    page.click("#remark-keep")
    expect(page.locator(".note-it").first).to_have_attribute("title", f"remark {turn}")
    expect(page.locator("#remark")).to_be_hidden()


def at_the_first_page(hall: WholeHall, page: Any, turn: int) -> None:
    hall.take()
    expect(page.locator("#waiting")).to_contain_text("1")
    hall.serve()
    page.click("[data-language]")
    expect(page.locator("#waiting")).to_contain_text("0")


def at_health(hall: WholeHall, page: Any, turn: int) -> None:
    """A device fails and comes back; the words change with the language."""
    first, *others = hall.door.devices
    hall.door.devices = (replace(first, state="lost" if turn % 2 else "ready"), *others)
    page.click("[data-language]")


def before_publicity(hall: WholeHall, page: Any, turn: int) -> None:
    expect(page.locator("#stage img.on").first).to_be_visible()  # a handle would hold the picture


WORK: dict[str, Callable[[WholeHall, Any, int], None]] = {
    "window": at_window, "guide": at_guide_desk, "desk": at_service_desk, "phone": on_a_phone, "setup": at_setup,
    "index": at_the_first_page, "health": at_health, "publicity": before_publicity,
}  # fmt: skip


@pytest.mark.parametrize("name", WORK)
def test_eight_hours_of_work_leave_nothing_behind(hall: WholeHall, open_page: Any, name: str) -> None:
    page = arrive(hall, open_page, name, clock=True)

    def stir(turn: int) -> None:
        WORK[name](hall, page, turn)

    assert eight_hours(page, stir, turns=TURNS, turn_ms=EIGHT_HOURS_MS // TURNS) == []
