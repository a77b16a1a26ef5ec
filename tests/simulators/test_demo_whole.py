"""``hall demo`` as a newcomer and as an operator meet it: ready, alive after kills, gone without a trace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from simulators.demo.sweeper import started_at
from simulators.loopback import is_free
from tests.parts import free_port, wait_for
from tests.simulators.waiting import until

HALL = Path(sys.executable).with_name("hall")
START_S = 90.0

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.once]


def _port_base() -> int:
    """A base whose ports are all free now."""
    while True:
        base = free_port()
        if all(is_free(base + step) for step in (0, 1, 101, 201)):
            return base


class Demo:
    """A running demo of one hall."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        self.temporary.chmod(0o711)
        self.file = folder / "ready.json"
        self.base = _port_base()
        self.output = (folder / "demo.out").open("w+", encoding="utf-8")
        command = [str(HALL), "demo", "--halls", "1", "--port-base", str(self.base), "--ready-file", str(self.file)]
        self.process = subprocess.Popen(
            [*command, *more],
            stdout=self.output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(self.temporary)},
        )

    def ready(self) -> dict[str, Any]:
        until(lambda: self.file.exists() or self.process.poll() is not None, "the ready file", START_S)
        assert self.process.poll() is None, self.told()
        found: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return found

    def told(self) -> str:
        return Path(self.output.name).read_text(encoding="utf-8")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()


def _pids(ready: dict[str, Any]) -> list[int]:
    hall = ready["halls"][0]
    return [ready["central"]["pid"], ready["broker"]["pid"], hall["pid"], hall["simulator"]["pid"]]


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def _counts(url: str) -> dict[str, int]:
    try:
        counts: dict[str, int] = _get(f"{url}/api/v1/state")["counts"]
    except OSError:
        return {}
    return counts


def _forge(broker: dict[str, Any], topic: str) -> None:
    """Say something under another hall's name, with the certificate of the first one."""
    own = broker["users"][1]
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="forger", protocol=mqtt.MQTTv5)
    client.tls_set(broker["ca"], own["certificate"], own["key"])
    client.connect("127.0.0.1", int(broker["url"].rpartition(":")[2]))
    client.loop_start()
    client.publish(topic, b"{}", qos=1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path / "demo", "--visitors", "900", "--speed", "30")
    yield made
    made.close()


def test_a_morning_passes_parts_that_die_come_back_and_a_signal_ends_all_of_it(demo: Demo) -> None:
    ready = demo.ready()
    hall = ready["halls"][0]
    assert {"id", "url", "pid", "journal", "config", "staff", "simulator", "devices"} <= hall.keys()
    assert {one["window"] for one in hall["staff"]} == {1, 2, 3, 4}
    assert {user["role"] for user in ready["central"]["users"]} >= {"viewer", "admin", "supervisor", "audit_admin"}
    for url in (ready["central"]["url"], hall["url"], hall["simulator"]["url"]):
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
            assert answer.status == 200
    assert "staff1" in _get(f"{hall['url']}/api/v1/state")["services"][0]["on_duty"]
    rota = _get(f"{hall['url']}/api/v1/content/rota")["duties"]
    assert [(one["name_zh"], one["half"]) for one in rota[:2]] == [("林示例", "DAY"), ("周样本", "MORNING")]
    wait_for(lambda: ready["central"]["users"][0]["secret"] in demo.told(), "the sign-in secrets on the terminal")

    until(lambda: _counts(hall["url"]).get("done", 0) >= 2, "two people served", 60.0)
    _forge(ready["broker"], "lh/1/demo-west/evt")
    log = Path(ready["broker"]["log"])
    until(lambda: "Denied PUBLISH from forger (d0, q1, r0, m1, 'lh/1/demo-west/evt'" in log.read_text(), "it is seen")

    for part, pid in (
        ("simulator", hall["simulator"]["pid"]),
        ("edge", hall["pid"]),
        ("broker", ready["broker"]["pid"]),
    ):
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: pid not in _pids(demo.ready()), f"{part} is another process")
        for url in (ready["central"]["url"], hall["url"], hall["simulator"]["url"]):
            assert _get(f"{url}/healthz")  # what the ready file names answers
    again = demo.ready()["halls"][0]
    assert [one["port"] for one in again["devices"]] == [one["port"] for one in hall["devices"]]
    before = until(lambda: _counts(hall["url"]), "the controller answers", 30.0)
    until(lambda: _counts(hall["url"]).get("done", 0) > before["done"], "the morning goes on", 60.0)

    pids = _pids(demo.ready())
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(timeout=15.0) == 0
    _require_nothing_left(demo, pids)
    assert "Traceback" not in demo.told()


def test_a_killed_supervisor_takes_everything_along_and_a_second_start_works_at_once(tmp_path: Path) -> None:
    first = Demo(tmp_path / "first", "--visitors", "0")
    try:
        pids = _pids(first.ready())
        first.process.kill()
        first.process.wait()
        until(lambda: not any(started_at(pid) for pid in pids), "all parts ended")
        until(lambda: not first.file.exists() and not list(first.temporary.iterdir()), "no files")
        _require_nothing_left(first, pids)
        second = subprocess.run(
            [str(HALL), "demo", "--halls", "1", "--visitors", "0", "--for", "1", "--port-base", str(first.base)],
            capture_output=True, text=True, timeout=START_S + 30,
        )  # fmt: skip
        assert second.returncode == 0, second.stdout + second.stderr
    finally:
        first.close()


def _require_nothing_left(demo: Demo, pids: list[int]) -> None:
    assert not any(started_at(pid) for pid in pids)
    assert all(is_free(demo.base + step) for step in (0, 1, 101, 201))
    assert list(demo.temporary.iterdir()) == []
    assert not demo.file.exists()
