"""Which simulated device stands for which driver of ``hall.toml``: one line each."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, Protocol, cast

from hall_config.models import DevicePart
from simulators.device import Device


class Maker(Protocol):
    """How each simulated device on a line of bytes is made."""

    def __call__(
        self, device_id: str, *, address: int = 1, window: int | None = None, seed: int = 0, options: Mapping[str, Any]
    ) -> Device: ...


# Module and class; loaded when a hall file names the driver, so that a hall without signs loads no fonts.
_MAKERS: Final[dict[str, tuple[str, str]]] = {
    "sam-id-card": ("simulators.id_card_reader", "SimulatedSamReader"),
    "escpos-printer": ("simulators.ticket_printer", "SimulatedEscposPrinter"),
    "onbon-bx-sign": ("simulators.led_sign", "SimulatedOnbonSign"),
    "lumen-cpower-sign": ("simulators.lumen_sign", "SimulatedLumenSign"),
    "a090-sign": ("simulators.strip_sign", "SimulatedStripSign"),
    "ff68-terminal": ("simulators.call_terminal", "SimulatedCallTerminal"),
    "modbus-inputs": ("simulators.input_board", "SimulatedInputBoard"),
    "modbus-keypad": ("simulators.input_board", "SimulatedKeypad"),
    "waveshare-relay": ("simulators.relay_board", "SimulatedRelayBoard"),
    "plain-code-reader": ("simulators.code_reader", "SimulatedPlainReader"),
    "gm65-code-reader": ("simulators.code_reader", "SimulatedGm65Reader"),
    "newland-code-reader": ("simulators.code_reader", "SimulatedNewlandReader"),
    "speaker": ("simulators.speaker", "SimulatedSpeaker"),
    "pjlink-display": ("simulators.projector", "SimulatedProjector"),
    "v4l2-camera": ("simulators.document_camera", "SimulatedDocumentCamera"),
    "hdmi-display": ("simulators.hdmi_display", "SimulatedHdmiDisplay"),
}
PIN_KINDS: Final[dict[str, str]] = {"gpio-button": "button", "gpio-contact": "contact", "gpio-output": "output"}
# A pseudo-terminal is too narrow for sound, and PJLink is spoken over TCP only.
NETWORK_DRIVERS: Final = frozenset({"speaker", "pjlink-display"})
DEFAULT_BAUD: Final[dict[str, int]] = {
    "sam-id-card": 115_200,
    "escpos-printer": 115_200,
    "lumen-cpower-sign": 115_200,
}  # the others: 9600


class UnknownDevice(ValueError):
    """No simulator stands for that driver."""


def make_device(part: DevicePart, seed: int) -> Device:
    """The simulated device that the hall file describes; its chance comes from the seed and its own name."""
    try:
        module, name = _MAKERS[part.driver]
    except KeyError:
        raise UnknownDevice(f"device {part.id}: no simulator for driver {part.driver}") from None
    maker = cast(Maker, getattr(import_module(module), name))
    return maker(
        part.id,
        address=1 if part.address is None else part.address,
        window=part.window,
        seed=seed ^ zlib.crc32(part.id.encode()),
        options=part.options,
    )
