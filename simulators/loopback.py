"""Ports of this machine: is one free, and if not, who has it."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

_LISTENING: Final = "0A"


def is_free(number: int) -> bool:
    """Whether a server could listen there now."""
    try:
        with socket.create_server(("127.0.0.1", number)):
            return True
    except OSError:
        return False


def listen(number: int) -> socket.socket:
    """A listening socket on loopback; 0 takes any free port. Raises OSError when it is taken."""
    listener = socket.create_server(("127.0.0.1", number), backlog=64)
    # made anew from its number it knows its protocol; otherwise asyncio leaves Nagle on and answers wait 40 ms
    return socket.socket(fileno=listener.detach())


def holder_of(number: int) -> str:
    """``pid 1234 (mosquitto -c …)`` of whoever listens on that port, as far as this user may see."""
    inodes = _listening_inodes(number)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and inodes and _holds(folder, inodes):
            return f"pid {folder.name} ({_command_of(folder)})"
    return "another program"


def _listening_inodes(number: int) -> frozenset[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == number:
                found.add(f"socket:[{columns[9]}]")
    return frozenset(found)


def _holds(folder: Path, inodes: frozenset[str]) -> bool:
    try:
        return any(os.readlink(entry) in inodes for entry in (folder / "fd").iterdir())
    except OSError:
        return False  # it has ended, or is somebody else's


def _command_of(folder: Path) -> str:
    try:
        words = (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return "?"
    return " ".join(word.decode("utf-8", "replace") for word in words if word)[:120] or "?"
