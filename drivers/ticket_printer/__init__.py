"""The ticket printer: ESC/POS with Chinese text. See README.md for the bytes and the options."""

from __future__ import annotations

from typing import Final

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.ticket_printer.driver import build
from drivers.ticket_printer.probe import PROBE
from drivers.ticket_printer.profile import OPTIONS
from drivers.transport import SerialTransport

__all__ = [
    "MANIFEST",
]

MANIFEST: Final = Manifest(
    name="escpos-printer",
    version="1",
    capabilities=("print-slip", "paper-status"),
    default_baud=115200,
    open_channel=SerialTransport,
    build=build,
    kind=Kind.PRINTER,
    options=OPTIONS,
    probe=PROBE,
)
