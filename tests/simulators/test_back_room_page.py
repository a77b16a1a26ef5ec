"""The virtual hall shows every kind of device: signs of any maker at their windows, the rest as cards."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
from playwright.sync_api import Page

from hall_config.load import check_hall_text
from hall_config.wording import catalogue
from simulators.host import Host
from tests.hall_config.good_hall import GOOD_HALL
from tests.simulators.served_control import opened_hall
from tests.simulators.waiting import until

pytestmark = pytest.mark.browser

DEVICES = {
    "sign-1": 'driver = "lumen-cpower-sign"\nport = "pty:"\nwindow = 1',
    "reader": 'driver = "gm65-code-reader"\nport = "pty:"',
    "projector": 'driver = "pjlink-display"\nport = "socket://127.0.0.1:4352"',
    "publicity": 'driver = "hdmi-display"\nport = "drm:HDMI-A-1"',
    "camera": 'driver = "v4l2-camera"\nport = "video:/dev/v4l/by-id/camera"',
    "inputs": 'driver = "modbus-inputs"\nport = "pty:"\naddress = 2',
    "keypad": 'driver = "modbus-keypad"\nport = "pty:"\naddress = 4\nwindow = 1',
    "lock": 'driver = "gpio-output"\nport = "gpio:22"',
}
CARDS = set(DEVICES) - {"sign-1"}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    text = GOOD_HALL + "".join(f'\n[[device]]\nid = "{name}"\n{table}\n' for name, table in DEVICES.items())
    made = Host(check_hall_text(text), tmp_path_factory.mktemp("hall"))
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(host: Host) -> Iterator[Page]:
    with opened_hall(host, 1440, 900) as opened:
        opened.wait_for_function(f"() => document.querySelectorAll('.unit').length === {len(CARDS)}")
        yield opened


def test_each_device_has_its_card_with_a_picture(page: Page) -> None:
    assert {one.inner_text() for one in page.locator(".unit header small").all()} == CARDS
    page.wait_for_function("() => [...document.querySelectorAll('.unit img')].every((one) => one.naturalWidth > 40)")
    assert page.locator(".window .sign canvas").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_hand_on_a_card_moves_the_device(page: Page, host: Host) -> None:
    page.locator(".unit", has_text="inputs").get_by_role("button", name="3", exact=True).click()
    until(lambda: host.stations["inputs"].device.show()["on"] == [3])
    page.wait_for_selector('.unit button[aria-pressed="true"]')
    page.locator(".unit", has_text="keypad").get_by_role("button", name="呼叫", exact=True).click()
    until(lambda: sum(host.stations["keypad"].device.show()["presses"]) == 1)


def test_a_fault_is_chosen_from_the_menu_and_shown(page: Page, host: Host) -> None:
    unit = page.locator(".unit", has_text="projector")
    unit.locator("summary").click()
    unit.locator(".menu-list button", has_text="过热警告").click()
    until(lambda: host.stations["projector"].device.show()["faults"] == {"temperature": 1})


def test_every_driver_of_ours_has_a_name_on_the_page() -> None:
    drivers = [point.name for point in entry_points(group="legal_hall.drivers") if point.value.startswith("drivers.")]
    named = {"gpio-button", "gpio-contact"}  # drawn as a door and a button
    missing = [name for name in drivers if f"hall_page.card_{name}" not in catalogue() and name not in named]
    assert missing == []
