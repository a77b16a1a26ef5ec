"""Real programs on real lines for whole-hall tests: broker, central, simulated devices and controllers, each a process.

Nothing here is a mock: the tests act as people do (touches, taps, keys) through the simulator's control channel and the
programs' HTTP interfaces, and read what devices show from the bytes that reached them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
import tomlkit

from tests.parts import LET_GO_FIRST, Mosquitto, free_port, wait_for

HALL: Final = str(Path(sys.executable).with_name("hall"))
DEMO_FILE: Final = Path(__file__).parents[2] / "hall_config" / "demo" / "demo-east.toml"
SECRET: Final = "Quiet-harbour-71"
PIN: Final = "73920518"


class Program:
    """One process of ours, its output in a file."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        self.arguments = arguments
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [HALL, *self.arguments], stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL: the plug is pulled."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.process = None
        return code


class Client:
    """HTTP to one program."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx2.Client(base_url=url, timeout=30.0, trust_env=False, limits=LET_GO_FIRST)

    def get(self, path: str, **params: Any) -> Any:
        answer = self._http.get(path, params=params or None)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def bytes(self, path: str) -> bytes:
        return self._http.get(path).content

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> tuple[int, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self._http.post(path, json=body, headers=headers)
        return answer.status_code, answer.json() if answer.content else None

    def put(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        answer = self._http.put(path, json=body)
        return answer.status_code, answer.json() if answer.content else None

    def delete(self, path: str) -> tuple[int, Any]:
        answer = self._http.delete(path)
        return answer.status_code, answer.json() if answer.content else None

    def sign_in(self, name: str, secret: str) -> None:
        status, answer = self.post("/api/v1/session", {"name": name, "secret": secret})
        assert status == 200, answer
        self._http.headers["Authorization"] = f"Bearer {answer['token']}"

    def ready(self) -> bool:
        try:
            return self._http.get("/readyz").status_code == 200
        except httpx2.TransportError:
            return False


@dataclass
class Hall:
    """One hall: its devices in one process, its controller in another."""

    id: str
    folder: Path
    simulator: Program
    edge: Program
    devices: Client
    pages: Client
    file: Path
    clients: list[Client] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        return self.folder / "data" / "journal.db"

    def start_edge(self) -> None:
        self.edge.start()
        wait_for(self.pages.ready, f"the controller of {self.id}", 30)

    def all_ready(self) -> bool:
        parts = self.pages.get("/readyz")["parts"]
        return all(part["state"] == "ready" for part in parts if part["name"].startswith("device:"))

    def device(self, device: str) -> dict[str, Any]:
        found: dict[str, Any] = self.devices.get(f"/sim/devices/{device}")["shows"]
        return found

    def do(self, device: str, action: str, **arguments: Any) -> None:
        status, answer = self.devices.post(f"/sim/devices/{device}/do", {"action": action, **arguments})
        assert status == 200, answer

    def command(self, window: int, command: str, **more: Any) -> tuple[int, Any]:
        return self.pages.post(f"/api/v1/windows/{window}/commands", {"command": command, **more})

    def state(self) -> Any:
        return self.pages.get("/api/v1/state")

    def slips(self) -> list[dict[str, Any]]:
        """Slips that came out whole."""
        return [slip for slip in self.device("printer")["slips"] if slip["cut"]]


class House:
    """The parts of one test, ended in the right order whatever happened."""

    def __init__(self, folder: Path, broker: Mosquitto | None) -> None:
        self.folder = folder
        self.broker = broker
        self.halls: list[Hall] = []
        self.central: Program | None = None
        self.central_pages: Client | None = None
        self._central_port = 0

    def add_hall(
        self,
        name: str = "test-east",
        *,
        start: bool = True,
        windows: int = 4,
        silent: str = "",
        rules: Mapping[str, Any] | None = None,
        change: Callable[[Any], None] | None = None,
        paced: bool = False,
    ) -> Hall:
        folder = self.folder / name
        folder.mkdir()
        asked, ready = folder / "asked.toml", folder / "hall.toml"
        pages, control = free_port(), free_port()
        file = self._hall_file(name, folder, pages, rules or {})
        _more_windows(file, windows)
        if silent:
            _rest_is_silent(file, silent)
        if change is not None:
            change(file)
        asked.write_text(tomlkit.dumps(file), encoding="utf-8")
        simulate = ["simulate", "--config", str(asked), "--control", str(control), "--write", str(ready)]
        simulator = Program(
            [*simulate, "--run", str(folder / "run"), *(["--paced"] if paced else [])], folder / "simulator.log"
        )
        edge = Program(["edge", "--config", str(ready)], folder / "edge.log")
        hall = Hall(
            name, folder, simulator, edge, Client(f"http://127.0.0.1:{control}"), Client(f"http://127.0.0.1:{pages}"),
            ready,
        )  # fmt: skip
        self.halls.append(hall)
        simulator.start()
        staff = [{"name": f"staff{n}", "window": n, "code": f"1{n}", "secret": PIN} for n in range(1, 5)]
        run_hall(["users", "add-many", "--config", str(asked)], "\n".join(map(json.dumps, staff)))
        wait_for(hall.devices.ready, f"the devices of {name}", 30)
        if start:
            hall.start_edge()
            wait_for(hall.all_ready, f"all devices of {name}", 30)
            hall.pages.sign_in("staff1", PIN)
        return hall

    def start_central(self) -> Client:
        """Central on the same database each time."""
        assert self.broker is not None
        if self.central is None:
            self._central_port = free_port()
            data = self.folder / "central"
            data.mkdir()
            database = f"sqlite:///{data / 'central.db'}"
            listen = ["--listen", f"127.0.0.1:{self._central_port}", "--data", str(data)]
            self.central = Program(
                ["central", "--database", database, "--broker", self.broker.url, *listen], self.folder / "central.log"
            )
            (data / "central.db").write_bytes(_store_with_an_admin())
        self.central.start()
        client = Client(f"http://127.0.0.1:{self._central_port}")
        wait_for(client.ready, "central", 30)
        client.sign_in("viewer1", SECRET)
        self.central_pages = client
        return client

    def stored(self, hall: str) -> list[dict[str, Any]]:
        """Every event that central has of a hall's journals, as it gives them out."""
        assert self.central_pages is not None
        events: list[dict[str, Any]] = []
        for journal in self.central_pages.get(f"/api/v1/halls/{hall}/journals")["items"]:
            text = self.central_pages.bytes(f"/api/v1/events?hall={hall}&epoch={journal['epoch']}").decode()
            events += [json.loads(line) for line in text.splitlines()]
        return events

    def end(self) -> None:
        for hall in self.halls:
            for program in (hall.edge, hall.simulator):
                if program.process is not None:
                    program.stop()
        if self.central is not None and self.central.process is not None:
            self.central.stop()

    def _hall_file(self, name: str, folder: Path, pages: int, rules: Mapping[str, Any]) -> Any:
        file: Any = tomlkit.parse(DEMO_FILE.read_text(encoding="utf-8"))
        file["hall"]["id"] = name
        file["pages"]["listen"] = f"127.0.0.1:{pages}"
        file["data"] = {"folder": str(folder / "data")}
        for key, value in rules.items():
            file["rules"][key] = value
        if self.broker is not None:
            file["uplink"] = {"broker": self.broker.url}
        return file


