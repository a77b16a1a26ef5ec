"""A Modbus board of inputs from the board's side, and the same board with push-buttons on it: a keypad.

Written from the boards' wiki pages ("Modbus RTU IO 8CH", "Modbus RTU Relay (D)"); the bytes around it are those of
``modbus_slave.py``. What a person does: ``press`` an input for a moment, ``set`` it for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.device import WrongArgument, no_others
from simulators.input_board_picture import draw_inputs, draw_keypad
from simulators.modbus_slave import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    ModbusBoard,
    Refused,
    bits_answer,
    place_and_value,
    registers_answer,
    whole_number,
)

_INPUTS: Final = 8
_VERSION: Final = 200
_PRESS_S: Final = 0.4
_MODES: Final = 0x1000
_DRIVES_RELAY: Final = 0x0001  # as delivered: an input moves the relay of its own number
_KNOWN_MODES: Final = (0x0000, 0x0001, 0x0002)
_KEYS: Final = ("call_next", "recall", "start", "finish", "no_show", "hold", "resume", "pause")


class SimulatedInputBoard(ModbusBoard):
    """One board. Actions: ``press`` {input}, ``set`` {input, on}, ``answer_exception`` {code, times},
    ``other_address`` {address}, ``answer_as`` {address}, ``reset``."""

    kind = "modbus-inputs"
    article = "an input board"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(device_id, address, window)
        self.options = options or {}
        given = self.options.get("inputs", _INPUTS)
        self.inputs = [False] * (given if type(given) is int and 1 <= given <= 32 else _INPUTS)
        self.modes = [_DRIVES_RELAY] * len(self.inputs)
        self.moved: Callable[[int, bool], None] = lambda channel, on: None  # its own relays, if it has any
        self.half = False  # the relays of this board are a device of their own
        self._presses = [0] * len(self.inputs)
        self._release_at_s: dict[int, float] = {}

    def passes(self, steady_s: float) -> None:
        for channel, when_s in list(self._release_at_s.items()):
            if steady_s >= when_s:
                del self._release_at_s[channel]
                self._set(channel, self._rests(channel))

    def act(self, action: str, arguments: Mapping[str, Any]) -> bool:
        match action:
            case "press":
                no_others(arguments, "input")
                channel = whole_number(arguments, "input", 0, len(self.inputs) - 1)
                self._presses[channel] += 1
                self._set(channel, not self._rests(channel))
                self._release_at_s[channel] = self.slave.now_s + _PRESS_S
            case "set":
                no_others(arguments, "input", "on")
                channel = whole_number(arguments, "input", 0, len(self.inputs) - 1)
                on = arguments.get("on")
                if not isinstance(on, bool):
                    raise WrongArgument("on", f"on must be true or false, not {on!r}")
                self._release_at_s.pop(channel, None)
                self._set(channel, on)
            case "reset":
                self.slave.reset()
            case _:
                return False
        return True

    def show(self) -> dict[str, Any]:
        return {
            "inputs": list(self.inputs),
            "on": [channel for channel, on in enumerate(self.inputs) if on],
            "presses": list(self._presses),
            "modes": list(self.modes),
            **super().show(),
        }

    def picture(self) -> bytes | None:
        return draw_inputs(self.inputs, address=self.slave.address)

    # --- the board --------------------------------------------------------------------------------------------

    def carry_out(self, function: int, data: bytes) -> bytes | None:
        place, value = place_and_value(data)
        if self.half and not (function == 2 or (function in (3, 6) and place & 0xFF00 == _MODES)):
            return None
        match function:
            case 0x02:
                return bits_answer(function, self.inputs, data)
            case 0x03:
                return registers_answer(self._registers(), data)
            case 0x06:
                self._set_register(place, value)
            case _:
                raise Refused(ILLEGAL_FUNCTION)
        return bytes((function,)) + data[:4]

    def _registers(self) -> Mapping[int, int]:
        modes = {_MODES + channel: mode for channel, mode in enumerate(self.modes)}
        return {0x4000: self.slave.address, 0x8000: _VERSION} | modes

    def _set_register(self, place: int, value: int) -> None:
        channel = place - _MODES
        if 0 <= channel < len(self.modes):
            if value not in _KNOWN_MODES:
                raise Refused(ILLEGAL_VALUE)
            self.modes[channel] = value
        elif place == 0x4000:
            if not 1 <= value <= 255:
                raise Refused(ILLEGAL_VALUE)
            self.slave.address = value
        else:
            raise Refused(ILLEGAL_ADDRESS)

    def _rests(self, channel: int) -> bool:
        """How an input is when nobody does anything: contacts that rest closed are on."""
        inverted = self.options.get("invert", ())
        return isinstance(inverted, list | tuple) and channel in inverted

    def _set(self, channel: int, on: bool) -> None:
        if self.inputs[channel] != on:
            self.inputs[channel] = on
            if self.modes[channel] != 0:
                self.moved(channel, on)


class SimulatedKeypad(SimulatedInputBoard):
    """The same board in a case with keys."""

    kind = "modbus-keypad"

    def labels(self) -> list[str]:
        """What stands on each key: the action that the hall file gives it; empty for a dead one."""
        keys = self.options.get("keys")
        table = keys if isinstance(keys, Mapping) else {str(place): key for place, key in enumerate(_KEYS)}
        return [str(table.get(str(channel), "")) for channel in range(len(self.inputs))]

    def show(self) -> dict[str, Any]:
        return {**super().show(), "keys": self.labels()}

    def picture(self) -> bytes | None:
        return draw_keypad(self.inputs, self.labels(), address=self.slave.address)
