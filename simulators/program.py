"""``hall simulate``: makes every device's port, writes the copy of the hall file, serves the control channel."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from hall_config.load import read_hall_file
from hall_config.logs import log_json_lines
from hall_config.models import HallFile
from hall_config.outcome import Exit, Stop, tell
from hall_config.wording import say
from simulators.bad_day_control import Wish
from simulators.control import control_app
from simulators.host import Host
from simulators.loopback import holder_of, listen
from simulators.written_copy import earlier_ports, with_ports, write_whole

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Simulation:
    """One run of the simulator."""

    config: Path
    control: int = 0
    write: Path | None = None
    run: Path | None = None
    ready_file: Path | None = None
    seed: int = 1
    paced: bool = False
    bad_day: Wish | None = None

    def go(self) -> None:
        """Until a signal ends it; leaves no port, thread or temporary file."""
        log_json_lines()
        hall = read_hall_file(self.config)
        if self.write is not None and self.write.resolve() == self.config.resolve():
            raise Stop(Exit.WRONG_USE, "simulate.SAME_FILE", file=self.write)
        for file in (self.write, self.ready_file):
            if file is not None and file.exists() and not file.is_file():  # a folder, or a device of this machine
                raise Stop(Exit.WRONG_USE, "simulate.NO_FILE", file=file)
        with contextlib.ExitStack() as undo:
            door = undo.enter_context(self._door())
            folder = self.run or Path(tempfile.mkdtemp(prefix="legal-hall-simulate-"))
            if self.run is None:
                undo.callback(shutil.rmtree, folder, ignore_errors=True)
            host = Host(hall, folder, earlier=earlier_ports(self.write), seed=self.seed, paced=self.paced)
            host.open()
            undo.callback(host.close)
            self._serve(host, door, folder, undo)

    def _door(self) -> socket.socket:
        try:
            return listen(self.control)
        except OSError:
            raise Stop(
                Exit.WRONG_USE,
                "simulate.PORT_TAKEN",
                port=self.control,
                holder=holder_of(self.control),
                option="--control",
            ) from None

    def _serve(self, host: Host, door: socket.socket, folder: Path, undo: contextlib.ExitStack) -> None:
        copy = self.write or folder / "hall.toml"
        _write(copy, with_ports(self.config.read_text(encoding="utf-8"), host.ports()))
        server = uvicorn.Server(
            uvicorn.Config(
                control_app(
                    host,
                    edge_url=edge_url(host.hall),
                    stopping=lambda: server.should_exit,
                    bad_day=self.bad_day,
                ),
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=2,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # uvicorn raises the signal once more after its own clean stop: by then there is nothing left to do
            signal.signal(number, lambda *_: setattr(server, "should_exit", True))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        if self.ready_file is not None:
            _write(self.ready_file, json.dumps(ready(host, url, copy), ensure_ascii=False, indent=2) + "\n")
            undo.callback(self.ready_file.unlink, missing_ok=True)
        log.info("simulator.started", hall=host.hall.hall.id, url=url, config=str(copy), devices=len(host.stations))
        for language in ("zh", "en"):
            params = {"hall": host.hall.hall.id, "devices": len(host.stations), "url": url, "config": copy}
            _to_terminal(say("simulate.started", language, **params))
        server.run(sockets=[door])
        log.info("simulator.stopped", hall=host.hall.hall.id)


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text)
    except OSError as problem:
        raise Stop(Exit.FAILED, "simulate.NOT_WRITTEN", file=file, reason=problem.strerror) from None


def _to_terminal(words: str) -> None:
    """Sentences for a person; a log file gets the JSON line only."""
    if os.isatty(1):
        tell(words)


def edge_url(hall: HallFile) -> str:
    """Where this hall's controller serves its pages, seen from this machine."""
    host, _, number = hall.pages.listen.rpartition(":")
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::', '[::]') else host}:{number}"  # noqa: S104


def ready(host: Host, url: str, copy: Path) -> dict[str, Any]:
    """What the ready file says."""
    return {
        "id": host.hall.hall.id,
        "url": url,
        "pid": os.getpid(),
        "config": str(copy),
        "devices": [{"id": one.part.id, "kind": one.device.kind, "port": one.port} for one in host.stations.values()],
    }