def _rest_is_silent(file: Any, letter: str) -> None:
    """All windows but the first serve that class and D, and only class A of the first one is spoken."""
    for service in file["service"]:
        service["speak"] = service["letter"] == "A"
    for window in file["window"]:
        window["services"] = [letter, "D"] if window["number"] > 1 else ["A", "C"]
    for device in file["device"]:
        if device["id"] in ("sign-1", "terminal-1"):  # ports of their own, so that their bytes can be told apart
            del device["line"]
            device["port"] = "pty:"


def _more_windows(file: Any, count: int) -> None:
    """Windows beyond the demo's four, each with a sign and a call terminal on the two buses."""
    for number in range(5, count + 1):
        file["window"].append({"number": number, "services": ["A", "B"]})
        for kind, line in (("onbon-bx-sign", "sign-bus"), ("ff68-terminal", "terminal-bus")):
            name = "sign" if kind == "onbon-bx-sign" else "terminal"
            place = {"address": number, "window": number}
            file["device"].append({"id": f"{name}-{number}", "driver": kind, "line": line, **place})


@cache
def _store_with_an_admin() -> bytes:
    """A new store in which viewer1 may everything: made once for all houses of a run."""
    with TemporaryDirectory(prefix="hall-store-") as folder:
        file = Path(folder) / "central.db"
        role = ["--role", "admin", "--secret-stdin"]
        run_hall(["users", "add", "viewer1", "--database", f"sqlite:///{file}", *role], SECRET)
        return file.read_bytes()


def run_hall(arguments: list[str], typed: str = "") -> str:
    """Run one command of ours to its end; its output."""
    done = subprocess.run(
        [HALL, *arguments], input=f"{typed}\n", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def journal_lines(hall: Hall) -> list[dict[str, Any]]:
    """Every event of a hall's journal, by our own dump command."""
    return [json.loads(line) for line in run_hall(["journal", "dump", str(hall.journal)]).splitlines()]


def house_in(folder: Path, broker: Mosquitto | None) -> Iterator[House]:
    """For fixtures: a house that is ended, with every program's last words shown when a test fails."""
    house = House(folder, broker)
    try:
        yield house
    finally:
        house.end()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
