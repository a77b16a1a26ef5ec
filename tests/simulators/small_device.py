"""A very small device for tests of the line and the control channel: it says back what it heard, in upper case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hall_config.models import DevicePart, HallFile
from simulators.device import ActionRefused, Send


class Parrot:
    """Answers ``b"?<address>;"`` with ``b"!<address>;"``; on a bus only the one that was asked does."""

    kind = "parrot"

    def __init__(self, device_id: str, address: int = 1) -> None:
        self.id = device_id
        self.address = address
        self.heard = bytearray()
        self.ticks = 0
        self.pressed: list[str] = []
        self._send: Send = lambda data: None
        self._half = b""

    def attach(self, send: Send) -> None:
        self._send = send

    def hear(self, data: bytes) -> None:
        self.heard += data
        self._half += data
        while b";" in self._half:
            word, _, self._half = self._half.partition(b";")
            if word.endswith(b"?%d" % self.address):
                self._send(b"!%d;" % self.address)

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "press":
                self.pressed.append(str(arguments.get("key")))
                self._send(b"key;")
                return {"pressed": self.pressed[-1]}
            case _:
                raise ActionRefused("a parrot has keys only")

    def show(self) -> dict[str, Any]:
        return {"heard": len(self.heard), "pressed": list(self.pressed)}

    def picture(self) -> bytes | None:
        return None

    def audio(self) -> bytes | None:
        return b"RIFF" if self.heard else None

    def tick(self, steady_s: float) -> None:
        self.ticks += 1


def parrot(part: DevicePart, seed: int) -> Parrot:
    """For `Host(make=…)`."""
    return Parrot(part.id, 1 if part.address is None else part.address)


HALL = """
# a hall for tests
[hall]
id = "test-hall"
name_zh = "测试大厅"
name_en = "Test hall"

[[service]]
letter = "A"
name_zh = "法律咨询"
name_en = "Legal consultation"

[[window]]
number = 1
services = ["A"]

[[window]]
number = 2
services = ["A"]

[[line]]
id = "signs"
port = "pty:"   # both signs
baud = 9600

[[device]]
id = "sign-1"
driver = "onbon-bx-sign"
line = "signs"
address = 1
window = 1

[[device]]
id = "sign-2"
driver = "onbon-bx-sign"
line = "signs"
address = 2
window = 2

[[device]]
id = "reader"
driver = "sam-id-card"
port = "pty:"

[[device]]
id = "speaker"
driver = "speaker"
port = "pty:"
"""


def small_hall() -> HallFile:
    import tomllib

    return HallFile.model_validate(tomllib.loads(HALL))
