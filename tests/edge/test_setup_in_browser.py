"""The setup page in a browser of a tablet's size, before a running controller with simulated devices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edge.main import Controller, build
from edge.staff import Role
from hall_config.load import read_hall_file
from tests.edge.accessible import faults
from tests.edge.browser_fixtures import Open, browser_fixture, expect, open_page_fixture, playwright
from tests.edge.commissioning_hall import SmallHall, needs_chinese_font, small_hall
from tests.parts import wait_for

__all__ = ["browser_fixture", "open_page_fixture"]
pytestmark = pytest.mark.browser

PIN = "86420975"
TABLET = (1280, 800)
SMALLEST = 44
CUT_OFF = """() => [...document.querySelectorAll("button, .says, .who b, .who small")]
  .filter((one) => one.clientWidth)
  .filter((one) => (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 4))
  .map((one) => one.textContent)"""


@pytest.fixture(name="hall", scope="module")
def hall_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHall]:
    with small_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture(name="controller", scope="module")
def controller_fixture(hall: SmallHall) -> Iterator[Controller]:
    made = build(read_hall_file(hall.file))
    made.staff.add("it", PIN, role=Role.SUPERVISOR)
    made.staff.add("clerk", PIN, window=1)
    made.start()
    wait_for(lambda: all(one.state == "ready" for one in made.devices.health()), "all devices", 30)
    yield made
    made.stop()


@pytest.fixture(name="served")
def served_fixture(controller: Controller) -> str:
    return f"http://127.0.0.1:{controller.pages.port}"


def signed_in(open_page: Open, name: str = "it") -> playwright.Page:
    page = open_page("/setup", TABLET, touch=True)
    page.fill("[name=name]", name)
    page.fill("[name=secret]", PIN)
    page.click("#sign-in button")
    return page


def line(page: playwright.Page, device: str) -> playwright.Locator:
    return page.locator(f'#devices > li[data-kept="{device}"]')


def test_a_clerk_is_sent_away_in_words(open_page: Open) -> None:
    page = signed_in(open_page, "clerk")
    expect(page.locator("#problem")).to_contain_text("不是值班主任")
    expect(page.locator("#devices")).to_have_count(0)


def test_an_engineer_tests_judges_and_remarks(open_page: Open, hall: SmallHall) -> None:
    page = signed_in(open_page)
    printer = line(page, "printer")
    expect(printer.locator(".state")).to_have_text("正常")
    printer.locator(".try").tap()
    expect(printer.locator(".says")).to_contain_text("测试票已打出", timeout=20_000)
    printer.locator(".yes").tap()
    expect(printer.locator(".yes")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#score")).to_have_text("1 / 6 正常")
    printer.locator(".note-it").tap()
    page.fill("#remark-text", "<b>纸仓偏紧</b>")
    page.locator("#remark-keep").tap()
    expect(printer.locator(".note-it")).to_have_attribute("title", "<b>纸仓偏紧</b>")

    reader = line(page, "reader")
    reader.locator(".try").tap()
    expect(reader.locator(".says")).to_contain_text("还有")
    hall.do("reader", "tap_card")
    expect(reader.locator(".says")).to_contain_text("号码校验正确", timeout=20_000)
    hall.do("reader", "remove_card")


def test_a_relay_asks_first(open_page: Open) -> None:
    page = signed_in(open_page)
    line(page, "relay").locator(".try").tap()
    expect(page.locator("#allow")).to_be_visible()
    page.locator("#allow [data-close]").tap()
    expect(line(page, "relay").locator(".says")).to_have_text("还没有测试")
    line(page, "relay").locator(".try").tap()
    page.fill("#relay", "4")
    page.locator("#allow-yes").tap()
    expect(line(page, "relay").locator(".says")).to_contain_text("第 4 路", timeout=20_000)


def test_it_fits_a_tablet_and_every_button_a_finger(open_page: Open) -> None:
    page = signed_in(open_page)
    expect(page.locator("#devices > li")).to_have_count(6)
    row = page.locator("#devices > li").first.bounding_box()
    top = page.locator("#devices").bounding_box()
    assert row is not None
    assert top is not None
    assert top["y"] + 14 * (row["height"] + 3) <= TABLET[1], "fourteen devices without scrolling"
    for size in (TABLET, (1024, 768), (800, 1280), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate(CUT_OFF) == []
        for box in [one.bounding_box() for one in page.locator("button:visible").all()]:
            assert box is not None
            assert box["height"] >= SMALLEST
            assert box["width"] >= SMALLEST


def test_the_language_turns_everything(open_page: Open) -> None:
    page = signed_in(open_page)
    expect(line(page, "door").locator(".try")).to_have_text("试门磁")
    page.locator("[data-language]").tap()
    expect(line(page, "door").locator(".try")).to_have_text("Try it")
    expect(line(page, "door").locator(".state")).to_have_text("Ready")


def test_the_sheet_carries_the_engineers_name(open_page: Open) -> None:
    needs_chinese_font()
    page = signed_in(open_page)
    page.locator("#sheet").tap()
    page.fill("#engineer", "测试 工程师&x")
    link = page.locator("#paper-link").get_attribute("href")
    assert link is not None
    answer = page.request.get(link)
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_setup_page_can_be_used_by_everybody(controller: Controller, open_page: Open, language: str) -> None:
    page = open_page("/setup", TABLET, touch=True)
    expect(page.locator("[name=name]")).to_be_visible()
    if language == "en":
        page.locator("[data-language]").click()
    assert faults(page, main="button.main-act", touch=False, scrolls=True, least_type=16) == []
    page.fill("[name=name]", "it")
    page.fill("[name=secret]", PIN)
    page.click("#sign-in button")
    expect(line(page, "printer")).to_be_visible()
    assert faults(page, main="button.main-act", touch=False, scrolls=True, least_type=16) == []
