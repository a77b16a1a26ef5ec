"""A keypad at a window: its keys ask the hall, and what it cannot show is never sent to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.driver import Order
from drivers.kinds.call_terminal import Beep, ShowNumbers
from edge.devices import places_of
from edge.main import build
from edge.outputs import Outputs
from hall.queue.words import OpenWindow, ShowOnTerminal
from hall_config.models import HallFile
from hall_config.plan import plan_of
from simulators.host import Host
from tests.parts import wait_for

HALL: dict[str, Any] = {
    "hall": {"id": "test-hall", "name_zh": "测试", "name_en": "Test"},
    "pages": {"listen": "127.0.0.1:0"},
    "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
    "window": [{"number": 3, "services": ["A"]}],
    "device": [
        {"id": "terminal", "driver": "ff68-terminal", "port": "pty:", "window": 3, "address": 1},
        {"id": "keypad", "driver": "modbus-keypad", "port": "pty:", "window": 3, "address": 3},
    ],
}


def test_numbers_and_beeps_go_to_terminals_that_have_them() -> None:
    file = HallFile.model_validate(HALL)
    orders: list[Order] = []
    outputs = Outputs(plan_of(file), places_of(file), orders.append, orders.append, None, None, lambda number: None)
    outputs.carry_out([ShowOnTerminal(3, 7, "A012")])
    for device in ("terminal", "keypad"):
        outputs.beep(device)
    assert [(type(order), order.device) for order in orders] == [(ShowNumbers, "terminal"), (Beep, "terminal")]


def test_a_key_pressed_at_the_window_reaches_the_hall(tmp_path: Path) -> None:
    parts = {**HALL, "data": {"folder": str(tmp_path / "data")}}
    host = Host(HallFile.model_validate({**parts, "device": HALL["device"][1:]}), tmp_path)
    host.open()
    keypad = {**HALL["device"][1], "port": host.stations["keypad"].port}
    controller = build(HallFile.model_validate({**parts, "device": [keypad]}))
    controller.start()
    try:
        controller.loop.submit(OpenWindow(3, "clerk-1")).result(10)

        def paused() -> bool:
            return controller.loop.look()[0].queue.window(3).state.value == "PAUSED"

        station = host.stations["keypad"]
        wait_for(lambda: station.device.show()["frames"] > 4, "the keypad is being read")
        with station.held() as device:
            device.do("press", {"input": 7})
        wait_for(paused, "the window is paused")
        assert [one.state for one in controller.devices.health()] == ["ready"]
    finally:
        controller.stop()
        host.close()
