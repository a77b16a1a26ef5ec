"""Twenty signs on one RS-485 pair at 9600 baud, two of them dead: from the call to the last byte on the right screen.

The bytes are carried at the line's own speed both ways, by simulated devices in a process of their own. All windows are
at work: besides the measured calls a sign's face changes every 0.4 s, also the dead ones' (nobody has told the hall).
Beside our line, in the same run and with the same calls and changes, two plain programs with a time-out of 500 ms:
one that walks all signs in turn and writes to each what it should show, and one that writes changes as they come.
A call frame takes about 110 ms of the wire and its answer 31 ms, so nobody can be faster than that.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import tomlkit

from drivers.driver import OrderFailed, Report
from drivers.errors import DriverError
from drivers.kinds.sign import ShowText
from drivers.led_sign import messages
from drivers.led_sign.codec import HOST, Packet, Parser
from drivers.led_sign.layout import lay_out
from drivers.led_sign.options import SignOptions
from drivers.led_sign.text import to_card
from drivers.transport import SerialTransport
from drivers.unit import Moved
from edge.devices import Devices
from hall_config.load import read_hall_file
from tests.bench.figures import Figure, spread
from tests.bench.stamps import recent
from tests.journeys.house import Client, Hall, Program
from tests.parts import Mosquitto, free_port, wait_for

SIGNS: Final = 20
DEAD: Final = (6, 13)
CALLS: Final = 200
WALKED: Final = 60  # a call there takes two seconds and more
CHANGE_EVERY_S: Final = 0.4
TIMEOUT_S: Final = 0.5
DEAD_FOR_S: Final = 10.0  # the two have been dead so long when the first call is measured
COMMAND: Final = "make bench ARGS=bus"

Show = Callable[[int, str, bool], None]  # sign, text, whether it is a call


def measure(folder: Path, _broker: Mosquitto) -> list[Figure]:
    hall = simulated(folder, bus_file(folder))
    try:
        figures = [
            spread("bus of 20 with 2 dead: call to last byte", _calls(hall, _ours, CALLS), COMMAND),
            spread("the same, a queue in order, 500 ms time-out", _calls(hall, _queue, CALLS), COMMAND),
            spread("the same, all signs in turn, 500 ms time-out", _calls(hall, _walk, WALKED), COMMAND),
        ]
    finally:
        hall.simulator.stop()
    return figures


def bus_file(folder: Path) -> Any:
    """Twenty windows with a sign each, all on one line."""
    signs = [
        {"id": f"sign-{number}", "driver": "onbon-bx-sign", "line": "bus", "address": number, "window": number}
        for number in range(1, SIGNS + 1)
    ]
    return {
        "hall": {"id": "bench-bus", "name_zh": "测速大厅", "name_en": "Bench hall"},
        "data": {"folder": str(folder / "data")},
        "service": [{"letter": "A", "name_zh": "咨询", "name_en": "Advice"}],
        "window": [{"number": number, "services": ["A"]} for number in range(1, SIGNS + 1)],
        "line": [{"id": "bus", "port": "pty:", "baud": 9600}],
        "device": signs,
    }


def simulated(folder: Path, file: Any) -> Hall:
    """The devices of that file in a process of their own, bytes at the line's speed; no controller yet."""
    asked, ready, control = folder / "asked.toml", folder / "hall.toml", free_port()
    asked.write_text(tomlkit.dumps(file), encoding="utf-8")
    simulate = ["simulate", "--config", str(asked), "--control", str(control), "--write", str(ready), "--paced"]
    simulator = Program([*simulate, "--run", str(folder / "run")], folder / "simulator.log")
    edge = Program(["edge", "--config", str(ready)], folder / "edge.log")
    devices = Client(f"http://127.0.0.1:{control}")
    hall = Hall(file["hall"]["id"], folder, simulator, edge, devices, Client("http://127.0.0.1:1"), ready)
    simulator.start()
    wait_for(hall.devices.ready, "the simulated devices", 30)
    return hall


def _calls(hall: Hall, program: Callable[[Hall], Any], calls: int) -> list[float]:
    """Milliseconds of each call by that program, the same ones for every program."""
    chance = random.Random(9600)
    living = [number for number in range(1, SIGNS + 1) if number not in DEAD]
    called = [0]
    with program(hall) as show, _changes(show, called):
        time.sleep(DEAD_FOR_S)
        times = []
        for call in range(calls):
            time.sleep(chance.uniform(0.2, 0.6))
            sign, text = chance.choice(living), f"A{call:03}号"
            called[0] = sign
            begun_ns = time.monotonic_ns()
            show(sign, text, True)
            times.append((_shown_ns(hall, sign, text, begun_ns) - begun_ns) / 1e6)
    return times


