"""The first page of a hall: the duty manager signs in there and finds the links that pair the rating pads."""

from __future__ import annotations

import pytest

from edge.screens import pad_link
from edge.staff import Role
from tests.edge.browser_fixtures import browser_fixture, expect, open_page_fixture  # noqa: F401
from tests.edge.screens_fixtures import PINS, hall_fixture, served_fixture, staff_file_fixture  # noqa: F401

pytestmark = pytest.mark.browser
DESK = (1280, 800)
MANAGER, PIN = "主任测试", "97531864"


def sign_in(page, name: str, secret: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=secret]", secret)
    page.keyboard.press("Enter")


@pytest.fixture(autouse=True)
def manager(hall):
    hall.staff.add(MANAGER, PIN, role=Role.SUPERVISOR)


def test_the_duty_manager_signs_in_on_the_first_page_and_finds_the_pairing_links(hall, open_page):
    page = open_page("/", DESK)
    expect(page.locator("#pairing-how")).to_contain_text("值班主任在此登录后")
    sign_in(page, MANAGER, PIN)
    titles = page.locator("#pairing [data-pad]")
    expect(titles).to_have_text(["1号窗口 评价器", "2号窗口 评价器", "3号窗口 评价器", "4号窗口 评价器"])
    assert page.locator("#pairing a.tile").nth(1).get_attribute("href") == pad_link(hall.door, 2)
    expect(page.locator("#pairing-how")).to_have_count(0)
    page.click("[data-language]")
    expect(titles.first).to_have_text("Rating pad of window 1")
    page.click("#sign-out")
    expect(page.locator("#sign-in")).to_be_visible()
    assert "?key=" not in page.content()


def test_a_wrong_pin_and_a_locked_name_are_said_in_words(hall, open_page):
    page = open_page("/", DESK)
    sign_in(page, MANAGER, "00000009")
    expect(page.locator("#problem")).to_contain_text("姓名或密码不对")
    expect(page.locator("[name=secret]")).to_have_value("")
    for _ in range(4):
        hall.client().post("/api/v1/session", json={"name": MANAGER, "secret": "00000009"})
    sign_in(page, MANAGER, PIN)
    expect(page.locator("#problem")).to_contain_text("尝试次数过多")
    page.click("[data-language]")
    expect(page.locator("#problem")).to_contain_text("Too many tries")
    assert "?key=" not in page.content()


def test_staff_of_a_window_see_no_links_and_are_signed_out_again(hall, open_page):
    page = open_page("/", DESK)
    sign_in(page, "staff1", PINS["staff1"])
    expect(page.locator("#problem")).to_contain_text("不是值班主任")
    assert page.context.cookies() == []
    page.reload()
    expect(page.locator("#sign-in")).to_be_visible()
    assert "?key=" not in page.content()
