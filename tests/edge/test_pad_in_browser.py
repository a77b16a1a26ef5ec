"""The rating tablet: each face for everybody, the code that leads to the visitor's own phone, nobody's leavings."""

from __future__ import annotations

import pytest

from edge.screens import pad_link
from hall.queue.words import CallNext, Finish, OpenWindow, Start, TakeTicket
from tests.edge.accessible import eight_hours, faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
PAD = (1280, 800)


def serve(hall, turn: int = 0) -> str:
    """One more service is over at window 1; gives its token."""
    token = f"token-of-service-{turn:04d}"
    hall.door.steady_ms += 60_000
    if turn == 0:
        hall.door.ask(OpenWindow(1, "staff1"))
    for command in (TakeTicket("A", token), CallNext(1, "staff1"), Start(1, "staff1"), Finish(1, "staff1")):
        hall.door.ask(command)
    return token


def sound(page) -> None:
    for _ in range(2):
        assert faults(page) == []
        page.locator("[data-language]").tap()


def test_every_face_can_be_used_by_everybody(hall, open_page):
    tablet = open_page(pad_link(hall.door, 1), PAD, touch=True)
    expect(tablet.locator("#asleep")).to_be_visible()
    sound(tablet)
    serve(hall)
    expect(tablet.locator("#about")).to_have_text("1号窗口 · 法律咨询 · A001")
    sound(tablet)
    tablet.locator("[data-grade='1']").tap()
    expect(tablet.locator("#reasons")).to_be_visible()
    sound(tablet)
    tablet.locator("[data-reason=ATTITUDE]").tap()
    tablet.locator("#send").tap()
    expect(tablet.locator("#thanks")).to_be_visible()
    sound(tablet)


def test_the_code_on_the_tablet_leads_the_visitors_phone_to_this_service_and_leaves_with_it(hall, open_page):
    tablet = open_page(pad_link(hall.door, 1), PAD, touch=True)
    token = serve(hall)
    picture = tablet.locator("#asks .code")
    expect(picture).to_have_attribute("src", f"/api/v1/tickets/{token}/qr.svg")
    tablet.wait_for_function("() => document.querySelector('#asks .code').naturalWidth > 0")
    phone = open_page(f"/t/{token}", (390, 844), touch=True)
    phone.locator("[data-grade='4']").tap()
    expect(phone.locator("#advice")).to_contain_text("满意")
    expect(tablet.locator("#asleep")).to_be_visible()
    assert tablet.locator("img[src*=tickets]").count() == 0


def test_the_next_visitor_finds_the_halls_own_language(hall, open_page):
    tablet = open_page(pad_link(hall.door, 1), PAD, touch=True)
    serve(hall)
    tablet.locator("[data-language]").tap()
    expect(tablet.locator("#asks h2")).to_have_text("How was the service?")
    tablet.locator("[data-grade='5']").tap()
    expect(tablet.locator("#thanks")).to_be_visible()
    serve(hall, 1)
    expect(tablet.locator("#asks")).to_be_visible()
    tablet.reload()
    expect(tablet.locator("#asks h2")).to_have_text("请您对本次服务作出评价")


def test_eight_hours_of_services_do_not_make_the_tablet_grow(hall, open_page):
    tablet = open_page(pad_link(hall.door, 1), PAD, touch=True, clock=True)

    def stir(turn: int) -> None:
        serve(hall, turn)
        expect(tablet.locator("#asks")).to_be_visible()
        tablet.locator(f"[data-grade='{turn % 5 + 1}']").tap()
        expect(tablet.locator("#asks")).to_be_hidden()

    assert eight_hours(tablet, stir) == []
