"""ESC/POS as a Chinese thermal printer reads it: bytes from its buffer, one command at a time, to marks on paper.

Written from the Epson ESC/POS command reference and GB 18030. A command that is not known costs its two first bytes
and is counted; a character that the printer's fonts have not is printed as a box.

    1B 40 initialise      1B 61 n align        1B 21 n, 1D 21 n, 1C 21 n size     1B 45 n bold     1B 2D n underline
    1C 26, 1C 2E Chinese  1B 64 n, 1B 4A n feed   1D 56 m cut   1D 76 30 raster   1D 28 6B QR   1D 72 n, 1D 61 n status
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import segno

from simulators.escpos_paper import CELL_DOTS, LINE_DOTS, Blank, Cell, Dots, Line, Slip

_DLE, _ESC, _FS, _GS = 0x10, 0x1B, 0x1C, 0x1D
_BOX: Final = "□"
_TAB_COLUMNS: Final = 8
_LONGEST_RASTER_ROWS: Final = 2400
# How many bytes follow the two of the command, for those that only set something or are passed over.
_PLAIN: Final = {
    (_ESC, 0x40): 0, (_ESC, 0x61): 1, (_ESC, 0x21): 1, (_ESC, 0x45): 1, (_ESC, 0x47): 1, (_ESC, 0x2D): 1,
    (_ESC, 0x64): 1, (_ESC, 0x4A): 1, (_ESC, 0x32): 0, (_ESC, 0x33): 1, (_ESC, 0x74): 1, (_ESC, 0x52): 1,
    (_ESC, 0x20): 1, (_ESC, 0x4D): 1, (_ESC, 0x70): 3, (_ESC, 0x69): 0, (_ESC, 0x6D): 0,
    (_FS, 0x26): 0, (_FS, 0x2E): 0, (_FS, 0x21): 1, (_FS, 0x2D): 1, (_FS, 0x53): 2,
    (_GS, 0x21): 1, (_GS, 0x42): 1, (_GS, 0x72): 1, (_GS, 0x61): 1, (_GS, 0x4C): 2, (_GS, 0x57): 2, (_GS, 0x50): 2,
    (_DLE, 0x04): 1, (_DLE, 0x05): 1, (_DLE, 0x14): 3,
}  # fmt: skip
_LEVELS: Final = {0x30: "l", 0x31: "m", 0x32: "q", 0x33: "h"}


@dataclass(frozen=True, slots=True)
class Engine:
    """What this printer is."""

    width_dots: int = 576
    charset: str = "gb18030"
    chinese_at_start: bool = False
    draws_qr: bool = True


@dataclass(frozen=True, slots=True)
class Mode:
    """What the commands have set; `1B 40` brings all of it back."""

    chinese: bool
    align: int = 0
    wide: int = 1
    high: int = 1
    chinese_wide: int = 1
    chinese_high: int = 1
    bold: bool = False
    underline: bool = False
    line_dots: int = LINE_DOTS
    qr_size: int = 3
    qr_level: str = "l"


class Interpreter:
    """Eats commands from a buffer. ``answer`` is called for buffered status, ``watch`` for ``1D 61``."""

    def __init__(
        self, engine: Engine, answer: Callable[[int], None], watch: Callable[[int], None], cut: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._answer = answer
        self._watch = watch
        self._cut = cut
        self._cells: list[Cell] = []
        self._width = 0  # of the cells
        self._mode = Mode(chinese=engine.chinese_at_start)
        self._qr_data = b""
        self._slip = Slip(0)
        self.unknown_commands = 0

    def step(self, buffer: bytearray, slip: Slip) -> int | None:
        """Carry out what stands first in the buffer; how many dots of paper it moved, None if it is not all there."""
        self._slip = slip
        before = slip.height_dots
        taken = self._take(buffer)
        if taken == 0:
            return None
        del buffer[:taken]
        return slip.height_dots - before

    def _take(self, buffer: bytearray) -> int:
        if not buffer:
            return 0
        first = buffer[0]
        if first not in (_DLE, _ESC, _FS, _GS):
            return self._character(buffer)
        if len(buffer) < 2:
            return 0
        command = (first, buffer[1])
        if command in _PLAIN:
            size = 2 + _PLAIN[command]
            if len(buffer) < size:
                return 0
            self._plain(command, bytes(buffer[2:size]))
            return size
        match command:
            case (0x1D, 0x56):
                return self._knife(buffer)
            case (0x1D, 0x76):
                return self._raster(buffer)
            case (0x1D, 0x28):
                return self._function(buffer)
            case _:
                self.unknown_commands += 1
                return 2

    def _plain(self, command: tuple[int, int], values: bytes) -> None:
        value = values[0] if values else 0
        mode = self._mode
        match command:
            case (0x1B, 0x40):
                self._clear_line()
                self._mode = Mode(chinese=self._engine.chinese_at_start)
            case (0x1B, 0x61) if value % 48 <= 2:
                self._mode = replace(mode, align=value % 48)
            case (0x1B, 0x21):
                self._mode = replace(
                    mode, wide=1 + (value >> 5 & 1), high=1 + (value >> 4 & 1), bold=bool(value & 8), chinese_wide=1,
                    chinese_high=1, underline=bool(value & 0x80),
                )  # fmt: skip
            case (0x1D, 0x21) if value & 0x88 == 0:
                wide, high = (value >> 4) + 1, (value & 7) + 1
                self._mode = replace(mode, wide=wide, high=high, chinese_wide=wide, chinese_high=high)
            case (0x1C, 0x21):
                self._mode = replace(mode, chinese_wide=1 + (value >> 2 & 1), chinese_high=1 + (value >> 3 & 1))
            case (0x1B, 0x45) | (0x1B, 0x47):
                self._mode = replace(mode, bold=bool(value & 1))
            case (0x1B, 0x2D) | (0x1C, 0x2D):
                self._mode = replace(mode, underline=value % 48 > 0)
            case (0x1C, 0x26) | (0x1C, 0x2E):
                self._mode = replace(mode, chinese=command[1] == 0x26)
            case (0x1B, 0x32) | (0x1B, 0x33):
                self._mode = replace(mode, line_dots=LINE_DOTS if command[1] == 0x32 else value)
            case _:
                self._act(command, value)

    def _act(self, command: tuple[int, int], value: int) -> None:
        match command:
            case (0x1B, 0x64):
                self._end_line(only_if_text=True)
                self._slip.burn(Blank(value * self._mode.line_dots))
            case (0x1B, 0x4A):
                self._end_line(only_if_text=True)
                self._slip.burn(Blank(value))
            case (0x1D, 0x72) if value in (1, 49):
                self._answer(value)
            case (0x1D, 0x61):
                self._watch(value)
            case (0x1B, 0x69) | (0x1B, 0x6D):
                self._cut("full" if command[1] == 0x69 else "partial")

    # text

    def _character(self, buffer: bytearray) -> int:
        first = buffer[0]
        if first == 0x0A:
            self._end_line()
        elif first == 0x09:
            columns = self._width // (CELL_DOTS // 2)
            for _ in range(_TAB_COLUMNS - columns % _TAB_COLUMNS):
                self._put(" ", half=True)
        elif 0x20 <= first < 0x7F:
            self._put(chr(first), half=True)
        elif first >= 0x80:
            return self._high_character(buffer)
        return 1

    def _high_character(self, buffer: bytearray) -> int:
        if not self._mode.chinese:
            self._put(bytes(buffer[:1]).decode("cp437"), half=True)
            return 1
        size = 2 if len(buffer) < 2 or not 0x30 <= buffer[1] <= 0x39 else 4
        if len(buffer) < size:
            return 0
        try:
            character = bytes(buffer[:size]).decode(self._engine.charset)
        except UnicodeDecodeError:
            second_fits = buffer[1] >= 0x40 and buffer[1] != 0x7F
            self._put(_BOX, half=False)
            return 2 if second_fits else 1
        self._put(character[0], half=False)
        return size

    def _put(self, character: str, *, half: bool) -> None:
        mode = self._mode
        wide, high = (mode.wide, mode.high) if half else (mode.chinese_wide, mode.chinese_high)
        cell = Cell(character, half, wide, high, mode.bold, mode.underline)
        if self._width + cell.width_dots > self._engine.width_dots:
            self._end_line()
        self._cells.append(cell)
        self._width += cell.width_dots

    def _clear_line(self) -> None:
        self._cells.clear()
        self._width = 0

    def _end_line(self, *, only_if_text: bool = False) -> None:
        if not self._cells:
            if not only_if_text:
                self._slip.burn(Blank(self._mode.line_dots))
            return
        tallest = max(cell.high for cell in self._cells)
        height = max(self._mode.line_dots, CELL_DOTS * tallest + LINE_DOTS - CELL_DOTS)
        self._slip.burn(Line(tuple(self._cells), self._mode.align, height))
        self._clear_line()

    # commands of their own length

    def _knife(self, buffer: bytearray) -> int:
        if len(buffer) < 3:
            return 0
        how = buffer[2]
        if how in (0, 1, 48, 49):
            self._end_line(only_if_text=True)
            self._cut("full" if how % 48 == 0 else "partial")
            return 3
        if how in (65, 66):
            if len(buffer) < 4:
                return 0
            self._end_line(only_if_text=True)
            self._slip.burn(Blank(buffer[3]))
            self._cut("full" if how == 65 else "partial")
            return 4
        self.unknown_commands += 1
        return 2

    def _raster(self, buffer: bytearray) -> int:
        if len(buffer) < 8:
            return 0
        width, height = int.from_bytes(buffer[4:6], "little"), int.from_bytes(buffer[6:8], "little")
        fits = width > 0 and 0 < height <= _LONGEST_RASTER_ROWS and width <= self._engine.width_dots // 8
        if buffer[2] != 0x30 or not fits:
            self.unknown_commands += 1
            return 8
        size = 8 + width * height
        if len(buffer) < size:
            return 0
        self._end_line(only_if_text=True)
        rows = (bytes(buffer[start : start + width]) for start in range(8, size, width))
        self._slip.burn(Dots(tuple(rows), self._mode.align))
        return size

    def _function(self, buffer: bytearray) -> int:
        if len(buffer) < 5:
            return 0
        size = 5 + int.from_bytes(buffer[3:5], "little")
        if len(buffer) < size:
            return 0
        content = bytes(buffer[5:size])
        if buffer[2] == 0x6B and len(content) >= 3 and content[0] == 0x31 and self._engine.draws_qr:
            self._qr(content[1], content[2:])
        else:
            self.unknown_commands += 1
        return size

    def _qr(self, function: int, values: bytes) -> None:
        match function:
            case 0x43 if 1 <= values[0] <= 16:
                self._mode = replace(self._mode, qr_size=values[0])
            case 0x45 if values[0] in _LEVELS:
                self._mode = replace(self._mode, qr_level=_LEVELS[values[0]])
            case 0x50:
                self._qr_data = values[1:]
            case 0x51 if self._qr_data:
                self._print_qr()
            case 0x41:
                return  # model 1 and 2 look alike to a phone
            case _:
                self.unknown_commands += 1

    def _print_qr(self) -> None:
        size = self._mode.qr_size
        try:
            code = segno.make(self._qr_data, error=self._mode.qr_level, mode="byte", micro=False, boost_error=False)
        except segno.DataOverflowError:
            self.unknown_commands += 1
            return
        rows = []
        for modules in code.matrix:
            dots = "".join("1" * size if module else "0" * size for module in modules)
            dots += "0" * (-len(dots) % 8)
            rows += [int(dots, 2).to_bytes(len(dots) // 8, "big")] * size
        if 8 * len(rows[0]) > self._engine.width_dots + 7:
            self.unknown_commands += 1  # too wide: printers print nothing then
            return
        self._end_line(only_if_text=True)
        self._slip.burn(Dots(tuple(rows), self._mode.align))
        self._slip.codes.append(self._qr_data.decode("utf-8", "replace"))
