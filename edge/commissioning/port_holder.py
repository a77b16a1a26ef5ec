"""Whether a port is used by somebody else: a running controller, another vendor's program, a login.

Knows the four ways in which a Linux program says so. A port that is held is never written to. What the kernel does not
tell a plain user (other people's open files) it does not tell us either: run the command as root or as the service.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Why = Literal["process", "lock_file", "exclusive", "no_permission", "cannot_open", "configured"]
_TIOCGEXCL: Final = 0x80045440
_PTS: Final = re.compile(r"/dev/pts/\d+")  # its other end always holds it open too


@dataclass(frozen=True, slots=True)
class Held:
    """Why a port was left alone; ``by`` names who has it, as far as that is known."""

    why: Why
    by: str = ""


def held(device: str, locks: Path = Path("/run/lock"), processes: Path = Path("/proc")) -> Held | None:
    """Who has the port, or None when it is free. Opens it for a moment and sends nothing."""
    device = os.path.realpath(device)
    owner = _lock_file(device, locks, processes)
    if owner is not None:
        return Held("lock_file", owner)
    if not _PTS.fullmatch(device):
        owner = _open_in(device, processes)
        if owner is not None:
            return Held("process", owner)
    return _asked_of_the_port(device)


def _asked_of_the_port(device: str) -> Held | None:
    try:
        number = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        return Held("no_permission")
    except OSError as problem:
        return Held("exclusive" if problem.errno == 16 else "cannot_open", problem.strerror or "")
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as pyserial and our own lines take it
        except BlockingIOError:
            return Held("exclusive")
        try:
            exclusive = struct.unpack("i", fcntl.ioctl(number, _TIOCGEXCL, b"\0\0\0\0"))[0]
        except OSError:
            exclusive = 0  # no terminal: nothing of this sort can be asked
        return Held("exclusive") if exclusive else None
    finally:
        os.close(number)


def _lock_file(device: str, locks: Path, processes: Path) -> str | None:
    """The old custom of LCK..ttyUSB0 with a process number in it; one whose process is gone means nothing."""
    file = locks / f"LCK..{Path(device).name}"
    try:
        number = file.read_text(errors="replace").split()[0]
    except (OSError, IndexError):
        return None
    return _name_of(number, processes) if number.isdecimal() and (processes / number).is_dir() else None


def _open_in(device: str, processes: Path) -> str | None:
    for process in processes.iterdir() if processes.is_dir() else ():
        if not process.name.isdecimal():
            continue
        try:
            files = list((process / "fd").iterdir())
        except OSError:
            continue  # gone meanwhile, or not ours to look at
        for file in files:
            try:
                if os.readlink(file) == device:
                    return _name_of(process.name, processes)
            except OSError:
                continue
    return None


def _name_of(number: str, processes: Path) -> str:
    try:
        return f"{(processes / number / 'comm').read_text(errors='replace').strip()} ({number})"
    except OSError:
        return number
