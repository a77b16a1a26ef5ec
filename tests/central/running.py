"""A central that runs as a process of its own, and a hall's side of the line to it."""

from __future__ import annotations

import json
import queue
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.clock import now_ms
from central.database import Database
from tests.parts import LET_GO_FIRST, Mosquitto, free_port, wait_for

HALL_PROGRAM = Path(sys.executable).parent / "hall"
SECRET = "Abcd-efgh-ijkm-42"


class RunningCentral:
    """``hall central`` over one data folder; may be killed and started again."""

    def __init__(
        self, data: Path, broker: Mosquitto, program: list[str] | None = None, database: str | None = None
    ) -> None:
        """``database``: its address; a file in the data folder unless given."""
        self.data = data
        self.database = database or f"sqlite:///{data / 'central.db'}"
        self.broker = broker
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None
        self._program = program or [str(HALL_PROGRAM), "central"]
        self.more: list[str] = []  # options of its own
        self._unproved = ssl.create_default_context()
        self._unproved.check_hostname, self._unproved.verify_mode = False, ssl.CERT_NONE

    def start(self, program: list[str] | None = None, port: int | None = None) -> None:
        port = port or free_port()
        self.url = f"{'https' if '--https-host' in self.more else 'http'}://127.0.0.1:{port}"
        self.data.mkdir(exist_ok=True)
        where = ["--data", str(self.data), "--database", self.database]
        arguments = [*where, "--broker", self.broker.url, "--listen", f"127.0.0.1:{port}", *self.more]
        with (self.data / "central.log").open("ab") as log:
            self.process = subprocess.Popen([*(program or self._program), *arguments], stdout=log, stderr=log)
        wait_for(self._ready, "central answers /readyz with 200", 90)

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            pytest.fail(f"central ended: {self.log()[-3000:]}")
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=10, verify=self._unproved).status_code == 200
        except httpx2.HTTPError:
            return False

    def log(self) -> str:
        return (self.data / "central.log").read_text(errors="replace")

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self, within_s: float = 30.0) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM, within_s)

    def died(self, within_s: float = 20.0) -> int:
        """Wait for an end that somebody else brings."""
        assert self.process is not None
        code = self.process.wait(within_s)
        self.process = None
        return code

    def _end(self, how: signal.Signals, within_s: float = 5.0) -> int:
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(how)
        try:
            return process.wait(within_s)
        finally:
            process.kill()
            process.wait()

    def client(self, role: str = "admin") -> httpx2.Client:
        """A client that is signed in with an account of its own."""
        database = Database(self.database)
        AccountDesk(database).add(role, [Role(role)], now_ms(), SECRET)
        database.close()
        client = httpx2.Client(base_url=self.url, timeout=30, verify=self._unproved, limits=LET_GO_FIRST)
        answer = client.post("/api/v1/session", json={"name": role, "secret": SECRET})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client

    def metric(self, name: str) -> float:
        text = httpx2.get(f"{self.url}/metrics", timeout=30).text
        return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"{name} "))


class HallLine:
    """What a hall says and hears on the broker."""

    def __init__(self, broker: Mosquitto, hall: str) -> None:
        self.hall = hall
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.acks: list[dict[str, Any]] = []
        self.central: list[bool] = []
        self.orders: list[dict[str, Any]] = []
        self.plans: list[dict[str, Any]] = []
        self._broker = broker
        self._subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert self._subscribed.wait(30)

    def say(self, leaf: str, value: Any, *, retain: bool = False) -> None:
        """Publish and wait until the broker has it."""
        payload = value if isinstance(value, bytes) else json.dumps(value)
        self._client.publish(f"lh/1/{self.hall}/{leaf}", payload, qos=1, retain=retain).wait_for_publish(15)

    def state(self, *, online: bool, bdseq: int, epoch: str) -> None:
        facts = {"boot": "b", "version": "1", "config_rev": 1, "clock": "ntp"}
        self.say("node/state", {"online": online, "bdseq": bdseq, "epoch": epoch, **facts}, retain=True)

    def acked(self, epoch: str) -> int:
        return max((ack["upto"] for ack in self.acks if ack["epoch"] == epoch), default=-1)

    def wait_acked(self, epoch: str, upto: int) -> None:
        wait_for(lambda: self.acked(epoch) >= upto, f"central has acknowledged {upto} of {epoch}")
        assert self.acked(epoch) == upto

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: mqtt.Client, *_: Any) -> None:
        topics = (*(f"lh/1/{self.hall}/{leaf}" for leaf in ("ack", "cmd", "cfg/desired")), "lh/1/central/state")
        client.subscribe([(topic, 1) for topic in topics])

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        value = json.loads(message.payload)
        if message.topic.endswith("/ack"):
            self.acks.append(value)
        elif message.topic.endswith("/cmd"):
            self.orders.append(value)
        elif message.topic.endswith("/cfg/desired"):
            self.plans.append(json.loads(value["plan"]))
        else:
            self.central.append(value["online"])


@contextmanager
def hall_line(broker: Mosquitto, hall: str) -> Iterator[HallLine]:
    line = HallLine(broker, hall)
    try:
        yield line
    finally:
        line.close()
