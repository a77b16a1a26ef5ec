"""What a person decides about the search before a new hall file: where projectors are, how long to listen, when it is
enough. Without a terminal nobody is asked and only the command's own options count.
"""

from __future__ import annotations

import contextlib
import select
import sys
import termios
import threading
from collections.abc import Callable, Sequence

from hall_config.interview import at_terminal, seconds, texts
from hall_config.outcome import Exit, Stop, complain
from hall_config.ports import port_form
from hall_config.prober import plain
from hall_config.wording import LANGUAGES, say

_PJLINK: int = 4352


def how_long(given: float | None) -> Callable[[int], float]:
    """For how many seconds so many silent ports are listened to: what the command line says, or who sits there."""

    def decided(silent: int) -> float:
        return given if given is not None else seconds("listen", count=silent) if at_terminal() else 0.0

    return decided


class Enter:
    """Whether somebody at the terminal has pressed Enter since this was first asked. May be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun = False
        self._pressed = False

    def say_so(self) -> None:
        """Tell whoever sits there."""
        if at_terminal():
            complain(*(say("config_init.enter_ends", language) for language in LANGUAGES))

    def __call__(self) -> bool:
        if not at_terminal():
            return False
        with self._lock:
            if not self._begun:
                self._begun = True
                with contextlib.suppress(termios.error):
                    termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed too early
            elif not self._pressed and select.select([sys.stdin], [], [], 0)[0]:
                sys.stdin.readline()
                self._pressed = True
            return self._pressed


def screens(given: Sequence[str] | None) -> tuple[str, ...]:
    """The ports of the projectors that somebody names; raises `Stop` for a wrong one on the command line."""
    if given is None:
        return texts("projectors", screen_port) if at_terminal() else ()
    try:
        return tuple(dict.fromkeys(map(screen_port, given)))
    except ValueError:
        raise Stop(Exit.WRONG_USE, "config_init.PROJECTOR", value=plain(", ".join(given))) from None


def screen_port(text: str) -> str:
    """``socket://192.0.2.30:4352`` for a host with or without its port; ValueError for anything else."""
    bare = text.removeprefix("socket://")
    has_port = bare.rpartition(":")[2].isdecimal() and (bare.count(":") == 1 or "]:" in bare)
    port = f"socket://{bare}" if has_port else f"socket://{bare}:{_PJLINK}"
    if port_form(port) != "network" or not port.isprintable():
        raise ValueError("projector")
    return port
