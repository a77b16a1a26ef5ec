"""The page that a screen's browser opens from its own disk: it waits for the controller and goes on by itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import edge
from edge.screens import PageServer
from hall_config.wording import say
from tests.edge.accessible import faults
from tests.edge.browser_fixtures import browser_fixture, expect  # noqa: F401
from tests.edge.screens_fixtures import Hall, hall_fixture, staff_file_fixture  # noqa: F401
from tests.parts import free_port

START = Path(edge.__file__).parent / "start_page" / "start.html"
UNIT = Path(__file__).parents[2] / "systemd" / "legal-hall-screen@.service"
TELEVISION, MACHINE, TABLET = (1920, 1080), (1080, 1920), (1280, 800)


@pytest.fixture(name="open_start")
def open_start_fixture(browser: Any) -> Any:
    contexts = []

    def open_start(page: str, size: tuple[int, int] = TELEVISION, *, clock: bool = False) -> Any:
        contexts.append(browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN"))
        opened = contexts[-1].new_page()
        if clock:
            opened.clock.install()
        opened.goto(f"{START.as_uri()}#{page}")
        return opened

    yield open_start
    for context in contexts:
        context.close()


@pytest.mark.browser
def test_a_screen_that_is_on_before_the_controller_goes_on_when_it_answers(hall: Hall, open_start: Any) -> None:
    port = free_port()
    page = open_start(f"http://127.0.0.1:{port}/display")
    expect(page.locator("#waiting")).to_contain_text("正在启动，请稍候")
    server = PageServer(hall.app, "127.0.0.1", port)
    server.start()
    expect(page.locator("#window-list li").first).to_be_visible(timeout=20_000)
    assert page.url == f"http://127.0.0.1:{port}/display"
    server.stop()


@pytest.mark.browser
@pytest.mark.parametrize("size", [TELEVISION, MACHINE, TABLET])
def test_after_a_minute_it_says_what_to_look_at(open_start: Any, size: tuple[int, int]) -> None:
    page = open_start(f"http://127.0.0.1:{free_port()}/machine", size, clock=True)
    assert faults(page) == []
    for _ in range(80):
        if page.locator("#long").is_visible():
            break
        page.clock.run_for(1000)
        page.wait_for_timeout(20)
    expect(page.locator("#long")).to_contain_text("控制器有没有通电")
    expect(page.locator("#address")).to_have_text(re.compile(r"^127\.0\.0\.1:\d+$"))
    assert faults(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("page", ["", "display", "javascript:document.title='x'", "file:///etc/passwd", "<b>x</b>"])
def test_only_an_address_of_the_web_is_opened(open_start: Any, page: str) -> None:
    opened = open_start(page)
    expect(opened.locator("#no-page")).to_be_visible()
    assert opened.url.startswith("file:")
    assert opened.title() == "正在启动 · Starting"


def test_its_words_are_those_of_the_catalogue() -> None:
    """It stands on other computers too and cannot ask for them."""
    page = START.read_text(encoding="utf-8")
    for block in ("waiting", "long", "no_page"):
        key, more = f"start_page.{block}", f"start_page.{block}_more"
        said = [say(key, "zh"), say(more, "zh"), f"{say(key, 'en')} {say(more, 'en')}"]
        found = re.search(rf'<div id="{block.replace("_", "-")}".*?</div>', page, re.DOTALL)
        assert found is not None
        assert re.findall(r">([^<\n]+)</(?:h1|p)>", found[0]) == said


def test_the_unit_of_a_screen_opens_it() -> None:
    text = UNIT.read_text(encoding="utf-8")
    assert "file:///opt/legal-hall/edge/start_page/start.html#${PAGE}" in text
