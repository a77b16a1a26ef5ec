"""The amplifier's zone relays and other outputs on a Waveshare Modbus relay board (README.md has the frames)."""

from drivers.driver import Manifest
from drivers.zone_relay.bus import RelayBus, open_channel
from drivers.zone_relay.driver import PulseRelay, RelaysRead, SwitchRelays, ZoneRelay, build

__all__ = [
    "MANIFEST",
    "PulseRelay",
    "RelayBus",
    "RelaysRead",
    "SwitchRelays",
    "ZoneRelay",
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
)
