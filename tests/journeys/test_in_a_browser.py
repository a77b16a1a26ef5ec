"""A visitor's rating on the real tablet page and the hall on central's live page, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.journeys.house import PIN, SECRET, Hall, House, journal_lines, run_hall
from tests.parts import skip_unless, wait_for
from tests.screenshots import ARGUMENTS

pytestmark = pytest.mark.browser


@pytest.fixture
def page() -> Iterator[Page]:
    chromium = skip_unless("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
        browser.close()


def pad_link(hall: Hall, window: int) -> str:
    """As the duty manager finds it."""
    add = ["users", "add", "manager", "--config", str(hall.file), "--supervisor", "--secret-stdin"]
    run_hall(add, PIN)
    hall.pages.sign_in("manager", PIN)
    links: list[dict[str, Any]] = hall.pages.get("/api/v1/pads")["items"]
    hall.pages.sign_in("staff1", PIN)
    return str(next(link["link"] for link in links if link["window"] == window))


def test_a_grade_touched_on_the_tablet_is_counted_once_at_central(house: House, page: Page) -> None:
    central = house.start_central()
    hall = house.add_hall()
    page.goto(hall.pages.url + pad_link(hall, 1))
    hall.command(1, "open")
    assert hall.pages.post("/api/v1/tickets", {"service": "A"})[0] == 201
    for command in ("call_next", "start", "finish"):
        assert hall.command(1, command)[0] == 200
    page.locator("[data-grade='5']").click(timeout=30_000)
    page.locator("#thanks").wait_for(state="visible", timeout=30_000)
    wait_for(lambda: _kinds(house, hall).count("rating.given/1") == 1, "the rating at central")

    answer = page.request.post(f"{central.url}/api/v1/session", data={"name": "viewer1", "secret": SECRET})
    assert answer.ok
    page.goto(central.url)
    page.get_by_text("东区公共法律服务中心").first.wait_for(timeout=30_000)
    seen = central.get(f"/api/v1/figures?hall={hall.id}")
    assert '"rated": 1' in str(seen).replace("'", '"')
    assert hall.pages.post("/api/v1/tickets", {"service": "B"})[0] == 201
    wait_for(lambda: "等候人数\n1" in page.inner_text("body"), "the new visitor on central's live page")


def test_the_virtual_hall_s_tablet_rates_as_the_real_one_does(house: House, page: Page) -> None:
    hall = house.add_hall()
    page.goto(hall.devices.url)
    tablet = page.locator(".tablet[data-window='1']")
    tablet.get_by_text("评价器未配对").wait_for(timeout=30_000)
    (hall.folder / "run" / "pads.json").write_text(json.dumps({"1": pad_link(hall, 1)}), encoding="utf-8")
    page.locator(".tablet.asleep[data-window='1']").wait_for(timeout=30_000)
    assert hall.devices.post("/sim/tablets/1/press", {"grade": 5})[0] == 409  # nothing is asked yet
    hall.command(1, "open")
    assert hall.pages.post("/api/v1/tickets", {"service": "A"})[0] == 201
    for command in ("call_next", "start", "finish"):
        assert hall.command(1, command)[0] == 200
    tablet.get_by_text("A001 请您评价").wait_for(timeout=30_000)
    for wrong in ({"grade": 0}, {"grade": 6}, {"grade": True}, {"grade": 5, "token": "x"}, {}):
        assert hall.devices.post("/sim/tablets/1/press", wrong)[0] == 422
    assert hall.devices.post("/sim/tablets/9/press", {"grade": 5})[0] == 404
    tablet.locator("[data-grade='4']").click()
    page.locator(".tablet.thanks[data-window='1']").wait_for(timeout=30_000)
    ratings = [event for event in journal_lines(hall) if event["type"] == "rating.given/1"]
    assert [(one["data"]["number"], one["data"]["grade"], one["data"]["channel"]) for one in ratings] == [
        ("A001", 4, "PAD")
    ]
    hall.edge.kill()
    page.locator(".tablet.lost[data-window='1']").wait_for(timeout=30_000)
    hall.start_edge()
    page.locator(".tablet.asleep[data-window='1']").wait_for(timeout=30_000)


def _kinds(house: House, hall: Hall) -> list[str]:
    return [event["type"] for event in house.stored(hall.id)]
