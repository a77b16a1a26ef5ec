"""Speaker zones, locks and lamps on a Modbus relay board, Waveshare's or any with plain coils (see README.md)."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.modbus_bus import ModbusBus, open_channel
from drivers.relay_board.driver import RelayBoard, build
from drivers.relay_board.options import OPTIONS
from drivers.relay_board.probe import PROBE

__all__ = [
    "MANIFEST",
    "ModbusBus",
    "RelayBoard",
    "build",
    "open_channel",
]

MANIFEST = Manifest(
    name="waveshare-relay",
    version="2",
    capabilities=("zones", "pulse", "lamps"),
    default_baud=9600,
    open_channel=open_channel,
    build=build,
    kind=Kind.RELAYS,
    channel="modbus",
    options=OPTIONS,
    addresses=(1, 247),
    repeatable=frozenset({"SwitchRelays", "LightRelay"}),
    probe=PROBE,
    points="relays",
)
