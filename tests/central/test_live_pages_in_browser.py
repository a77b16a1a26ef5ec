"""The start page, the alarms and the fleet in a real browser, from a city of halls down to one ticket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from central.alarms import store as alarms
from central.alarms.rules import Key, standard
from central.clock import now_ms
from central.database import Database
from central.live import store as live_store
from central.units import store as units
from tests.central.event_log import HallLog, called, issued
from tests.central.running import SECRET, HallLine, RunningCentral, hall_line
from tests.central.test_pages_in_browser import FLAGS
from tests.edge.accessible import violations
from tests.parts import Mosquitto, skip_unless

pytestmark = [pytest.mark.browser, pytest.mark.broker]
HALLS = [f"hall-{number:02d}" for number in range(12)]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=skip_unless("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
        page.set_default_timeout(30_000)
        yield page
        browser.close()
        assert problems == []


@pytest.fixture
def city(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningCentral]:
    """Twelve halls in two districts, known from before; one of them has an alarm that nobody has seen."""
    running = RunningCentral(tmp_path / "data", mosquitto)
    running.data.mkdir()
    database = Database(running.database)
    with database.write() as connection:
        for place, unit in enumerate(("north", "south")):
            names = {"name_zh": "南北"[1 - place] + "区", "name_en": f"{unit.title()} District"}
            facts = {"parent": "city", "level": "district", "path": f"city/{unit}/", "made_ms": 1, **names}
            units.add_unit(connection, id=unit, **facts)
        for place, hall in enumerate(HALLS):
            live_store.know(connection, hall, now_ms())
            units.put_hall(connection, hall, "north" if place < 5 else "south")
        key = Key(HALLS[1], "device_failed", "<b>sign</b>")
        alarms.begin(connection, {key: 61}, {key: standard()["device_failed"]}, now_ms())
    database.close()
    running.start()
    try:
        yield running
    finally:
        running.kill()


def test_a_city_is_seen_at_a_glance_and_drilled_down_to_a_ticket(
    city: RunningCentral, mosquitto: Mosquitto, page: Page
) -> None:
    city.client("hall_it")
    page.goto(f"{city.url}/sign-in")
    page.fill("[name=name]", "hall_it")
    page.fill("[name=secret]", SECRET)
    page.keyboard.press("Enter")
    with hall_line(mosquitto, HALLS[0]) as line:
        see_the_map(page, line)
    drill_down(page)
    see_to_the_alarm(page)
    look_at_the_fleet(page)
    with hall_line(mosquitto, HALLS[2]) as line:
        meet_a_hostile_name(page, city, line)
    for place, ready in (("/", ".group"), ("/alarms", "#rules tbody tr"), ("/fleet", "#halls details")):
        page.goto(f"{city.url}{place}?lang=en")
        page.locator(ready).first.wait_for()
        assert violations(page) == [], place
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), place


def see_the_map(page: Page, line: HallLine) -> None:
    log = HallLog("epoch-1")
    line.state(online=True, bdseq=1, epoch=log.epoch)
    device = {"device": "printer", "kind": "ticket_printer", "since": now_ms(), "epoch": log.epoch}
    line.say(
        "dev/printer/state", {**device, "state": "lost", "reason": "端口断开", "n": 1, "counters": {"paper_low": 1}}
    )
    line.say("dev/printer/state", {**device, "state": "ready", "reason": "", "n": 2, "counters": {"paper_low": 1}})
    expect(page.locator(".group")).to_have_count(2)
    expect(page.locator(".group", has_text="北区")).to_contain_text("开放 0 / 5")
    log.add(issued("A001"), issued("A002"), called("A001", 1))
    line.say("evt", log.batches()[0])
    expect(page.locator(f"[data-link={HALLS[0]}] b")).to_have_text("1")
    expect(page.locator(".group", has_text="北区")).to_contain_text("等候 1")
    expect(page.locator("#total-waiting")).to_have_text("1")
    expect(page.locator("#fresh-waiting")).to_contain_text("未计 11 个离线大厅")
    expect(page.locator("#alarms")).to_contain_text("设备故障 · <b>sign</b>")
    assert violations(page) == []
    page.select_option("#only", "alarms")
    expect(page.locator(".cell")).to_have_count(1)
    page.select_option("#only", "")
    page.fill("#find", HALLS[7])
    expect(page.locator(".group")).to_have_count(1)
    page.fill("#find", "no such hall")
    expect(page.locator("#empty")).to_have_text("没有符合条件的大厅。")
    page.fill("#find", "")
    page.click("#total-waiting")
    expect(page.locator(".hall-row").first).to_contain_text("hall-00")
    assert violations(page) == []
    page.click("#as-map")


def drill_down(page: Page) -> None:
    page.click("text=南区")
    expect(page.locator("h1")).to_have_text("南区")
    expect(page.locator("#total-halls")).to_have_text("共 7 个大厅")
    page.click("header a[lang]")
    expect(page.locator("h1")).to_have_text("South District")  # the same district in the other language
    page.click("header a[lang]")
    expect(page.locator("h1")).to_have_text("南区")
    page.click(".trail a")
    expect(page.locator("#total-halls")).to_have_text("共 12 个大厅")
    page.click(f"[data-link={HALLS[0]}]")
    page.click("#windows .place a")  # what window 1 has had
    expect(page.locator("#tickets tbody tr")).to_have_count(1)
    assert violations(page) == []
    page.fill("[name=window]", "")
    page.click("#choose button")
    expect(page.locator("#tickets tbody tr")).to_have_count(2)
    page.click("#tickets a >> nth=0")
    expect(page.locator("#events li")).to_have_count(2)


def see_to_the_alarm(page: Page) -> None:
    page.click("nav a[href='/alarms']")
    page.click("[data-alarm]")
    assert violations(page) == []
    page.fill("[name=note]", "已派人")
    page.click("#see button[type=submit]")
    expect(page.locator("#present")).to_contain_text("hall_it")
    expect(page.locator("#present")).to_contain_text("已派人")
    expect(page.locator("#present [data-alarm]")).to_have_count(0)
    page.click("#rules button >> nth=0")
    page.fill("[name=open_at]", "600")
    page.fill("[name=end_below]", "601")
    page.click("#change button[type=submit]")
    expect(page.locator("#change .problem")).to_have_text("解除值不能高于触发值。")
    page.fill("[name=end_below]", "600")
    page.click("#change button[type=submit]")
    expect(page.locator("#rules tbody tr").first).to_contain_text("10 分钟")


def look_at_the_fleet(page: Page) -> None:
    page.click("nav a[href='/fleet']")
    card = page.locator(f"details[data-id={HALLS[0]}]")
    expect(card).to_contain_text("将用完")
    card.locator("summary").click()
    expect(card.locator("tbody")).to_contain_text("1 次")
    card.locator("button").click()
    expect(page.locator("#faults tbody tr")).to_have_count(1)
    expect(page.locator("#faults")).to_contain_text("失联")
    assert violations(page) == []


def meet_a_hostile_name(page: Page, city: RunningCentral, line: HallLine) -> None:
    name = '<img src=x onerror="document.title=1">'
    line.state(online=True, bdseq=1, epoch="e")
    birth = {"hall": line.hall, "name_zh": name, "name_en": "</script><b>", "version": name}
    line.say("node/birth", {**birth, "devices": [], "windows": [], "services": []}, retain=True)
    page.goto(f"{city.url}/")
    expect(page.locator(f"[data-link={line.hall}]")).to_contain_text("<img src=x")
    page.goto(f"{city.url}/fleet")
    expect(page.locator("#versions")).to_contain_text("<img src=x")
    assert page.locator("main img").count() == 0
