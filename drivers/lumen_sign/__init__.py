"""LED window sign on a Lumen C-Power card, with the card's own fonts or with pictures of ours."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.lumen_sign.driver import LumenSign
from drivers.lumen_sign.options import OPTIONS
from drivers.lumen_sign.probe import PROBE
from drivers.transport import SerialTransport

__all__ = [
    "MANIFEST",
    "LumenSign",
]

MANIFEST = Manifest(
    name="lumen-cpower-sign",
    version="1",
    capabilities=("show_text", "blink", "pages", "switch", "brightness"),
    default_baud=115_200,
    open_channel=SerialTransport,
    build=LumenSign,
    kind=Kind.SIGN,
    options=OPTIONS,
    addresses=(1, 0xFE),
    needs_window=True,
    repeatable=frozenset({"ShowText", "SwitchSign", "SetBrightness"}),
    probe=PROBE,
)
