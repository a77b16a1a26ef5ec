"""LED window sign on an Onbon BX-5K/6K font card."""

from drivers.driver import Manifest
from drivers.led_sign.driver import OnbonSign, SetBrightness, ShowText, SwitchSign
from drivers.transport import SerialTransport

__all__ = ["MANIFEST", "OnbonSign", "SetBrightness", "ShowText", "SwitchSign"]

MANIFEST = Manifest(
    name="onbon-bx-sign",
    version="1",
    capabilities=("show_text", "blink", "pages", "switch", "brightness"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=OnbonSign,
)
