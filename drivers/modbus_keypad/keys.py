"""What the keys of a keypad mean: input number -> action, as configuration. An input that stands in no table is dead.

An action is one of the names of `drivers.kinds.call_terminal.Action` that need no digits, or ``transfer:3`` for a key
that transfers to window 3. A keypad has no digits, so nobody calls a number or signs in by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from drivers.kinds.call_terminal import Action

_DIGITS_NEEDED: Final = frozenset({Action.CALL_NUMBER, Action.LOGIN, Action.BEEP_ADDRESS})
_PLAIN: Final = tuple(action for action in Action if action not in _DIGITS_NEEDED | {Action.TRANSFER})
_TRANSFER: Final = "transfer:"
_LAST_WINDOW: Final = 99

FACTORY_KEYS: Final[Mapping[str, str]] = {
    "0": "call_next",
    "1": "recall",
    "2": "start",
    "3": "finish",
    "4": "no_show",
    "5": "hold",
    "6": "resume",
    "7": "pause",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one key asks for."""

    action: Action
    number: int | None = None


def key_table(keys: Mapping[str, object], inputs: int) -> Mapping[int, Meaning]:
    """The table, checked; a ValueError says what is wrong in it."""
    found: dict[int, Meaning] = {}
    for key, name in keys.items():
        if not (key.isascii() and key.isdecimal()) or int(key[:4]) >= inputs:
            raise ValueError(f"keys are numbered 0 to {inputs - 1} like the inputs, there is no key {key!r}")
        found[int(key)] = _meaning(key, name)
    if not found:
        raise ValueError("keys must give at least one key a meaning")
    return found


def _meaning(key: str, name: object) -> Meaning:
    if isinstance(name, str) and name.startswith(_TRANSFER):
        window = name.removeprefix(_TRANSFER)
        if window.isascii() and window.isdecimal() and 1 <= int(window[:4]) <= _LAST_WINDOW:
            return Meaning(Action.TRANSFER, int(window))
    for action in _PLAIN:
        if name == action.value:
            return Meaning(action)
    known = ", ".join(action.value for action in _PLAIN)
    raise ValueError(f"keys: {name!r} (key {key}) is none of {known}, transfer:WINDOW")
