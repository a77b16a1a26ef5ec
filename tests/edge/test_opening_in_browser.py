"""A day off and an evening on every page that visitors and staff look at: closed, why, and when it opens next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hall.plan import Opening, OtherDay
from tests.edge import window_page
from tests.edge.accessible import faults
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.plain_door import PLAN, PlainDoor
from tests.edge.screens_fixtures import Hall, hall_of, served_fixture, staff_file_fixture, take  # noqa: F401

pytestmark = pytest.mark.browser
MACHINE, KIOSK, TELEVISION = (1080, 1920), (1080, 1920), (1920, 1080)
WEEKLY = dict.fromkeys(range(1, 6), ((540, 690), (810, 1020)))
LONG = "电力检修和消防系统年度检验"
REST = {"2026-11-21": OtherDay(rest=True, name_zh=LONG, name_en="power maintenance and yearly test of the fire alarm")}
BRIEFLY = ("周一 9:00 开放", "opens Monday 9:00")
OF_A_CLASS = ("下次开放：周一 9:00", "Next opening: Monday 9:00")
CLOSED = (f"今天休息（{LONG}），下次开放：周一 9:00", "Next opening: Monday 9:00")


@pytest.fixture(name="hall")
def hall_fixture(tmp_path: Path, staff_file: Path) -> Iterator[Hall]:
    """A Saturday on which the power is off."""
    services = tuple(replace(one, hours=()) for one in PLAN.services)
    door = PlainDoor(replace(PLAN, services=services, opening=Opening(WEEKLY, REST)))
    yield from hall_of(door, tmp_path, staff_file)


@pytest.mark.parametrize("language", [0, 1])
def test_visitors_read_why_it_is_closed_and_when_it_opens(hall: Hall, open_page, language: int) -> None:
    machine, kiosk, television = (
        open_page(path, size, touch=path != "/display")
        for path, size in (("/machine", MACHINE), ("/kiosk", KIOSK), ("/display", TELEVISION))
    )
    for page, switch in ((machine, "[data-language]"), (kiosk, "#language"), (television, "[data-language]")):
        if language:
            page.click(switch)
    expect(machine.locator("#lunch")).to_contain_text(CLOSED[language])
    expect(kiosk.locator("[data-notice=closed]")).to_contain_text(CLOSED[language])
    expect(television.locator("#closed")).to_contain_text(CLOSED[language])
    expect(television.locator("#waiting-list li").first).to_contain_text(BRIEFLY[language])
    first = machine.locator("[data-service=A]")
    expect(first).to_contain_text(OF_A_CLASS[language])
    expect(first).to_be_disabled()
    kiosk.click("[data-tile=take]")
    expect(kiosk.locator("[data-service=A]")).to_contain_text(("今天休息", "Closed today")[language])
    expect(kiosk.locator("[data-service=A]")).to_be_disabled()
    assert [*faults(machine), *faults(kiosk), *faults(television, touch=False)] == []
    machine.click("#large")
    kiosk.click("#large")
    assert [*faults(machine), *faults(kiosk)] == []


def test_staff_read_it_too(hall: Hall, open_page) -> None:
    page = window_page.sign_in(open_page)
    expect(page.locator("#notes")).to_contain_text(CLOSED[0])
    page.click("[data-language]")
    expect(page.locator("#notes")).to_contain_text(CLOSED[1])


def test_who_holds_a_ticket_after_hours_is_not_told_that_the_hall_is_closed(hall: Hall, open_page) -> None:
    hall.door.steady_ms += 2 * 86_400_000 + 5 * 3_600_000  # Monday, 15:00
    token = take(hall.client())["token"]
    hall.door.steady_ms += 3 * 3_600_000
    phone, television = open_page(f"/t/{token}", (390, 844)), open_page("/display", TELEVISION)
    expect(phone.locator("#state")).to_contain_text("等候")
    expect(television.locator("#waiting-list li").first).to_contain_text("周二 9:00 开放")
    expect(television.locator("#closed")).to_be_hidden()
    hall.client().delete(f"/api/v1/tickets/{token}")
    expect(television.locator("#closed")).to_have_text("现在不在开放时间，下次开放：明天（周二）9:00")


def test_a_slip_from_another_day_says_when_the_hall_opens(hall: Hall, open_page) -> None:
    phone = open_page(f"/t/{'x' * 24}", (390, 844))
    expect(phone.locator("#problem")).to_contain_text("下次开放：周一 9:00")


def test_the_state_for_other_programs_has_the_day_and_the_minute(hall: Hall) -> None:
    state = hall.client().get("/api/v1/state").json()
    opens = {"day": "2026-11-23", "minute": 540, "weekday": 1, "in_days": 2}
    assert (state["closed"]["rest"], state["closed"]["opens"]) == (True, opens)
    assert {(one["stopped"], one["opens"]["minute"]) for one in state["services"]} == {("REST", 540)}
    refused = hall.client().post("/api/v1/tickets", json={"service": "A"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "REST_DAY")
