"""Every page when its network is cut and when the controller is started anew: it says so, keeps what was begun, comes
back by itself, and what was pressed meanwhile is neither lost without a word nor done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.desk_hall import MANAGER, PIN, manager_file_fixture  # noqa: F401
from tests.edge.screens_fixtures import staff_file_fixture  # noqa: F401
from tests.edge.whole_hall import WholeHall, arrive, whole_hall_fixture, whole_served_fixture  # noqa: F401
from tests.parts import wait_for

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Case:
    """``begin``: what somebody has typed or chosen; ``press``: the act; ``told``: where its failure is said;
    ``kept``: a selector that is there as long as what was begun is; ``done``: how often the act was done.
    ``again``: what is needed before it is pressed again. ``at_last``: what stands there when it is done."""

    begin: Callable[[WholeHall, Any], None]
    press: str
    told: str
    kept: str
    done: Callable[[WholeHall], int]
    again: Callable[[WholeHall, Any], None] | None = lambda hall, page: None
    at_last: str = ""


def nothing(hall: WholeHall, page: Any) -> None:
    """A page that only shows."""


def choose_a(hall: WholeHall, page: Any) -> None:
    page.locator("[data-service=A]").tap()


def write_an_opinion(hall: WholeHall, page: Any) -> None:
    page.locator("[data-tile=opinion]").tap()
    page.locator(".topics button").first.tap()
    page.fill("#opinion-text", "请多放几把椅子")


def wait_for_a_visitor(hall: WholeHall, page: Any) -> None:
    hall.take()
    expect(page.locator("[data-ticket=A001]")).to_be_visible()


def fill_the_desks_form(hall: WholeHall, page: Any) -> None:
    page.click("#issue-classes [data-letter=A]")
    page.fill("[name=persons]", "3")


def write_a_notice(hall: WholeHall, page: Any) -> None:
    page.fill("[name=text_zh]", "二号窗口现在开放")


def wake_the_pad(hall: WholeHall, page: Any) -> None:
    hall.take()
    hall.serve()
    expect(page.locator("#asks")).to_be_visible()


def ask_to_give_up(hall: WholeHall, page: Any) -> None:
    page.locator("#give-up").tap()


def write_a_remark(hall: WholeHall, page: Any) -> None:
    page.locator(".note-it").first.tap()
    page.fill("#remark-text", "线已换")


def type_name_and_pin(hall: WholeHall, page: Any) -> None:
    page.fill("[name=name]", MANAGER)
    page.fill("[name=secret]", PIN)


def tickets(hall: WholeHall) -> int:
    return len(hall.tickets())


def in_state(state: str) -> Callable[[WholeHall], int]:
    return lambda hall: sum(ticket.state.value == state for ticket in hall.tickets().values())


def opinions(hall: WholeHall) -> int:
    return hall.door.look()[0].opinions.given


def notices(hall: WholeHall) -> int:
    return len(hall.door.look()[0].devices.notices)


def grades(hall: WholeHall) -> int:
    return sum(bool(one.grade) for one in hall.door.look()[0].rating.rateable.values())


def remarks(hall: WholeHall) -> int:
    return sum(bool(judged.remark) for _, judged, _ in hall.setup.rows())


def none(hall: WholeHall) -> int:
    return 0


CHOSEN = "#issue-classes [aria-pressed=true]"
CALLED = "#number:has-text('A001')"
CASES = {
    "machine": Case(choose_a, "#take", "#refused", "#choice:visible", tickets, at_last="#ticket"),
    "kiosk": Case(write_an_opinion, "#opinion-send", "#view .warning", "#opinion-text", opinions, at_last="#view"),
    "window": Case(
        wait_for_a_visitor,
        "[data-command=call_next]",
        "#said",
        "[data-ticket=A001]",
        in_state("CALLED"),
        at_last=CALLED,
    ),
    "guide": Case(fill_the_desks_form, "#give", "#issued", CHOSEN, tickets, at_last="#list .number"),
    "desk": Case(write_a_notice, "#say button", "#notice-said", "#say", notices),
    "pad": Case(wake_the_pad, "[data-grade='5']", "#failed", "#asks:visible", grades, at_last="main"),
    "phone": Case(ask_to_give_up, "#sure-yes", "#problem", CALLED, in_state("CANCELLED"), ask_to_give_up),
    "setup": Case(write_a_remark, "#remark-keep", "#remark-said", "#remark[open]", remarks, at_last="#devices"),
    "index": Case(type_name_and_pin, "#sign-in button", "#problem", "#sign-in", none, None),
    "display": Case(nothing, "", "", "#window-list li", none, None),
    "publicity": Case(nothing, "", "", "#stage .on", none, None),
}


def expect_line(page: Any, name: str, *, lost: bool) -> None:
    """The mark of a lost line; publicity has none, and goes on to its next picture or keeps the last."""
    if name == "publicity":
        item = page.evaluate("document.getElementById('stage').dataset.item")
        page.wait_for_function(
            "(item) => document.getElementById('stage').dataset.item !== item", arg=item, timeout=30_000
        )
    elif lost:
        expect(page.locator("#line")).to_be_visible()
    else:
        expect(page.locator("#line")).to_be_hidden()


@pytest.mark.parametrize("name", CASES)
def test_a_page_outlives_a_cut_network_and_a_controller_that_starts_anew(
    hall: WholeHall, open_page: Any, name: str
) -> None:
    case = CASES[name]
    page = arrive(hall, open_page, name)
    page.evaluate("() => { window.same = true; }")
    case.begin(hall, page)
    before = case.done(hall)

    page.context.set_offline(True)
    expect_line(page, name, lost=True)
    if case.press:
        page.locator(case.press).first.click()
        expect(page.locator(case.told).first).not_to_be_empty()
        assert case.done(hall) == before
    assert page.locator(case.kept).first.is_visible()
    page.context.set_offline(False)
    expect_line(page, name, lost=False)
    if case.again:
        case.again(hall, page)
        page.locator(case.press).first.click()
        wait_for(lambda: case.done(hall) == before + 1, "the act, done once")

    last = page.locator(case.at_last or case.kept).first
    expect(last).to_be_visible()  # what was done has come back to the page
    hall.away()
    expect_line(page, name, lost=True)
    assert last.is_visible()
    hall.back()
    expect_line(page, name, lost=False)
    assert page.evaluate("window.same"), "by itself, and not loaded anew"


@pytest.mark.parametrize("name", ["machine", "kiosk", "guide"])
def test_an_act_whose_answer_was_lost_is_done_once_when_it_is_pressed_again(
    hall: WholeHall, open_page: Any, name: str
) -> None:
    case = CASES[name]
    page = arrive(hall, open_page, name)
    case.begin(hall, page)
    address = "**/api/v1/content/opinions" if name == "kiosk" else "**/tickets"

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route(address, lose)
    page.locator(case.press).first.click()
    expect(page.locator(case.told).first).not_to_be_empty()
    assert case.done(hall) == 1
    page.unroute(address)
    with page.expect_response(address):
        page.locator(case.press).first.click()
    assert case.done(hall) == 1
