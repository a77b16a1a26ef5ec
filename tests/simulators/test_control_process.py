"""``hall simulate`` as a process: its ready file, its copy of the hall file, its end, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import serial

from hall_config.load import read_hall_file
from simulators.loopback import listen
from tests.simulators.waiting import until

HALL = Path(sys.executable).with_name("hall")
FILE = Path(str(files("hall_config") / "demo" / "demo-east.toml"))


@contextmanager
def _simulator(tmp_path: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    ready = tmp_path / "ready.json"
    command = [str(HALL), "simulate", "--config", str(FILE), "--write", str(tmp_path / "edge.toml"), "--run"]
    command += [str(tmp_path / "run"), "--ready-file", str(ready), *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        until(lambda: ready.exists() or process.poll() is not None, "ready", 30.0)
        assert process.poll() is None, process.communicate()[0]
        yield process, json.loads(ready.read_text(encoding="utf-8"))
    finally:
        process.kill()
        process.communicate()


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def test_it_makes_every_device_and_a_file_that_hall_edge_can_read(tmp_path: Path) -> None:
    with _simulator(tmp_path) as (process, ready):
        assert ready["pid"] == process.pid
        hall = read_hall_file(ready["config"])
        assert len(ready["devices"]) == len(hall.device) == 14
        assert _ask(f"{ready['url']}/readyz")["ready"] is True
        ports = {one.id: one.port for one in hall.line} | {one.id: one.port for one in hall.device if one.port}
        assert not [port for port in ports.values() if port.startswith("pty:")]
        assert hall.gpio.pins.startswith("pigpio://127.0.0.1:")
        with serial.Serial(str(ports["card-reader"]), timeout=20.0, exclusive=True) as reader:
            reader.write(bytes.fromhex("AA AA AA 96 69 00 03 11 FF ED"))  # the manual's status question
            assert reader.read(11) == bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 94")
        with serial.Serial(str(ports["sign-bus"]), timeout=20.0, exclusive=True) as signs:
            ping = "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A"
            signs.write(bytes.fromhex(ping))
            assert signs.read(1) == b"\xa5"
        assert _ask(f"{ready['url']}/sim/devices/card-reader")["bytes"]["heard"] == 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_time_and_nothing_is_left(tmp_path: Path, number: signal.Signals) -> None:
    with _simulator(tmp_path) as (process, ready):
        with urllib.request.urlopen(f"{ready['url']}/sim/stream", timeout=20):  # a page looks on
            process.send_signal(number)
            assert process.wait(timeout=20.0) == 0
        assert not (tmp_path / "ready.json").exists()
        assert list((tmp_path / "run" / "dev").iterdir()) == []


def test_a_taken_port_is_refused_with_the_holder_s_name(tmp_path: Path) -> None:
    with listen(0) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [str(HALL), "simulate", "--config", str(FILE), "--control", port],
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 2
    assert f"pid {os.getpid()} " in done.stderr
    assert "--control" in done.stderr


def test_a_wrong_hall_file_is_refused_with_its_problems(tmp_path: Path) -> None:
    wrong = tmp_path / "hall.toml"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace("call_interval_s", "call_intervall_s"), encoding="utf-8")
    done = subprocess.run([str(HALL), "simulate", "--config", str(wrong)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "call_intervall_s" in done.stderr
    assert "Traceback" not in done.stderr


def test_input_and_output_may_not_be_one_file(tmp_path: Path) -> None:
    copy = tmp_path / "hall.toml"
    copy.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [str(HALL), "simulate", "--config", str(copy), "--write", str(copy)], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert copy.read_text(encoding="utf-8") == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--write", "--ready-file"])
@pytest.mark.parametrize("place", ["a folder", "a pipe", "below a file"])
def test_a_file_that_cannot_be_written_is_refused_and_left_as_it_is(tmp_path: Path, option: str, place: str) -> None:
    aim = tmp_path / "aim"
    match place:
        case "a folder":
            aim.mkdir()
        case "a pipe":
            os.mkfifo(aim)
        case _:
            aim.write_text("no folder")
    kind = aim.stat().st_mode
    target = aim / "ports.toml" if place == "below a file" else aim
    command = [str(HALL), "simulate", "--config", str(FILE), option, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode in (1, 2)
    assert (str(target) in done.stderr, "Traceback" in done.stderr) == (True, False)
    assert aim.stat().st_mode == kind
