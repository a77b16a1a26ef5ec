"""A call terminal made of push-buttons on a Modbus input board (README.md has the frames)."""

from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.modbus_bus import open_channel
from drivers.modbus_keypad.driver import OPTIONS, ModbusKeypad, build

__all__ = ["MANIFEST", "ModbusKeypad"]

# No probe of its own: on the wire it is an input board, which modbus-inputs finds; what hangs on it, nobody can ask.
MANIFEST = Manifest(
    name="modbus-keypad",
    version="1",
    capabilities=("keys",),
    default_baud=9600,
    open_channel=open_channel,
    build=build,
    kind=Kind.CALL_TERMINAL,
    channel="modbus",
    options=OPTIONS,
    addresses=(1, 255),
    needs_window=True,
)