def _shown_ns(hall: Hall, sign: int, text: str, begun_ns: int) -> int:
    """When the frame with that text, which is in no other one, had gone by; frames without a pause are one burst."""
    said = text.encode("gb2312")

    def find() -> int | None:
        ends = [
            entry["ended_ns"]
            for entry in recent(hall, f"sign-{sign}", "heard")
            if entry["ended_ns"] > begun_ns and said in bytes.fromhex(entry["tail_hex"])
        ]
        return min(ends, default=None)

    found = wait_for(find, f"{text} on sign {sign}", 60)
    assert found is not None
    return found


@contextmanager
def _changes(show: Show, called: list[int]) -> Iterator[None]:
    """All windows at work: some face changes all the time, but not the one that has just been called."""
    ending = threading.Event()
    chance = random.Random(1)

    def work() -> None:
        number = 0
        while not ending.wait(CHANGE_EVERY_S):
            number += 1
            sign = chance.randint(1, SIGNS)
            if sign not in called:
                show(sign, f"{number % 1000:03}办理", False)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def _kill_two(hall: Hall) -> None:
    for number in DEAD:
        hall.do(f"sign-{number}", "silent")


@contextmanager
def _ours(hall: Hall) -> Iterator[Show]:
    told: dict[str, str] = {}
    failed: deque[str] = deque(maxlen=1000)

    def heard(report: Report) -> None:
        if isinstance(report, Moved):
            told[report.device] = report.state.value
        elif isinstance(report, OrderFailed):
            failed.append(report.device)

    devices = Devices(read_hall_file(hall.file), heard, lambda: 0)
    devices.start()
    wait_for(lambda: list(told.values()).count("ready") == SIGNS, "all signs ready", 60)
    _kill_two(hall)

    def show(sign: int, text: str, call: bool) -> None:
        devices.submit(ShowText(f"sign-{sign}", (text,), blink=call, slot="face", urgent=call))

    try:
        yield show
        lost = sorted(set(failed) - {f"sign-{number}" for number in DEAD})
        assert not lost, f"orders to living signs failed: {lost}"
    finally:
        devices.stop()


class _Plain:
    """What a plain program does with one sign: write, wait for the answer, go on after the time-out."""

    def __init__(self, hall: Hall) -> None:
        self._port = SerialTransport(read_hall_file(hall.file).line[0].port, 9600)
        self._options = SignOptions.read({})
        self._ending = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def work(self) -> None:
        raise NotImplementedError

    def write(self, sign: int, text: str, blink: bool) -> None:
        area = self._options.area(lay_out([to_card(text, self._options.fallback)[0]], blink, self._options))
        data = messages.show_area(area).data()
        self._port.write(Packet(sign, HOST, data, self._options.device_type).encode())
        parser, deadline_s = Parser(), time.monotonic() + TIMEOUT_S + (len(data) + 30) * 10 / 9600
        while (left_s := deadline_s - time.monotonic()) > 0:
            if any(isinstance(item, Packet) for item in parser.feed(self._port.read(left_s))):
                time.sleep(0.004)  # the bus wants its silence
                return

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self.work()
        except DriverError:
            if not self._ending.is_set():
                raise

    @contextmanager
    def running(self, hall: Hall) -> Iterator[Show]:
        _kill_two(hall)
        self.thread.start()
        try:
            yield self.show
        finally:
            self._ending.set()
            self.thread.join()
            self._port.close()

    def show(self, sign: int, text: str, call: bool) -> None:
        raise NotImplementedError


class _Walk(_Plain):
    """All signs in turn, each with what it should show."""

    def __init__(self, hall: Hall) -> None:
        super().__init__(hall)
        self._faces = dict.fromkeys(range(1, SIGNS + 1), ("欢迎光临", False))

    def show(self, sign: int, text: str, call: bool) -> None:
        self._faces[sign] = (text, call)

    def work(self) -> None:
        for number in range(1, SIGNS + 1):
            self.write(number, *self._faces[number])


class _Queue(_Plain):
    """Changes as they come, each once."""

    def __init__(self, hall: Hall) -> None:
        super().__init__(hall)
        self._waiting: deque[tuple[int, str, bool]] = deque()
        self._came = threading.Event()

    def show(self, sign: int, text: str, call: bool) -> None:
        self._waiting.append((sign, text, call))
        self._came.set()

    def work(self) -> None:
        self._came.wait(0.1)
        self._came.clear()
        while self._waiting:
            self.write(*self._waiting.popleft())


def _walk(hall: Hall) -> Any:
    return _Walk(hall).running(hall)


def _queue(hall: Hall) -> Any:
    return _Queue(hall).running(hall)
