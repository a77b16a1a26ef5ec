"""The measure of the pages sees what it is meant to see: each fault made on purpose is named, a good page has none."""

from __future__ import annotations

import pytest

from tests.edge.accessible import eight_hours, faults, violations
from tests.edge.browser_fixtures import browser_fixture, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
PHONE = (390, 844)


@pytest.fixture(name="page")
def page_fixture(open_page):
    page = open_page("/t/unknown-token-of-nobody", PHONE)
    page.wait_for_selector("#problem:not([hidden])")
    return page


def test_a_good_page_has_no_fault(page):
    assert faults(page, scrolls=True) == []


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ("<p style='color:#bbb;background:#fff'>pale words</p>", "color-contrast"),
        ("<button style='min-height:70px;width:70px'></button>", "button-name"),
        ("<input style='min-height:70px;width:70px'>", "label"),
        ("<main><button style='width:50px;min-height:50px;padding:0'>k</button></main>", "small to touch"),
        ("<button style='width:40px;min-height:40px;padding:0'>k</button>", "least 44"),
        ("<p style='font-size:15px'>small words</p>", "small to read"),
        ("<p style='width:60px;overflow:hidden;white-space:nowrap'>words that are cut off</p>", "cut: p"),
        ("<p style='white-space:nowrap;width:20px'>" + "wide " * 40 + "</p>", "beside the screen"),
    ],
)
def test_a_fault_made_on_purpose_is_named(page, html, named):
    page.evaluate(
        """(html) => { const place = document.body; place.insertAdjacentHTML("beforeend", html);
          for (const e of place.querySelectorAll("[style]")) e.style.cssText = e.getAttribute("style"); }""",
        html,
    )
    found = faults(page, scrolls=True)
    assert any(named in fault for fault in found), found


def test_what_is_below_a_screen_that_does_not_scroll_is_named(page):
    page.evaluate("() => { document.querySelector('main').style.paddingTop = '2000px'; }")
    assert any("below the screen" in fault for fault in faults(page))
    assert violations(page) == []


def test_a_page_that_grows_is_found(open_page):
    page = open_page("/t/unknown-token-of-nobody", PHONE, clock=True)
    page.evaluate("() => { setInterval(() => document.body.append(document.createElement('i')), 60000); }")
    assert any("DOM nodes" in grown for grown in eight_hours(page, lambda turn: None, turns=24))
