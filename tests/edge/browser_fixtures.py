"""Debian's chromium for the tests of the pages: each page on a device of its own, and no fault goes unnoticed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
expect = playwright.expect

CHROMIUM = "/usr/bin/chromium"
Open = Callable[..., "playwright.Page"]


@pytest.fixture(name="browser", scope="module")
def browser_fixture() -> Iterator[playwright.Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("needs the Debian package chromium: apt-get install chromium")
    with playwright.sync_playwright() as started:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        opened = started.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


@pytest.fixture(name="open_page")
def open_page_fixture(browser, served) -> Iterator[Open]:
    """Opens a page on a device of its own; each page's own faults and foreign requests fail the test."""
    contexts, faults = [], []

    def note_request(request: playwright.Request) -> None:
        if not request.url.startswith((served, "data:")):
            faults.append(f"a foreign address was asked: {request.url}")

    def open_one(path: str, size: tuple[int, int], *, touch: bool = False, clock: bool = False) -> playwright.Page:
        context = browser.new_context(
            base_url=served, viewport={"width": size[0], "height": size[1]}, has_touch=touch, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", note_request)
        if clock:
            page.clock.install()
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []
