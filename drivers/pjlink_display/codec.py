"""PJLink class 1: lines of ASCII that end in CR, over TCP 4352. Text only, no port.

    screen:      PJLINK 0⏎                       greeting, no password
                 PJLINK 1 498e4a67⏎              greeting, with the number that the password is mixed with
                 PJLINK ERRA⏎                    the password was wrong
    controller:  [md5 of number and password, 32 hex]%1POWR ?⏎     the digest stands before the first command only
    screen:      %1POWR=1⏎   %1POWR=OK⏎   %1POWR=ERR3⏎

A line is at most 136 bytes with its CR: header 7, parameter 128, CR. Names are taken in either case, as some screens
answer in small letters. Source: PJLink specification class 1, 1.04 (pjlink.jbmia.or.jp).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from drivers.frames import FrameError

LONGEST: Final = 136
NAMES: Final = ("POWR", "INPT", "AVMT", "ERST", "LAMP", "INST", "NAME", "INF1", "INF2", "INFO", "CLSS")

_END: Final = b"\r"
# Noise before a line is passed over, so each is looked for at the line's end; nothing else may follow it.
_GREETING: Final = re.compile(rb"PJLINK (?:0|1 (?P<number>[0-9A-Fa-f]{8}))\Z", re.IGNORECASE)
_REFUSED: Final = re.compile(rb"PJLINK ERRA\Z", re.IGNORECASE)
_REPLY: Final = re.compile(rb"%1(?P<name>[A-Za-z0-9]{4})=(?P<value>[^\r=%]{0,128})\Z")
_COMMAND: Final = re.compile(r"(?:[0-9a-f]{32})?%1[A-Z0-9]{4} [ -~]{1,128}")


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a screen says first; ``number`` None: it asks for no password."""

    number: str | None


@dataclass(frozen=True, slots=True)
class PasswordRefused:
    """``PJLINK ERRA``: wrong password, or none where one is needed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``value`` is what stands behind the equals sign: OK, ERR1 to ERR4, or the answer."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Command:
    """One question or order; ``value`` is ``?`` for a question."""

    name: str
    value: str

    def encode(self, digest: str = "") -> bytes:
        """The bytes on the line; raises ValueError for what no line can carry."""
        line = f"{digest}%1{self.name} {self.value}"
        if not _COMMAND.fullmatch(line):
            raise ValueError(f"PJLink has no command {self.name!r} with this value")
        return line.encode("ascii") + _END


Message = Greeting | PasswordRefused | Reply


def digest_of(number: str, password: str) -> str:
    """What proves the password without saying it; MD5 is the protocol's own choice."""
    return hashlib.md5((number + password).encode(), usedforsecurity=False).hexdigest()


class Parser:
    """Bytes in any split to messages of a screen; noise is reported and forgotten."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._dropped = 0

    def feed(self, data: bytes) -> list[Message | FrameError]:
        found: list[Message | FrameError] = []
        *lines, rest = data.split(_END)
        for line in lines:
            self._take(line)
            found += self._end()
        self._take(rest)
        return found

    def _take(self, data: bytes) -> None:
        """Of a line that never ends the last bytes are kept: a good one may stand there."""
        self._line += data[-LONGEST:]
        self._dropped += max(0, len(data) - LONGEST)
        over = len(self._line) - LONGEST + 1
        if over > 0:
            del self._line[:over]
            self._dropped += over

    def _end(self) -> list[Message | FrameError]:
        line, dropped = bytes(self._line).strip(b"\n "), self._dropped
        self._line.clear()
        self._dropped = 0
        message = _read(line)
        if message is not None:
            return [message]
        return [FrameError("noise", len(line) + dropped)] if line or dropped else []


def _read(line: bytes) -> Message | None:
    if (greeting := _GREETING.search(line)) is not None:
        number = greeting["number"]
        return Greeting(None if number is None else number.decode())
    if _REFUSED.search(line):
        return PasswordRefused()
    if (reply := _REPLY.search(line)) is not None and (name := reply["name"].decode().upper()) in NAMES:
        return Reply(name, reply["value"].decode("utf-8", "replace").strip())
    return None
