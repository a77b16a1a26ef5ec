"""How full the controller's disk is and how much of its life is used up, told to central as the device `controller`.

Knows the file system of the data folder and what Linux tells of an eMMC's or SD card's wear: ``life_time`` holds two
numbers in steps of ten percent, the worse one counts (JEDEC 84-B51, DEVICE_LIFE_TIME_EST). A disk that tells nothing of
its wear is not said to be new. Must not know who is told.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import structlog

DEVICE: Final = "controller"
_EVERY_S: Final = 300.0
_STOP_S: Final = 2.0
_STEP: Final = 10  # percent of its life
_KNOWN_STEPS: Final = range(1, 12)  # 11: beyond its life
log = structlog.get_logger()


def counters(folder: Path, sys_folder: Path = Path("/sys")) -> dict[str, int]:
    """``disk_used`` in percent as ``df`` has it; ``disk_worn`` in percent where the disk tells; nothing if unread."""
    try:
        room, device = os.statvfs(folder), folder.stat().st_dev
    except OSError as problem:
        log.warning("disk.not_read", folder=str(folder), reason=problem.strerror)
        return {}
    used = room.f_blocks - room.f_bfree
    found = {"disk_used": -(-100 * used // max(1, used + room.f_bavail))}
    worn = _worn(sys_folder / "dev" / "block" / f"{os.major(device)}:{os.minor(device)}")
    return found if worn is None else {**found, "disk_worn": worn}


def _worn(block: Path) -> int | None:
    place = block.resolve()
    for one in (place, place.parent):  # a partition's disk is the folder above it
        try:
            steps = [int(step, 16) for step in (one / "device" / "life_time").read_text("ascii").split()]
        except (OSError, ValueError):
            continue
        known = [step for step in steps if step in _KNOWN_STEPS]
        return max(known) * _STEP if known else None
    return None


class DiskWatch:
    """Looks every few minutes, from a thread of its own, and tells what has changed."""

    def __init__(self, folder: Path, tell: Callable[[Mapping[str, int]], None]) -> None:
        self._folder, self._tell = folder, tell
        self._told: dict[str, int] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disk-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(_STOP_S)

    def look(self) -> None:
        found = counters(self._folder)
        if found and found != self._told:
            self._told = found
            self._tell(found)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:  # the outermost line of the thread
                log.exception("disk.watch_failed")
            self._stopping.wait(_EVERY_S)
