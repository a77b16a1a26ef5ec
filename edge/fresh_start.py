"""A controller that begins anew by itself, so that changed rules, hours, classes or windows come into force.

Those are what every part is built on, so none of them may change under a visitor. In a hall where nobody holds an open
ticket and every window is closed (`hall.emptiness`) the controller ends cleanly and takes the same process again: the
journal is folded as after any other restart, and the pages load again. A file that could keep the controller from
starting (another page address, another folder) waits for a person instead.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

import structlog

log = structlog.get_logger()


def begin_anew(stop: Callable[[], None]) -> None:
    """End as for a restart, and start the same command in this process; never returns."""
    log.info("controller.begins_anew")
    stop()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the new start listens
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command once more
