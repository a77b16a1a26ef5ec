"""Whatever can be the matter with a device is told in words that say which plug, switch or setting to look at."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from drivers.id_card_reader.status import Kind, meaning
from drivers.led_sign.messages import ERROR_CODES
from drivers.lumen_sign.messages import RETURN_CODES
from drivers.pjlink_display.driver import PARTS
from edge.commissioning.listing import Listed
from edge.commissioning.shown import device_lines
from edge.commissioning.trial_words import reason_words
from edge.hall_door import DeviceHealth
from edge.screens.device_words import in_trouble
from hall_config.wording import catalogue

DRIVERS = Path(__file__).parents[2] / "drivers"


def written_codes() -> set[str]:
    """Every code that stands as such in a driver's ``DeviceFault(...)``."""
    files = (file for file in DRIVERS.rglob("*.py") if "conformance" not in file.parts)
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "DeviceFault"
        and call.args and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip


def card_codes(kind: Kind) -> set[str]:
    return {meaning(status).code for status in range(256) if meaning(status).kind is kind}


FAULTS = {
    *written_codes(), *ERROR_CODES.values(), *RETURN_CODES.values(), *card_codes(Kind.DEVICE),
    *(f"display_{part}" for part in PARTS), "display_failure", "refused", "trigger-refused", "trigger-unknown",
    "answered_twice",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_every_fault_that_a_driver_can_name_has_words(code: str) -> None:
    assert f"pages.device.reason.{code}" in catalogue()


@pytest.mark.parametrize("code", sorted(card_codes(Kind.CARD) | {"text", "number", "birth", "sex", "left_too_early"}))
def test_every_way_in_which_a_card_cannot_be_read_has_words(code: str) -> None:
    assert reason_words(code)["zh"] != code
    assert code not in reason_words(code)["zh"]


def listed(state: str, reason: str, address: int | None = 7) -> Listed:
    return Listed(
        "zone-relay", "继电器", "relays", "waveshare-relay", "1", "relays", "socket://10.0.0.9:502", "", "unknown",
        None, address, None, state, reason, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "state", "zh", "en"),
    [
        ("no_reply", "没有应答", "电源", "power"),
        ("bad_frame", "应答不对", "串线", "crossed cables"),
        ("socket://10.0.0.9:502: it has closed the connection", "没有应答", "串口服务器", "another program"),
        ("other_address", "应答不对", "应为 7", "it should be 7"),
    ],
)
def test_a_lost_device_is_told_by_what_was_heard_of_it(reason: str, state: str, zh: str, en: str) -> None:
    device = listed("lost", reason)
    assert device.state_words("zh") == state
    assert zh in device.look_at("zh")
    assert en in device.look_at("en")
    assert device.port in device.look_at("zh")
    assert state in device_lines(device)[0]


def test_a_code_of_no_table_is_shown_as_a_code_with_words_around_it() -> None:
    assert "E-77，请对照设备说明书" in listed("degraded", "E-77").look_at("zh")
    assert reason_words("E-77") == {"zh": "设备给出代码 E-77", "en": "the device gives the code E-77"}


def test_staff_are_told_that_a_device_answers_wrongly_and_not_that_it_is_silent() -> None:
    told = in_trouble(DeviceHealth("zone-relay", "waveshare-relay", "lost", "other_address", 0, None, {}), {})
    assert "拨码" in told.reason_zh
    lost = in_trouble(DeviceHealth("printer", "escpos-printer", "lost", "/dev/ttyUSB0: [Errno 5]", 0, None, {}), {})
    assert lost.reason_zh == "没有应答"
