"""A made-up ticker sign: the smallest driver that is one. See README.md for the frame and the options."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.transport import SerialTransport
from ticker_sign.driver import OPTIONS, TickerSign

MANIFEST = Manifest(
    name="example-ticker",
    version="1.0",
    capabilities=("show_text", "switch", "brightness"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=TickerSign,
    kind=Kind.SIGN,
    options=OPTIONS,
    repeatable=frozenset({"ShowText", "SwitchSign", "SetBrightness"}),
)
