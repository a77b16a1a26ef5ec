"""Cleans up after a supervisor that was killed: ends what it had started and removes its temporary folder.

The supervisor writes one line for each process and folder into this program's stdin; when the pipe breaks without
``done`` before it, whatever is still named is swept away. A process is known by its number and the time it started,
so that a number given to somebody else meanwhile is left alone.

    +1234 567890   process 1234, started at clock tick 567890, runs
    -1234          it ended
    /tmp/…         a temporary folder, or the ready file
    done           all is well; nothing is left to do
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Final, TextIO

_PATIENCE_S: Final = 5.0


def started_at(pid: int) -> str | None:
    """The clock tick at which this process started; None when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def sweep(lines: TextIO) -> None:
    """Read until the pipe ends and then clean up, unless the last word was ``done``."""
    processes: dict[int, str] = {}
    paths: list[Path] = []
    for line in lines:
        word = line.rstrip("\n")
        if word == "done":
            return
        if word.startswith("+"):
            pid, _, tick = word[1:].partition(" ")
            processes[int(pid)] = tick
        elif word.startswith("-"):
            processes.pop(int(word[1:]), None)
        elif word.startswith("/"):
            paths.append(Path(word))
    _end(processes)
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _end(processes: dict[int, str]) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    for pid in _alive(processes):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    while _alive(processes) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    for pid in processes:
        if started_at(pid) in (processes[pid], None):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # each part leads a session of its own


def _alive(processes: dict[int, str]) -> list[int]:
    return [pid for pid, tick in processes.items() if started_at(pid) == tick]


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it ends when the supervisor does, and not before
    sweep(sys.stdin)
