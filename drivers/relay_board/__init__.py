"""The amplifier's zone relays and other outputs on a Waveshare Modbus relay board (README.md has the frames)."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.modbus_bus import ModbusBus, open_channel
from drivers.relay_board.driver import RelayBoard, build

__all__ = [
    "MANIFEST",
    "ModbusBus",
    "RelayBoard",
    "build",
    "open_channel",
]

MANIFEST = Manifest(
    name="waveshare-relay",
    version="1",
    capabilities=("zones", "pulse"),
    default_baud=9600,
    open_channel=open_channel,
    build=build,
    kind=Kind.RELAYS,
    addresses=(1, 247),
    repeatable=frozenset({"SwitchRelays"}),
)
