"""What people are told of a device that waits for them."""

from __future__ import annotations

import pytest

from drivers.lifecycle import State
from edge.hall_door import DeviceHealth
from edge.screens.device_words import in_trouble, needs_hands
from hall.wire import Lifecycle
from hall_config.wording import say


def device(driver: str = "onbon-bx-sign", state: str = "lost", reason: str = "no_reply", window: int | None = 3):
    return DeviceHealth("sign-3", driver, state, reason, 0, window, {})


@pytest.mark.parametrize(
    ("state", "reason", "hands"),
    [
        ("ready", "", False),
        ("opening", "", False),
        ("handshake", "", False),
        ("stopping", "", False),
        ("disabled", "", False),
        ("absent", "no_port", True),
        ("lost", "no_reply", True),
        ("quarantined", "ValueError", True),
        ("degraded", "paper_out", True),
        ("degraded", "cover_open", True),
        ("degraded", "text_too_long", False),  # our text, not the sign
        ("degraded", "not_supported", False),
    ],
)
def test_somebody_is_called_when_hands_can_help(state, reason, hands):
    assert needs_hands(state, reason) is hands


def test_a_device_is_called_by_its_name_in_the_hall_file():
    told = in_trouble(device(), {"sign-3": ("三号窗口屏", "Sign of window 3")})
    assert (told.name_zh, told.name_en) == ("三号窗口屏", "Sign of window 3")
    assert (told.reason_zh, told.reason_en) == ("没有应答", "does not answer")


@pytest.mark.parametrize("names", [{}, {"sign-3": ("", "")}])
def test_a_device_without_a_name_is_called_by_its_kind_and_window(names):
    told = in_trouble(device(), names)
    assert (told.name_zh, told.name_en) == ("3号窗口 窗口屏", "Window 3 sign")
    printer = in_trouble(device("escpos-printer", "degraded", "paper_out", None), names)
    assert (printer.name_zh, printer.reason_zh) == ("号票打印机", "缺纸")


def test_an_unheard_reason_is_told_as_the_state():
    assert in_trouble(device(state="degraded", reason="E-77"), {}).reason_zh == "不能正常工作"
    assert in_trouble(device(state="absent", reason="[Errno 2] /dev/ttyUSB9"), {}).reason_zh == "没有接通"


def test_the_wire_knows_the_states_that_a_device_can_have() -> None:
    assert {state.value for state in Lifecycle} == {state.value for state in State}


def test_a_relay_board_is_called_so_wherever_somebody_meets_it():
    for book in ("pages.device.kind.waveshare-relay", "driver.waveshare-relay", "hall_page.card_waveshare-relay"):
        assert "继电器板" in say(book, "zh"), book
        assert "relay board" in say(book, "en").lower(), book
