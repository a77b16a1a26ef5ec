"""LED strip on the wire of the call terminals: the "A0 90" form and its plain sister."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.strip_sign.driver import StripSign
from drivers.strip_sign.options import OPTIONS
from drivers.transport import SerialTransport

__all__ = [
    "MANIFEST",
    "StripSign",
]

MANIFEST = Manifest(
    name="a090-sign",
    version="1",
    capabilities=("show_text", "blink", "pages", "switch"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=StripSign,
    kind=Kind.SIGN,
    options=OPTIONS,
    addresses=(1, 0xFF),
    address_space="a090",
    needs_window=True,
    repeatable=frozenset({"ShowText", "SwitchSign"}),
)
