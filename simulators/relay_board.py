"""A Waveshare Modbus relay board from the board's side: its relays, their pulses, and what it refuses.

Written from the board's wiki page ("Modbus RTU Relay"); the bytes around it are those of ``modbus_slave.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.modbus_slave import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    ModbusBoard,
    Refused,
    bits_answer,
    place_and_value,
    registers_answer,
)
from simulators.relay_board_picture import draw_board

_RELAYS: Final = 8
_VERSION: Final = 200  # V2.00
_TOGGLE: Final = 0x5500
_ALL: Final = 0x00FF
_OLD_ALL_ON: Final = 0xFFFF
_OTHER_HALF: Final = (0x02, 0x10)  # functions of the inputs of a board that has both


class SimulatedRelayBoard(ModbusBoard):
    """One board. Actions: ``answer_exception`` {code, times}, ``other_address`` {address}, ``answer_as`` {address},
    ``reset``. ``firmware`` "old" is one from before September 2021, "none" one of a maker without pulses."""

    kind = "waveshare-relay"
    article = "a relay board"

    def __init__(
        self,
        device_id: str,
        *,
        address: int = 1,
        window: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
        firmware: str = "new",
    ) -> None:
        super().__init__(device_id, address, window)
        given = (options or {}).get("relays", _RELAYS)
        self.relays = [False] * (given if type(given) is int and 1 <= given <= 32 else _RELAYS)
        self.firmware = firmware
        self.has_inputs = False  # an input board of the same hall is the other half of this one
        self.moved: Callable[[], None] = lambda: None  # told of each relay that moves: the amplifier behind them
        self._ends_at_s: dict[int, tuple[float, bool]] = {}  # relay: when the board moves it by itself, and to what
        self._moves = [0] * len(self.relays)

    def passes(self, steady_s: float) -> None:
        for relay, (when_s, on) in list(self._ends_at_s.items()):
            if steady_s >= when_s:
                del self._ends_at_s[relay]
                self._move(relay, on)

    def act(self, action: str, arguments: Mapping[str, Any]) -> bool:
        if action != "reset":
            return False
        self._reset()
        return True

    def show(self) -> dict[str, Any]:
        return {
            "relays": list(self.relays),
            "on": [relay for relay, on in enumerate(self.relays) if on],
            "moves": list(self._moves),
            "pulsing": sorted(self._ends_at_s),
            **super().show(),
        }

    def picture(self) -> bytes | None:
        return draw_board(self.relays, address=self.slave.address)

    def any_on(self, zones: frozenset[int]) -> bool:
        """One of these relays is on: what the speaker behind the amplifier needs to be heard."""
        return any(self.relays[zone] for zone in zones if 0 <= zone < len(self.relays))

    def drive(self, relay: int, on: bool) -> None:
        """An input of this same board moves its relay, as boards do on delivery."""
        if relay < len(self.relays):
            self._set(relay, on)

    # --- the board --------------------------------------------------------------------------------------------

    def carry_out(self, function: int, data: bytes) -> bytes | None:
        place, value = place_and_value(data)
        if self.has_inputs and (function in _OTHER_HALF or (function in (3, 6) and place & 0xFF00 == 0x1000)):
            return None
        match function:
            case 0x01:
                return bits_answer(function, self.relays, data)
            case 0x03:
                if value > 1:
                    raise Refused(ILLEGAL_VALUE)
                return registers_answer(self._registers(), data)
            case 0x05:
                self._switch(place, value)
            case 0x06:
                self._set_register(place, value)
            case 0x0F:
                self._switch_many(place, value, data[4:])
            case _:
                raise Refused(ILLEGAL_FUNCTION)
        return bytes((function,)) + data[:4]

    def _registers(self) -> Mapping[int, int]:
        return {} if self.firmware == "none" else {0x4000: self.slave.address, 0x8000: _VERSION}

    def _set_register(self, place: int, value: int) -> None:
        if place != 0x4000 or self.firmware == "none":
            raise Refused(ILLEGAL_ADDRESS)
        if not 1 <= value <= 255:
            raise Refused(ILLEGAL_VALUE)
        self.slave.address = value

    def _switch(self, place: int, value: int) -> None:
        bank, relay = place & 0xFF00, place & 0x00FF
        if place == _ALL and self.firmware != "none":
            self._switch_all(value)
            return
        known_banks = (0x0000,) if self.firmware == "none" else (0x0000, 0x0200, 0x0400)
        if relay >= len(self.relays) or bank not in known_banks:
            raise Refused(ILLEGAL_ADDRESS)
        if bank:
            if not 1 <= value <= 0x7FFF:
                raise Refused(ILLEGAL_VALUE)
            self._move(relay, bank == 0x0200)
            self._ends_at_s[relay] = (self.slave.now_s + value / 10, bank == 0x0400)
            return
        self._set(relay, self._wanted(value, {0xFF00: True, 0x0000: False, _TOGGLE: not self.relays[relay]}))

    def _switch_all(self, value: int) -> None:
        on = _OLD_ALL_ON if self.firmware == "old" else 0xFF00
        wanted = self._wanted(value, {on: True, 0x0000: False})
        for relay in range(len(self.relays)):
            self._set(relay, wanted)

    @staticmethod
    def _wanted(value: int, meanings: Mapping[int, bool]) -> bool:
        if value not in meanings:
            raise Refused(ILLEGAL_VALUE)
        return meanings[value]

    def _switch_many(self, first: int, count: int, rest: bytes) -> None:
        size = (count + 7) // 8
        if first >= len(self.relays) or first + count > len(self.relays):
            raise Refused(ILLEGAL_ADDRESS)
        if count == 0 or len(rest) != 1 + size or rest[0] != size:
            raise Refused(ILLEGAL_VALUE)
        states = int.from_bytes(rest[1:], "little")
        for index in range(count):
            self._set(first + index, bool(states >> index & 1))

    def _set(self, relay: int, on: bool) -> None:
        self._ends_at_s.pop(relay, None)
        self._move(relay, on)

    def _move(self, relay: int, on: bool) -> None:
        if self.relays[relay] != on:
            self.relays[relay] = on
            self._moves[relay] += 1
            self.moved()

    def _reset(self) -> None:
        self.slave.reset()
        for relay in range(len(self.relays)):
            self._set(relay, False)
