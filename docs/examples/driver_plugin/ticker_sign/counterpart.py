"""The ticker from its own side, for the conformance checks: written from README.md, not from the driver."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import xor
from typing import Any

from simulators.counterparts import SimulatedCounterpart, Traits
from simulators.device import ActionRefused, Send


class SimulatedTicker:
    """What it shows, and the frames that change it. See `simulators.device.Device`."""

    kind = "example-ticker"

    def __init__(self, device_id: str) -> None:
        self.id = device_id
        self._send: Send = lambda data: None
        self._held = b""
        self._shown = {"text": "", "on": True, "brightness": 15}
        self._fault = "0"

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        self._held = (self._held + data)[-500:]
        while (end := self._held.find(b"\x03")) >= 0 and len(self._held) > end + 1:
            body = self._held[:end].rpartition(b"\x02")[2]
            if body and reduce(xor, body) == self._held[end + 1]:
                self._obey(body.decode("utf-8", "replace"))
            self._held = self._held[end + 2 :]

    def _obey(self, text: str) -> None:
        function, content = text[0], text[1:]
        if self._fault == "0":
            self._shown |= {"S": {"text": content}, "P": {"on": content == "1"}, "B": {"brightness": content}}.get(
                function, {}
            )
        body = (function + self._fault).encode()
        self._send(b"\x02" + body + b"\x03" + bytes([reduce(xor, body)]))

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if action != "break_lamp":
            raise ActionRefused(f"a ticker can break_lamp, not {action!r}")
        self._fault = "1"
        return {}

    def show(self) -> dict[str, Any]:
        return dict(self._shown)

    def picture(self) -> bytes | None:
        return None

    def audio(self) -> bytes | None:
        return None

    def tick(self, steady_s: float) -> None:
        """It does nothing by itself."""


def counterpart_of(driver: str) -> SimulatedCounterpart | None:
    """The other side of ``example-ticker``, and of no other driver."""
    if driver != "example-ticker":
        return None
    return SimulatedCounterpart(SimulatedTicker, Traits(refuse=(("break_lamp", {}),)))
