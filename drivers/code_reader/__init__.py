"""Code readers: any scanner in plain mode, Grow GM65/GM861S, Newland and Honeywell (README.md)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from drivers.code_reader import gm65, newland
from drivers.code_reader.codec import CODE_LIMIT, CodeLines, Language, Reply, Stream
from drivers.code_reader.driver import Gm65Reader, NewlandReader, PlainReader
from drivers.driver import Driver, Found, Manifest, Probe, Tell
from drivers.kind import Kind
from drivers.options import Option, read_options
from drivers.transport import SerialTransport, Transport

__all__ = ["GM65", "NEWLAND", "PLAIN", "Gm65Reader", "NewlandReader", "PlainReader"]

_PROBE_S: Final = 0.6  # both answer within 0.1 s
_LISTEN_S: Final = 1.5
# What is neither noise nor another protocol: it begins in ASCII, the rest may be Chinese.
_A_CODE: Final = re.compile(rb"[ -~]{4}[ -~\x80-\xFE]{0,508}[\r\n]")

CODE_OPTIONS: Final = (
    Option("suffix", "text", "any", choices=("any", "cr", "lf", "crlf", "none")),
    Option("encoding", "text", "auto", choices=("auto", "utf-8", "gbk")),
    Option("strip_aim", "bool", True),
    Option("gap_s", "float", 0.1, 0.02, 5),
    Option("repeat_s", "float", 2.0, 0, 60),
)
GM65_OPTIONS: Final = (
    *CODE_OPTIONS,
    Option("heartbeat_s", "float", 10.0, 0, 3600),
    Option("framing", "text", "plain", choices=("plain", "03-length")),
    Option("send_crc", "bool", True),
    Option("accept_unchecked", "bool", False),
    Option("same_code_ms", "int", None, 0, 25_500),
    Option("zone_05_unit_ms", "int", 100, 1, 1000),
    Option("baud_115200_code", "int", gm65.BAUD_115200, 1, 65_535),
)
NEWLAND_OPTIONS: Final = (
    *CODE_OPTIONS,
    Option("dialect", "text", "newland", choices=("newland", "honeywell")),
    Option("heartbeat_s", "float", 0.0, 0, 3600),
)


def _plain(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> Driver[Any]:
    return PlainReader(device, tell, read_options(CODE_OPTIONS, options))


def _gm65(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> Driver[Any]:
    return Gm65Reader(device, tell, read_options(GM65_OPTIONS, options), baud)


def _newland(device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any]) -> Driver[Any]:
    return NewlandReader(device, tell, read_options(NEWLAND_OPTIONS, options))


def _probe(
    question: bytes, language: Language, fits: Callable[[Reply], bool]
) -> Callable[[Any, int], tuple[Found, ...]]:
    def ask(channel: Transport, baud: int) -> tuple[Found, ...]:
        stream = Stream(CodeLines(), language)
        channel.read(0.0)
        channel.write(question)
        for _ in range(10):
            for item in stream.feed(channel.read(_PROBE_S / 10)):
                if isinstance(item, Reply) and fits(item):
                    return (Found(None),)
        return ()

    return ask


def _listen(channel: Transport, _baud: int) -> tuple[Found, ...]:
    """Wait for a code that somebody scans; what it says is nobody's business here."""
    heard = b""
    deadline = time.monotonic() + _LISTEN_S
    while (left_s := deadline - time.monotonic()) > 0 and len(heard) < 2 * CODE_LIMIT:
        data = channel.read(left_s)
        if not data:
            break
        heard += data
        if _A_CODE.fullmatch(heard.rstrip(b"\r\n") + heard[-1:]):
            return (Found(None, "code"),)
    return ()


PLAIN = Manifest(
    name="plain-code-reader",
    version="1",
    capabilities=("scan",),
    default_baud=9600,
    open_channel=SerialTransport,
    build=_plain,
    kind=Kind.CODE_READER,
    options=CODE_OPTIONS,
    # at its usual speed only: a second one would make it deaf to half of what the terminals at 9600 say
    probe=Probe((9600,), _listen, budget_s=_LISTEN_S, asks=False),
)
GM65 = Manifest(
    name="gm65-code-reader",
    version="1",
    capabilities=("scan", "trigger"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=_gm65,
    kind=Kind.CODE_READER,
    options=GM65_OPTIONS,
    repeatable=frozenset({"Scan"}),
    probe=Probe(
        (9600, 115_200),
        # not its heartbeat: that holds a line feed, and a printer at the other end would print a line
        _probe(
            gm65.read_baud(), gm65.Replies().language(), lambda reply: reply.kind == "done" and len(reply.data) == 2
        ),
        2 * _PROBE_S,
    ),
)
NEWLAND = Manifest(
    name="newland-code-reader",
    version="1",
    capabilities=("scan", "trigger"),
    default_baud=9600,
    open_channel=SerialTransport,
    build=_newland,
    kind=Kind.CODE_READER,
    options=NEWLAND_OPTIONS,
    repeatable=frozenset({"Scan"}),
    probe=Probe(
        (9600, 115_200),
        _probe(
            newland.command(newland.WHO_ARE_YOU),
            newland.LANGUAGE,
            lambda reply: reply.data.startswith(newland.WHO_ARE_YOU.encode()),
        ),
        2 * _PROBE_S,
    ),
)
