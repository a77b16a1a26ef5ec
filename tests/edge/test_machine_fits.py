"""The ticket machine's page shows all that it has to say, on every screen it is made for, whatever was switched on."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from hall.duty.words import Duty, SetRota
from hall.plan import ServicePlan, WindowPlan
from hall.queue.words import OpenWindow, Tick
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import Hall, hall_of, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
SCREENS = ((1920, 1080), (1080, 1920), (1280, 800))
MODES = tuple(product(("zh", "en"), (False, True), (False, True)))  # language, large type, low reach
MANY = (
    *PLAN.services,
    ServicePlan("E", "行政复议与仲裁", "Reconsideration and Arbitration", 600),
    ServicePlan("F", "司法鉴定", "Forensic Examination", 600),
)

FAULTS = Path(__file__).with_name("what_does_not_fit.js").read_text(encoding="utf-8")
# Low reach on a screen that stands upright: every key of the machine in the lower two thirds.
TOO_HIGH = """() => innerHeight < innerWidth || !document.body.matches(".low") ? []
  : [...document.querySelectorAll("main button")].filter((e) => e.checkVisibility())
    .filter((e) => e.getBoundingClientRect().top < innerHeight / 3).map((e) => e.textContent)"""
CODE_IS_THERE = "() => document.getElementById('qr').hidden || document.getElementById('qr').complete"


@pytest.fixture(name="hall", params=["paper", "no paper"])
def hall_fixture(request, tmp_path, staff_file):
    """More classes than fit one page, with long names; one window free, one busy, the rest closed."""
    windows = (*PLAN.windows, WindowPlan(5, ("E", "F")), WindowPlan(12, ("A", "E")))
    door = PlainDoor(replace(PLAN, services=MANY, windows=windows))
    door.ask(Tick())
    people = tuple(Duty(name, ("A",)) for name in ("王律师", "李律师", "欧阳律师"))
    door.ask(SetRota(door.look()[0].queue.day or "", people, "manager"))
    if request.param == "no paper":
        door.devices = (replace(door.devices[0], state="degraded", reason="paper_out"), *door.devices[1:])
    yield from hall_of(door, tmp_path, staff_file)


def refuse_one(page) -> None:
    page.route("**/api/v1/tickets", lambda route: route.abort())
    page.locator("#take").click()
    expect(page.locator("#refused")).to_be_visible()
    page.unroute("**/api/v1/tickets")


@pytest.mark.parametrize("size", SCREENS)
def test_the_machine_shows_everything_on_every_screen_and_in_every_mode(hall: Hall, open_page, size):
    for number in (1, 2, 12):
        hall.door.ask(OpenWindow(number, f"staff-{number}"))
    faults = {}
    machine = open_page("/machine", size)
    no_paper = hall.door.devices[0].reason == "paper_out"
    for language, large, low in (MODES[0], MODES[-1]) if no_paper else MODES:  # its one screen more, at both ends

        def look(where, mode=(language, large, low)):
            found = machine.evaluate(FAULTS) + [f"too high: {key}" for key in machine.evaluate(TOO_HIGH)]
            if found:
                faults[(*size, *mode, where)] = found

        if language == "en":
            machine.locator("[data-language]").click()
        for wish in [name for name, on in (("large", large), ("low", low)) if on]:
            machine.locator(f"#{wish}").click()
        look("home")
        machine.locator("#more").click()
        look("second home")
        machine.locator("#more").click()
        machine.locator("[data-service=A]").click()
        expect(machine.locator("#choice")).to_be_visible()
        look("choice")
        for step in [*(["priority"] if large else []), "persons", "person"]:
            machine.locator(f"#options [data-go={step}]").click()
            expect(machine.locator(f"#{step}")).to_be_visible()
            look(step)
            machine.locator(f"#{step} .back").click()
        refuse_one(machine)
        look("choice refused")
        machine.locator("#take").click()
        expect(machine.locator("#ticket")).to_be_visible()
        machine.wait_for_function(
            "() => document.getElementById('qr').hidden || document.getElementById('qr').complete"
        )
        look("ticket")
        machine.locator("#done").click()
        for wish in [name for name, on in (("large", large), ("low", low)) if on]:
            machine.locator(f"#{wish}").click()
        if language == "en":
            machine.locator("[data-language]").click()
        machine.locator("#to-check-in").click()
        machine.locator("[data-digit='7']").click()
        look("check-in")
        for button in [name for name, on in (("large", large), ("low", low)) if on]:
            machine.locator(f"#{button}").click()
        if language == "en":
            machine.locator("[data-language]").click()
        machine.locator("#check-in .back").click()
    assert faults == {}
