"""What the ticket machine tells the person before it: a card in vain, no paper, a card's class, an honest wait."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from edge.machine import CardNotice
from edge.screens import PageServer, build_app
from hall.queue.words import CallNext, Channel, OpenWindow, TakeTicket
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
MACHINE = (1080, 1920)
# Keys of the page that the refusal stands over.
COVERED = """() => {
  const over = document.getElementById("card-refused").getBoundingClientRect();
  return [...document.querySelectorAll("main button, footer button")].filter((e) => e.checkVisibility()).filter((e) => {
    const key = e.getBoundingClientRect();
    return key.left < over.right && over.left < key.right && key.top < over.bottom && over.top < key.bottom;
  }).map((e) => e.textContent);
}"""


class Reader:
    """A card reader whose cards are all in vain."""

    def __init__(self) -> None:
        self.notice: CardNotice | None = None


@pytest.fixture(name="reader")
def reader_fixture() -> Reader:
    return Reader()


@pytest.fixture(name="served")
def served_fixture(hall, reader):
    server = PageServer(build_app(hall.door, hall.staff, card_notice=lambda: reader.notice), "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def tap_in_vain(hall, reader, machine) -> Any:
    """The page shows why; gives the element."""
    machine.wait_for_selector("[data-service=A]", state="attached")
    hall.door.steady_ms += 1
    reader.notice = CardNotice("CARD_HAS_TICKET", "D003", hall.door.steady_ms)
    hall.door.ring()
    refused = machine.locator("#card-refused")
    expect(refused).to_be_visible()
    return refused


def take_by_card(hall, service: str = "B") -> None:
    hall.door.steady_ms += 1
    hall.door.ask(TakeTicket(service, f"token-{len(hall.door.look()[0].queue.tickets):020d}", Channel.CARD))


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1280, 800)])
@pytest.mark.parametrize("large", [False, True])
def test_a_card_in_vain_covers_no_key_and_can_be_closed(hall, reader, open_page, size, large):
    machine = open_page("/machine", size)
    if large:
        machine.click("#large")
    for screen in ("home", "choice"):
        if screen == "choice":
            machine.click("[data-service=B]")
        refused = tap_in_vain(hall, reader, machine)
        expect(refused).to_contain_text("D003")
        assert machine.evaluate(COVERED) == []
        close = machine.locator("#card-refused-close").bounding_box()
        assert min(close["width"], close["height"]) >= 60
        machine.click("#card-refused-close")
        expect(refused).to_be_hidden()
        expect(machine.locator(f"#{screen}")).to_be_visible()


@pytest.mark.parametrize("touched", ["h2", "[data-service=A]", "#large", "[data-language]"])
def test_the_next_touch_takes_a_card_in_vain_away(hall, reader, open_page, touched):
    machine = open_page("/machine", MACHINE, touch=True)
    refused = tap_in_vain(hall, reader, machine)
    machine.locator(touched).first.tap()
    expect(refused).to_be_hidden()
    hall.door.ring()
    take_by_card(hall, "C")  # the page hears of the hall again, and of the same card in vain
    expect(machine.locator("#ticket-number")).to_have_text("C001")
    expect(refused).to_be_hidden()


def test_the_next_visitors_ticket_is_not_under_the_card_before(hall, reader, open_page):
    machine = open_page("/machine", MACHINE, touch=True)
    refused = tap_in_vain(hall, reader, machine)
    take_by_card(hall)
    expect(machine.locator("#ticket-number")).to_have_text("B001")
    expect(refused).to_be_hidden()


def test_a_card_in_vain_goes_by_itself_and_speaks_the_pages_language(hall, reader, open_page):
    machine = open_page("/machine", MACHINE, touch=True, clock=True)
    machine.locator("[data-language]").tap()
    refused = tap_in_vain(hall, reader, machine)
    expect(refused).to_contain_text("You already have a ticket")
    for _ in range(8):
        machine.clock.run_for(1000)
    expect(refused).to_be_hidden()


def test_a_machine_without_paper_says_so_and_gives_the_number_with_its_code(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True)
    expect(machine.locator("#card-hint")).not_to_be_empty()
    expect(machine.locator("#printer-down")).to_be_hidden()
    printer = hall.door.devices[0]
    hall.door.devices = (replace(printer, state="degraded", reason="paper_out"), *hall.door.devices[1:])
    hall.door.ring()
    expect(machine.locator("#printer-down")).to_contain_text("仍可取号")
    machine.locator("[data-service=A]").tap()
    machine.locator("#take").tap()
    expect(machine.locator("#ticket-number")).to_have_text("A001")
    expect(machine.locator("#no-slip-words")).to_contain_text("扫码")
    machine.wait_for_function("() => document.getElementById('qr').naturalWidth > 0")
    expect(machine.locator("#take-slip")).to_be_hidden()


@pytest.mark.parametrize(("reason", "prints"), [("paper_out", False), ("cover_open", False), ("text_too_long", True)])
def test_a_degraded_printer_prints_only_where_its_trouble_allows(hall, reason, prints):
    printer = hall.door.devices[0]
    hall.door.devices = (replace(printer, state="degraded", reason=reason), *hall.door.devices[1:])
    assert hall.client().get("/api/v1/state").json()["parts"]["printer"] is prints


def test_the_machine_names_the_class_that_a_plain_card_gets(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True)
    hint = machine.locator("#card-hint")
    expect(hint).to_have_text("刷身份证直接取【法律咨询】号；办理其他业务，请先选业务再刷身份证")
    machine.locator("[data-language]").tap()
    expect(hint).to_contain_text('"Legal Consultation"')


def test_no_wait_is_said_only_where_somebody_is_free(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True)
    figures = machine.locator("[data-service=A] .figures")
    expect(figures).to_have_text("前面 0 人等候时间暂无法估计暂无开放窗口")
    hall.door.ask(OpenWindow(1, "staff1"))
    expect(figures).to_have_text("无需等候开放窗口：1")
    hall.door.ask(TakeTicket("A", "t" * 20))
    hall.door.ask(CallNext(1, "staff1"))
    expect(figures).to_have_text(re.compile(r"^前面 0 人约 \d+ 分钟开放窗口：1$"))
    machine.locator("[data-service=A]").tap()
    machine.locator("#take").tap()
    expect(machine.locator("#ticket-facts")).to_have_text(
        re.compile(r"^前面 0 人约 \d+ 分钟(，多数人不超过 \d+ 分钟)?$")
    )


def test_a_ticket_says_no_wait_only_where_somebody_is_free(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True)
    machine.locator("[data-service=C]").tap()
    machine.locator("#take").tap()
    expect(machine.locator("#ticket-facts")).to_have_text("前面 0 人等候时间暂无法估计")
    token = hall.door.look()[0].queue.tickets["C001"].token
    phone = open_page(f"/t/{token}", (390, 780))
    expect(phone.locator("#advice")).to_have_text("前面 0 人 · 等候时间暂无法估计")
    hall.door.ask(OpenWindow(3, "staff3"))
    expect(phone.locator("#advice")).to_have_text("无需等候")


def test_the_idle_warning_stands_on_a_solid_panel(hall, open_page):
    machine = open_page("/machine", MACHINE, touch=True, clock=True)
    machine.locator("[data-service=B]").tap()
    for _ in range(61):
        machine.clock.run_for(1000)
    expect(machine.locator("#idle-words")).to_be_visible()
    ground = machine.evaluate(
        "() => getComputedStyle(document.getElementById('idle-words').parentElement).backgroundColor"
    )
    assert ground == "rgb(255, 255, 255)"
