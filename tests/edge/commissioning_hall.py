"""A small hall of simulated devices for the tests of commissioning, on pseudo-terminals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typst

from hall_config.load import check_hall_text
from simulators.fault_actions import FAULTS
from simulators.host import Host
from simulators.written_copy import with_ports
from tests.parts import free_port

TEXT = """\
[hall]
id = "setup-hall"
name_zh = "测试大厅"
name_en = "Test hall"
[data]
folder = "{data}"
[pages]
listen = "127.0.0.1:{listen}"
[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"
[[window]]
number = 1
services = ["A"]
[[device]]
id = "printer"
driver = "escpos-printer"
port = "pty:"
[[device]]
id = "reader"
driver = "sam-id-card"
port = "pty:"
[[device]]
id = "sign-1"
driver = "onbon-bx-sign"
port = "pty:"
address = 1
window = 1
[[device]]
id = "terminal-1"
driver = "ff68-terminal"
port = "pty:"
address = 3
window = 1
[[device]]
id = "relay"
driver = "waveshare-relay"
port = "pty:"
address = 1
[[device]]
id = "door"
driver = "gpio-contact"
port = "gpio:27"
[[gate]]
id = "gate-1"
lock = "relay:4"
contact = "door"
"""


def needs_chinese_font() -> None:
    """The sheet's characters come from a Debian package; skip without it, but fail in CI."""
    if "Noto Sans CJK SC" not in typst.Fonts().families():
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("fonts-noto-cjk is missing")
        pytest.skip("needs the Debian package fonts-noto-cjk")


@dataclass(frozen=True, slots=True)
class SmallHall:
    """The simulated devices, and the hall file whose ports lead to them."""

    host: Host
    file: Path
    folder: Path

    def do(self, device: str, action: str, **arguments: Any) -> None:
        with self.host.stations[device].held() as one:
            one.do(action, arguments)

    def fault(self, device: str, action: str) -> None:
        """A fault of the device's line."""
        station = self.host.stations[device]
        with station.line.lock:
            FAULTS[action](station, {})

    def show(self, device: str) -> dict[str, Any]:
        with self.host.stations[device].held() as one:
            return one.show()


@contextmanager
def small_hall(folder: Path) -> Iterator[SmallHall]:
    text = TEXT.replace("{data}", str(folder / "data")).replace("{listen}", str(free_port()))
    host = Host(check_hall_text(text), folder / "run")
    host.open()
    file = folder / "hall.toml"
    file.write_text(with_ports(text, host.ports()), encoding="utf-8")
    try:
        yield SmallHall(host, file, folder)
    finally:
        host.close()
