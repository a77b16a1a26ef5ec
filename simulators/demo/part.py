"""One part of the demo: a process of its own, started again when it died, as systemd would.

A part dies with the demo: the kernel sends it SIGTERM when the supervisor is gone, however that went. It has a session
of its own, so that Ctrl-C in the terminal reaches the supervisor alone and what a part started can be ended with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

_PR_SET_PDEATHSIG: Final = 1
_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 10.0
_STEADY_S: Final = 30.0  # whoever ran so long starts at once again
_LOOK_EVERY_S: Final = 0.1
STOP_S: Final = 5.0  # the contract's clean stop
_libc = ctypes.CDLL(None, use_errno=True)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a part is started and how it says that it is ready."""

    name: str
    command: list[str]
    log_file: Path
    ready: Callable[[], Awaitable[bool]]
    before: Callable[[], None] = lambda: None
    account: pwd.struct_passwd | None = None
    stop_s: float = STOP_S


class Part:
    """A process that shall run."""

    def __init__(self, recipe: Recipe, told: Callable[[int, bool], None]) -> None:
        self.recipe = recipe
        self.starts = 0
        self._told = told  # hears of each process that came and went
        self._process: subprocess.Popen[bytes] | None = None
        self._wait_s = _FIRST_WAIT_S
        self._stopping = False

    @property
    def name(self) -> str:
        return self.recipe.name

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    async def run(self) -> None:
        """Start it, and start it again whenever it ends, until `stop`."""
        while not self._stopping:
            began_s = time.monotonic()
            process = self._start()
            while process.poll() is None:
                await asyncio.sleep(_LOOK_EVERY_S)
            self._told(process.pid, False)
            if self._stopping:
                return
            lasted_s = time.monotonic() - began_s
            self._wait_s = _FIRST_WAIT_S if lasted_s > _STEADY_S else min(self._wait_s * 2, _LONGEST_WAIT_S)
            log.warning(
                "demo.part_died",
                part=self.name,
                exit_code=process.returncode,
                lasted_s=round(lasted_s, 1),
                again_in_s=self._wait_s,
                log_file=str(self.recipe.log_file),
            )
            await asyncio.sleep(self._wait_s)

    def _start(self) -> subprocess.Popen[bytes]:
        self.recipe.before()
        account = self.recipe.account
        supervisor = os.getpid()

        def die_with_supervisor() -> None:
            # after the change of account, which would make the kernel forget it
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != supervisor:
                os._exit(1)

        with self.recipe.log_file.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                self.recipe.command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_supervisor,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
        self.starts += 1
        self._told(self._process.pid, True)
        log.info("demo.part_started", part=self.name, pid=self._process.pid, start=self.starts)
        return self._process

    async def stop(self, within_s: float = STOP_S) -> None:
        """SIGTERM, a while, SIGKILL; nothing of it or of what it started is left."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            deadline_s = time.monotonic() + min(within_s, self.recipe.stop_s)
            while process.poll() is None and time.monotonic() < deadline_s:
                await asyncio.sleep(0.02)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # the process itself, or what it left behind
        process.wait()
