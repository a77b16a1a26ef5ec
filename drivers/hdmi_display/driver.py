"""A screen on an HDMI socket of this controller: the hall's television, the publicity LED behind its sending card.

Knows: where Linux tells of a connector (``/sys/class/drm/card*-HDMI-A-1``) and what its files mean. Must not know what
the screen shows: that is a page in a browser. It switches nothing: a television is switched by its own timer.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from drivers.driver import Order, Tell
from drivers.errors import DeviceFault, PortLost
from drivers.kinds.display import DisplayState
from drivers.options import Option, read_options

ROOT: Final = Path("/sys/class/drm")
OPTIONS: Final = (Option("dark", "text", "fault", choices=("fault", "allowed")),)
_LOOK_EVERY_S: Final = 0.5
_LONGEST: Final = 64


class Connector:
    """The folder of one connector."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.require_screen()

    def require_screen(self) -> None:
        """Raises PortLost while no screen answers: a socket without a screen is as good as none."""
        if self.read("status") == "disconnected":
            raise PortLost(f"no screen answers on {self.folder.name}; look at the HDMI plug and at the screen's mains")

    def read(self, name: str) -> str:
        """One file's word; raises PortLost when the connector is gone."""
        try:
            with (self.folder / name).open("rb") as file:
                return file.read(_LONGEST).decode("ascii", "replace").strip()
        except OSError as problem:
            raise PortLost(f"{self.folder}: {problem.strerror}; look at the graphics driver") from problem

    def close(self) -> None:
        """Nothing is open between two looks."""


def open_channel(url: str, baud: int, root: Path = ROOT) -> Connector:
    """``drm:HDMI-A-1`` for a connector of this machine, ``file:/folder`` for a copy of one."""
    form, _, name = url.partition(":")
    if form == "file":
        return Connector(Path(name))
    found = sorted(root.glob(f"card*-{name}"))
    if not found:
        there = sorted(path.name.partition("-")[2] for path in root.glob("card*-*"))
        raise PortLost(f"there is no connector {name}; there are: {', '.join(there) or 'none'}")
    return Connector(found[0])


class HdmiDisplay:
    """A `drivers.driver.Driver` for one connector."""

    poll_every_s: float | None = _LOOK_EVERY_S

    def __init__(
        self, device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any] | None = None
    ) -> None:
        chosen = read_options(OPTIONS, options or {})
        self.device = device
        self._tell = tell
        self._dark_allowed = chosen["dark"] == "allowed"
        self._told: DisplayState | None = None

    def handshake(self, channel: Connector) -> None:
        self._told = None
        self._look(channel)

    def perform(self, channel: Connector, order: Order) -> None:
        raise DeviceFault("no_such_order", "a screen on HDMI is switched by its own timer")

    def poll(self, channel: Connector) -> None:
        self._look(channel)

    def heard(self, channel: Connector, data: bytes) -> None:
        """A connector says nothing by itself."""

    def forget(self) -> None:
        self._told = None

    def _look(self, channel: Connector) -> None:
        channel.require_screen()
        lit = channel.read("enabled") == "enabled" and channel.read("dpms") == "On"
        self._say("on" if lit else "off")
        if not lit and not self._dark_allowed:
            raise DeviceFault("no_picture_sent", f"{self.device}: the screen is there, and no picture is sent to it")

    def _say(self, power: str) -> None:
        state = DisplayState(self.device, power)
        if state != self._told:
            self._told = state
            self._tell(state)
