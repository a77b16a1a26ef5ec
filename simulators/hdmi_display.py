"""A screen on an HDMI socket of the controller, as Linux shows it: a folder with the files of one DRM connector.

    status     connected or disconnected: whether a screen hangs on the socket and answers on its data line
    enabled    enabled or disabled: whether the controller sends it a picture
    dpms       On or Off: whether that picture is switched dark
    modes      one line for each size that the screen takes; empty without a screen

From the kernel's own description of sysfs (Documentation/ABI, drm connectors).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulators.device import Send, no_others
from simulators.device_actions import unknown_action
from simulators.screen_picture import draw_screen


class SimulatedHdmiDisplay:
    """Actions: ``pull_cable``, ``plug_cable`` (the HDMI cable, not the socket), ``picture_off``, ``picture_on`` (the
    desktop has given the socket up, or not), ``blank`` (the screen saver), ``clear_faults``."""

    kind = "hdmi-display"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = device_id
        self._cable = self._picture = True
        self._blank = False
        self._folder: Path | None = None
        self._counters: Counter[str] = Counter(pulled=0)

    def fill(self, folder: Path) -> None:
        """The graphics card is there, and with it the connector's folder."""
        self._folder = folder
        self._write()

    def attach(self, send: Send) -> None:
        """A connector has no line of bytes."""

    def hear(self, data: bytes) -> None:
        """A connector has no line of bytes."""

    def tick(self, steady_s: float) -> None:
        """Nothing changes by itself."""

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        no_others(arguments)
        match action:
            case "pull_cable":
                self._cable = False
                self._counters["pulled"] += 1
            case "plug_cable":
                self._cable = True
            case "picture_off":
                self._picture = False
            case "picture_on":
                self._picture, self._blank = True, False
            case "blank":
                self._blank = True
            case "reset" | "clear_faults":
                self._cable = self._picture = True
                self._blank = False
            case _:
                raise unknown_action("a screen on HDMI", self.kind, action)
        self._write()
        return {}

    def show(self) -> dict[str, Any]:
        return {
            "cable": self._cable,
            "picture": self._picture and self._cable,
            "blank": self._blank,
            "counters": dict(self._counters),
        }

    def picture(self) -> bytes | None:
        if not self._cable:
            return draw_screen("no_cable", "HDMI")
        return draw_screen("on" if self._picture and not self._blank else "off", "HDMI")

    def audio(self) -> bytes | None:
        return None

    def _write(self) -> None:
        if self._folder is None or not self._folder.is_dir():
            return
        lit = self._picture and self._cable
        contents = {
            "status": "connected" if self._cable else "disconnected",
            "enabled": "enabled" if lit else "disabled",
            "dpms": "On" if lit and not self._blank else "Off",
            "modes": "1920x1080\n1280x720" if self._cable else "",
        }
        for name, content in contents.items():
            (self._folder / name).write_text(content + "\n", encoding="ascii")
