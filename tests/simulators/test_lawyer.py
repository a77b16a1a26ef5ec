"""A simulated lawyer at a gate, over HTTP to a control channel that only writes down what was asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from simulators.day.doors import Devices, Pages
from simulators.day.lawyer import Lawyer
from simulators.day.pace import Pace
from simulators.day.room import Room


class Gate(BaseHTTPRequestHandler):
    """The lock lets go once for each good pass."""

    asked: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    lets_in: ClassVar[bool] = True
    pulses: ClassVar[int] = 0

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        device = self.path.split("/")[3]
        Gate.asked.append((device, body))
        if body.get("pass") == "good" and Gate.lets_in:
            Gate.pulses += 1
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def day(lets_in: bool) -> list[tuple[str, dict[str, Any]]]:
    """What one lawyer did within so long, at a hundred thousand times the pace."""
    Gate.asked, Gate.lets_in, Gate.pulses = [], lets_in, 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    async def live() -> None:
        room = Room(Pages("http://127.0.0.1:9"), Devices(f"http://127.0.0.1:{server.server_address[1]}"))
        room.pulses = 0

        async def look() -> None:
            while True:
                room.pulses = Gate.pulses
                room._looked.set()
                room._looked = asyncio.Event()
                await asyncio.sleep(0.002)

        eyes = asyncio.create_task(look())
        lawyer = asyncio.create_task(Lawyer(room, Pace(7, 100_000.0)).come_and_go())
        enough = 3
        deadline = asyncio.get_running_loop().time() + 20
        while len([one for one in Gate.asked if one[1].get("pass") == "good"]) < enough:
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.01)
        for task in (lawyer, eyes):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await room.devices.close()
        await room.pages.close()

    try:
        asyncio.run(live())
    finally:
        server.shutdown()
        server.server_close()
    return Gate.asked


def test_a_lawyer_who_is_let_in_opens_and_closes_the_door() -> None:
    asked = [(device, body["action"]) for device, body in day(lets_in=True) if body.get("pass") != "old"]
    visit = [("gate-reader", "scan"), ("gate-door", "open"), ("gate-door", "close")]
    assert asked[:6] == visit * 2


@pytest.mark.parametrize("device", ["gate-door"])
def test_a_lawyer_who_is_not_let_in_touches_no_door(device: str) -> None:
    assert device not in [one for one, _ in day(lets_in=False)]
