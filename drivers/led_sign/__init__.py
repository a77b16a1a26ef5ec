"""LED window sign on an Onbon BX-5K/6K font card."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.led_sign.driver import OnbonSign
from drivers.led_sign.options import OPTIONS
from drivers.led_sign.probe import PROBE
from drivers.transport import SerialTransport

__all__ = [
    "MANIFEST",
    "OnbonSign",
]

MANIFEST = Manifest(
    name="onbon-bx-sign",
    version="1",
    capabilities=("show_text", "blink", "pages", "switch", "brightness", "clock"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=OnbonSign,
    kind=Kind.SIGN,
    options=OPTIONS,
    addresses=(1, 0xFFFD),
    needs_window=True,
    repeatable=frozenset({"ShowText", "SwitchSign", "SetBrightness", "SetClock"}),
    probe=PROBE,
)
