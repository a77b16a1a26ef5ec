"""A broker and a central of the fleet's own on this machine, loopback only, for as long as the fleet runs.

By TLS as in a city: the broker's files by ``hall line broker``, each hall enrolled over HTTP. ``plain`` leaves TLS out,
to see what it costs.
"""

from __future__ import annotations

import contextlib
import ctypes
import getpass
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx2
import structlog

from hall_config.outcome import Exit, Stop
from simulators.demo.accounts import fresh_password
from simulators.demo.broker import BrokerMissing, find_broker
from simulators.demo.programs import hall_command

_PR_SET_PDEATHSIG: Final = 1
_START_S: Final = 120.0
_STOP_S: Final = 6.0
_libc = ctypes.CDLL(None, use_errno=True)
log = structlog.get_logger()


class Stage:
    """Started by `start`, ended by `end` whatever happened; ``database`` may be somebody else's."""

    def __init__(self, folder: Path, *, plain: bool, database: str | None = None) -> None:
        self.folder = folder
        self.plain = plain
        self.user, self.secret = "fleet.it", fresh_password()
        self.database = database or f"sqlite:///{folder / 'central' / 'central.db'}"
        self.broker_files = None if plain else folder / "broker"
        self._ports = _free_port(), _free_port()
        self._commands: dict[str, list[str]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def broker_url(self) -> str:
        return f"{'mqtt' if self.plain else 'mqtts'}://127.0.0.1:{self._ports[0]}"

    @property
    def central_url(self) -> str:
        return f"http://127.0.0.1:{self._ports[1]}"

    def process(self, part: str) -> subprocess.Popen[bytes]:
        return self._processes[part]

    def command(self, part: str) -> list[str]:
        return self._commands[part]

    def words(self, part: str) -> str:
        """What a part has said so far."""
        return (self.folder / f"{part}.log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        data = self.folder / "central"
        data.mkdir(parents=True)
        who = ["--database", self.database, "--role", "hall_it", "--secret-stdin"]
        _hall(["users", "add", self.user, *who], self.secret)
        self._start_broker(data)
        where = ["--data", str(data), "--database", self.database, "--listen", f"127.0.0.1:{self._ports[1]}"]
        files = ["--broker-files", str(self.broker_files)] if self.broker_files is not None else []
        self._commands["central"] = [*hall_command(), "central", *where, "--broker", self.broker_url, *files]
        self.run("central")

    def reload_broker(self) -> None:
        """Let the broker read its lists again."""
        self._processes["broker"].send_signal(signal.SIGHUP)

    def end(self) -> None:
        for name in ("central", "broker"):
            process = self._processes.pop(name, None)
            if process is None:
                continue
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
            process.kill()
            process.wait()

    def _start_broker(self, data: Path) -> None:
        folder, port = self.folder / "broker", self._ports[0]
        try:
            program = find_broker(folder, port).program
        except BrokerMissing as missing:
            raise Stop(Exit.MISSING, "fleet.NO_BROKER", found=str(missing)) from None
        folder.mkdir()
        if self.plain:
            limits = "max_inflight_messages 1000\nmax_queued_messages 100000\nset_tcp_nodelay true\n"
            told = f"listener {port} 127.0.0.1\nallow_anonymous true\n{limits}"
        else:
            where = ["--out", str(folder), "--data", str(data), "--database", self.database]
            _hall(["line", "broker", "--host", "127.0.0.1", *where, "--listen", "127.0.0.1", "--port", str(port)])
            told = (folder / "mosquitto.conf").read_text(encoding="utf-8")
        file = folder / "fleet.conf"
        file.write_text(f"{told}user {getpass.getuser()}\nlog_dest stderr\n", encoding="utf-8")
        self._commands["broker"] = [program, "-c", str(file)]
        self.run("broker")

    def run(self, part: str, command: list[str] | None = None) -> None:
        """Start a part, or start it again after its end, and wait until it answers."""
        supervisor = os.getpid()

        def die_with_fleet() -> None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != supervisor:
                os._exit(1)

        with (self.folder / f"{part}.log").open("ab") as sink:
            self._processes[part] = subprocess.Popen(  # noqa: S603 - our own programs
                command or self._commands[part], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                start_new_session=True, preexec_fn=die_with_fleet,
            )  # fmt: skip

        self._wait(part, self._central_ready if part == "central" else self._broker_ready)

    def _wait(self, part: str, ready: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + _START_S
        while not ready():
            if self._processes[part].poll() is not None or time.monotonic() > deadline_s:
                raise Stop(Exit.MISSING, "fleet.NOT_STARTED", part=part, words=self.words(part)[-600:])
            time.sleep(0.05)

    def _broker_ready(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._ports[0]), timeout=1).close()
        except OSError:
            return False
        return True

    def _central_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.central_url}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx2.HTTPError:
            return False


def cpu_s(pid: int) -> float:
    """Seconds of a processor that this process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _hall(arguments: list[str], said: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [*hall_command(), *arguments], input=f"{said}\n", capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        raise Stop(Exit.MISSING, "fleet.NOT_STARTED", part=" ".join(arguments[:2]), words=done.stderr.strip())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
