"""Three makers' signs in one hall, on a pair, on the terminals' wire, on the network: called is what is seen."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from tests.journeys.house import PIN, Client, Hall, House
from tests.parts import free_port, wait_for

SIGNS = ("sign-1", "sign-2", "sign-3", "sign-4")


def _other_signs(file: Any) -> None:
    """Window 2: C-Power, its own fonts and port. 3: a strip beside the terminals. 4: C-Power, our dots, network."""
    for device in file["device"]:
        match device["id"]:
            case "sign-2":
                del device["line"]
                device.update(driver="lumen-cpower-sign", port="pty:", address=1)
                device["options"] = {"page_s": 0.5}
            case "sign-3":
                device.update(driver="a090-sign", line="terminal-bus", options={"page_s": 0.5})
            case "sign-4":
                del device["line"]
                device.update(driver="lumen-cpower-sign", port=f"socket://127.0.0.1:{free_port()}", address=9)
                device["options"] = {"render": "bitmap", "page_s": 0.5}


def _command(hall: Hall, window: int, command: str) -> None:
    staff = Client(hall.pages.url)
    staff.sign_in(f"staff{window}", PIN)
    status, answer = staff.post(f"/api/v1/windows/{window}/commands", {"command": command})
    assert status == 200, answer


@pytest.mark.slow
def test_every_maker_shows_calls_pages_and_pauses(lone_house: House) -> None:
    hall = lone_house.add_hall(change=_other_signs, paced=True)
    for window in range(1, 5):
        _command(hall, window, "open")
    for service in ("A", "A", "B", "B", "C", "C", "D", "D"):
        assert hall.pages.post("/api/v1/tickets", {"service": service})[0] == 201
    called = {}
    for window in range(1, 5):
        staff = Client(hall.pages.url)
        staff.sign_in(f"staff{window}", PIN)
        status, answer = staff.post(f"/api/v1/windows/{window}/commands", {"command": "call_next"})
        assert status == 200, answer
        called[window] = answer["ticket"]["number"]
    for window in (1, 2, 3):
        wait_for(lambda window=window: called[window] in hall.device(f"sign-{window}")["text"], f"call {window}")
    wait_for(lambda: hall.device("sign-4")["pictures"] == 1, "a picture")

    for window in (2, 3):
        _command(hall, window, "start")
        seen: set[str] = set()

        def both(window: int = window, seen: set[str] = seen) -> bool:
            seen.add(hall.device(f"sign-{window}")["text"])
            return {"正在办理", called[window]} <= seen

        wait_for(both, f"both pages of {window}")
        _command(hall, window, "finish")
    hall.do("terminal-3", "press", key="call")
    wait_for(lambda: hall.state()["windows"][2]["state"] == "CALLING", "a call by the key beside the strip")

    for window in (1, 3, 4):
        _command(hall, window, "start")
        _command(hall, window, "finish")
    for window in range(1, 5):
        _command(hall, window, "pause")
    wait_for(lambda: [hall.device(sign)["text"] for sign in SIGNS[:3]] == ["暂停服务"] * 3, "paused")
    rows = hall.device("sign-1")["rows"]
    wait_for(lambda: all(hall.device(sign)["rows"] == rows for sign in SIGNS), "the same dots on all four")
    for sign in SIGNS:
        picture = Image.open(io.BytesIO(hall.devices.bytes(f"/sim/devices/{sign}/picture.png")))
        assert picture.width > picture.height > 16
    assert hall.device("sign-2")["counters"]["flash_writes"] == hall.device("sign-4")["counters"]["flash_writes"] == 0
    assert hall.device("sign-3")["counters"]["stored"] == hall.device("sign-3")["counters"]["broken"] == 0
    assert hall.all_ready()
