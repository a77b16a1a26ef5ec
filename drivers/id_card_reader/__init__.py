"""The ID-card reader: SAM_V module, SDT command set. See README.md for the frame and the options."""

from __future__ import annotations

from typing import Final

from drivers.driver import Manifest
from drivers.id_card_reader.card import IdCard
from drivers.id_card_reader.card_text import CardKind
from drivers.id_card_reader.driver import OPTIONS, CardRead, CardRemoved, CardUnreadable, build
from drivers.id_card_reader.probe import PROBE
from drivers.kind import Kind
from drivers.transport import SerialTransport

__all__ = ["MANIFEST", "CardKind", "CardRead", "CardRemoved", "CardUnreadable", "IdCard"]

MANIFEST: Final = Manifest(
    name="sam-id-card",
    version="1",
    capabilities=("read-card",),
    default_baud=115200,
    open_channel=SerialTransport,
    build=build,
    kind=Kind.CARD_READER,
    options=OPTIONS,
    probe=PROBE,
)
