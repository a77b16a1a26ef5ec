"""Call terminal of the FF 68 family, 21 keys, with its button evaluator."""

from drivers.call_terminal.driver import CallTerminal
from drivers.call_terminal.keys import Key
from drivers.call_terminal.probe import PROBE
from drivers.call_terminal.settings import OPTIONS
from drivers.driver import Manifest
from drivers.kind import Kind
from drivers.transport import SerialTransport

__all__ = [
    "MANIFEST",
    "CallTerminal",
    "Key",
]

MANIFEST = Manifest(
    name="ff68-terminal",
    version="1",
    capabilities=("keys", "numbers", "beep", "evaluator"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=CallTerminal,
    kind=Kind.CALL_TERMINAL,
    options=OPTIONS,
    addresses=(1, 127),
    needs_window=True,
    repeatable=frozenset({"ShowNumbers", "ShowGrade"}),
    probe=PROBE,
)
