"""Door contacts, push-buttons and other inputs on a Modbus board (README.md has the frames)."""

from drivers.driver import Manifest
from drivers.input_board.driver import InputBoard, build
from drivers.input_board.probe import PROBE
from drivers.kind import Kind
from drivers.modbus_bus import open_channel
from drivers.modbus_inputs import INPUT_OPTIONS

__all__ = ["MANIFEST", "InputBoard"]

MANIFEST = Manifest(
    name="modbus-inputs",
    version="1",
    capabilities=("inputs",),
    default_baud=9600,
    open_channel=open_channel,
    build=build,
    kind=Kind.INPUTS,
    channel="modbus",
    options=INPUT_OPTIONS,
    addresses=(1, 255),
    probe=PROBE,
    points="inputs",
)
