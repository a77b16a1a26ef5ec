"""Call terminal of the FF 68 family, 21 keys, with its button evaluator."""

from drivers.call_terminal.driver import Beep, CallTerminal, EvaluatorPressed, ShowNumbers, TerminalAsked
from drivers.call_terminal.keys import Action, Key
from drivers.driver import Manifest
from drivers.transport import SerialTransport

__all__ = ["MANIFEST", "Action", "Beep", "CallTerminal", "EvaluatorPressed", "Key", "ShowNumbers", "TerminalAsked"]

MANIFEST = Manifest(
    name="ff68-terminal",
    version="1",
    capabilities=("keys", "numbers", "beep", "evaluator"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=CallTerminal,
)
