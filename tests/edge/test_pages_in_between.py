"""What stands on a touch page only for a moment is as large and as plain as the rest.

Warnings before a wipe, the answer to a call for help, an act that failed, the mark of a lost line, which lies over no
key and no word that is needed.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.edge.accessible import MAIN_CONTROLS, faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.desk_hall import manager_file_fixture  # noqa: F401
from tests.edge.screens_fixtures import staff_file_fixture  # noqa: F401
from tests.edge.whole_hall import WholeHall, arrive, whole_hall_fixture, whole_served_fixture  # noqa: F401

pytestmark = pytest.mark.browser
KIOSK_MAIN = "main button, footer button, #ways button"


COVERED = """() => {
  const line = document.getElementById("line").getBoundingClientRect();
  const under = (box) => box.height && box.top < line.bottom - 1 && box.bottom > line.top + 1;
  return [...document.querySelectorAll("button, p, h1, h2, time")]
    .filter((e) => !e.closest("#line, [data-page=machine] .band") && e.checkVisibility())
    .filter((e) => under(e.getBoundingClientRect())).map((e) => e.textContent);
}"""


def sound(page: Any, *, main: str = MAIN_CONTROLS, scrolls: bool = False) -> None:
    """No fault in either language."""
    for _ in range(2):
        assert faults(page, main=main, scrolls=scrolls) == []
        page.evaluate("() => document.querySelector('[data-language], #language').click()")


@pytest.mark.parametrize("large", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("name", ["machine", "kiosk"])
def test_the_warning_before_a_wipe(hall: WholeHall, open_page: Any, name: str, *, large: bool) -> None:
    page = arrive(hall, open_page, name, clock=True)
    if large:
        page.locator("#large").tap()
    page.locator("[data-service=A], [data-tile=take]").first.tap()
    page.clock.run_for((121 if large else 61) * 1000)
    expect(page.locator("#idle")).to_be_visible()
    sound(page, main=KIOSK_MAIN if name == "kiosk" else MAIN_CONTROLS, scrolls=name == "kiosk")


def test_the_kiosk_says_that_somebody_comes(hall: WholeHall, open_page: Any) -> None:
    page = arrive(hall, open_page, "kiosk")
    page.locator("#human").tap()
    expect(page.locator("#human-said")).to_be_visible()
    sound(page, main=KIOSK_MAIN, scrolls=True)


def test_without_a_line_everything_can_still_be_read(hall: WholeHall, open_page: Any) -> None:
    hall.take()
    hall.serve()
    machine, kiosk, pad = (arrive(hall, open_page, name) for name in ("machine", "kiosk", "pad"))
    machine.locator("[data-service=A]").tap()
    for page in (machine, kiosk, pad):
        page.context.set_offline(True)
        expect(page.locator("#line")).to_be_visible()
    pad.locator("[data-grade='5']").tap()
    machine.locator("#take").tap()
    expect(pad.locator("#failed")).to_be_visible()
    expect(machine.locator("#refused")).to_be_visible()
    for page in (machine, pad):
        sound(page)
    sound(kiosk, main=KIOSK_MAIN, scrolls=True)
    assert [page.evaluate(COVERED) for page in (machine, kiosk, pad)] == [[], [], []]
