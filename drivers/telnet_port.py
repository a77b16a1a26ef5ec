"""``rfc2217://host:port``: a serial server that also sets the port's speed (RFC 2217, Telnet com port control).

Knows Telnet's escapes and the few questions that set a port to 8N1 at a speed. Must not know frames.

    data        every byte as it is, but FF is sent and received twice
    FF FB..FE o WILL, WONT, DO, DONT option o: 0 binary, 3 no go-ahead, 2C com port control
    FF FA 2C c value FF F0   c: 1 speed (4 bytes), 2 data bits, 3 parity, 4 stop bits, 5 control, 0C purge;
                             the server's answer carries c + 100 (decimal) and the value that holds now
"""

from __future__ import annotations

import select
import struct
import time
from collections.abc import Callable
from typing import Final

from drivers.network_port import TcpPort

_ANSWER_S: Final = 3.0
_PURGE_S: Final = 0.5
_IAC, _SE, _SB = 0xFF, 0xF0, 0xFA
_WILL, _WONT, _DO, _DONT = 0xFB, 0xFC, 0xFD, 0xFE
_BINARY, _NO_GO_AHEAD, _COM_PORT = 0x00, 0x03, 0x2C
_OURS: Final = (_BINARY, _NO_GO_AHEAD, _COM_PORT)
_THEIRS: Final = (_BINARY, 0x01, _NO_GO_AHEAD)  # 1: a server says that it echoes; it never does on a com port
_SPEED, _DATA_BITS, _PARITY, _STOP_BITS, _CONTROL, _PURGE = 1, 2, 3, 4, 5, 12
_ANSWER: Final = 100
_NO_FLOW_CONTROL, _DTR_ON, _RTS_ON, _BOTH_BUFFERS = 1, 8, 11, 3
_LONGEST_ANSWER: Final = 64


def escape(data: bytes) -> bytes:
    """Data as it goes through Telnet."""
    return data.replace(b"\xff", b"\xff\xff")


def ask(command: int, value: bytes) -> bytes:
    """One com port question."""
    return bytes((_IAC, _SB, _COM_PORT, command)) + escape(value) + bytes((_IAC, _SE))


class Telnet:
    """The client's side without I/O: `feed` gives the data and keeps in ``answers`` what must be sent back."""

    def __init__(self) -> None:
        self.answers = bytearray()
        self.accepted = self.refused = False  # com port control
        self.settings: dict[int, bytes] = {}  # what the server says holds now, by the question's number
        self._said: set[tuple[int, int]] = set()
        self._escaped = False
        self._verb = 0
        self._inside: bytearray | None = None

    def hello(self) -> bytes:
        """What a client says first."""
        wishes = [(_WILL, option) for option in _OURS] + [(_DO, _BINARY), (_DO, _NO_GO_AHEAD)]
        self._said |= set(wishes)
        return b"".join(bytes((_IAC, *wish)) for wish in wishes)

    def feed(self, data: bytes) -> bytes:
        found = bytearray()
        for byte in data:
            if self._verb:
                self._negotiate(self._verb, byte)
                self._verb = 0
            elif self._escaped:
                self._escaped = False
                self._command(byte, found)
            elif byte == _IAC:
                self._escaped = True
            else:
                self._take(byte, found)
        return bytes(found)

    def _take(self, byte: int, found: bytearray) -> None:
        if self._inside is None:
            found.append(byte)
        elif len(self._inside) < _LONGEST_ANSWER:
            self._inside.append(byte)

    def _command(self, byte: int, found: bytearray) -> None:
        if byte == _IAC:
            self._take(byte, found)
        elif _WILL <= byte <= _DONT:
            self._verb = byte
        elif byte == _SB:
            self._inside = bytearray()
        elif byte == _SE and self._inside is not None:
            if len(self._inside) > 1 and self._inside[0] == _COM_PORT:
                self.settings[self._inside[1] - _ANSWER] = bytes(self._inside[2:])
            self._inside = None

    def _negotiate(self, verb: int, option: int) -> None:
        if option == _COM_PORT and verb in (_DO, _DONT):
            self.accepted, self.refused = verb == _DO, verb == _DONT
        if verb == _DO:
            self._say(_WILL if option in _OURS else _WONT, option)
        elif verb == _WILL:
            self._say(_DO if option in _THEIRS else _DONT, option)

    def _say(self, verb: int, option: int) -> None:
        """Once each, or two polite programs never come to an end."""
        if (verb, option) not in self._said:
            self._said.add((verb, option))
            self.answers += bytes((_IAC, verb, option))


class Rfc2217Port(TcpPort):
    """A `TcpPort` behind Telnet, set to 8N1 at that speed before it is handed out."""

    def __init__(self, url: str, baud: int) -> None:
        super().__init__(url)
        self._telnet = Telnet()
        try:
            self._set_up(baud)
        except BaseException:
            self.close()
            raise

    def _set_up(self, baud: int) -> None:
        telnet = self._telnet
        super().send(telnet.hello())
        self._until(lambda: telnet.accepted or telnet.refused, "does not speak RFC 2217; is it a socket:// port?")
        if telnet.refused:
            raise ConnectionRefusedError("refuses to have its port set; is it a socket:// port?")
        wanted = {
            _SPEED: struct.pack(">I", baud), _DATA_BITS: b"\x08", _PARITY: b"\x01", _STOP_BITS: b"\x01",
            _CONTROL: bytes((_NO_FLOW_CONTROL,)),
        }  # fmt: skip
        super().send(b"".join(ask(command, value) for command, value in wanted.items()))
        self._until(lambda: telnet.settings.keys() >= wanted.keys() - {_CONTROL}, "does not answer to its settings")
        if telnet.settings[_SPEED] != wanted[_SPEED]:
            raise ConnectionRefusedError(f"cannot do {baud} baud")
        lines = ask(_CONTROL, bytes((_DTR_ON,))) + ask(_CONTROL, bytes((_RTS_ON,)))
        super().send(lines + ask(_PURGE, bytes((_BOTH_BUFFERS,))))
        self._wait(lambda: _PURGE in telnet.settings, _PURGE_S)  # not every server says when it has done so

    def receive(self) -> bytes:
        data = self._telnet.feed(super().receive())
        if self._telnet.answers:
            answers = bytes(self._telnet.answers)
            self._telnet.answers.clear()
            super().send(answers)
        return data

    def send(self, data: bytes) -> None:
        super().send(escape(data))

    def _until(self, done: Callable[[], bool], problem: str) -> None:
        if not self._wait(done, _ANSWER_S):
            raise TimeoutError(problem)

    def _wait(self, done: Callable[[], bool], longest_s: float) -> bool:
        """Work through the server's words; data that came before the port was set is noise."""
        deadline_s = time.monotonic() + longest_s
        while not done():
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return False
            if select.select([self.fileno()], [], [], left_s)[0]:
                self.receive()
        return True
