"""Code readers as drivers, against the simulated scanner: in memory, on a pseudo-terminal and over TCP."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from drivers.code_reader import GM65, NEWLAND, PLAIN
from drivers.code_reader.pace import BURST
from drivers.driver import Manifest, Order, OrderDone, OrderFailed, Report
from drivers.errors import BadFrame, DeviceFault, NoReply
from drivers.kinds.code_reader import CodeRefused, CodeScanned, Scan
from drivers.lifecycle import State
from drivers.line import Line
from drivers.transport import SerialTransport
from drivers.unit import Moved
from simulators.code_reader import SimulatedGm65Reader, SimulatedNewlandReader, SimulatedPlainReader
from simulators.doors import Door, PtyDoor, SocketDoor
from simulators.line import Line as SimulatedLine
from tests.drivers.wired import Wired
from tests.simulators.waiting import until

ID = "gate-reader"
KINDS: dict[str, tuple[Manifest, type[SimulatedPlainReader], dict[str, Any]]] = {
    "plain": (PLAIN, SimulatedPlainReader, {}),
    "gm65": (GM65, SimulatedGm65Reader, {}),
    "gm65-framed": (GM65, SimulatedGm65Reader, {"framing": "03-length"}),
    "newland": (NEWLAND, SimulatedNewlandReader, {}),
    "honeywell": (NEWLAND, SimulatedNewlandReader, {"dialect": "honeywell"}),
}


class Bench:
    def __init__(self, kind: str, piece: int | None = None, **options: Any) -> None:
        manifest, simulated, own = KINDS[kind]
        self.reports: list[Report] = []
        self.reader = simulated(ID, options=own | options)
        self.wire = Wired(self.reader, piece=piece)
        self.driver: Any = manifest.build(ID, self.reports.append, address=None, baud=9600, options=own | options)

    def scan(self, **what: str) -> list[Report]:
        self.reader.do("scan", what)
        while data := self.wire.read(0.0):
            self.driver.heard(self.wire, data)
        heard, self.reports[:] = list(self.reports), []
        return heard


@pytest.fixture(params=list(KINDS))
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)


@pytest.mark.parametrize("piece", [None, 1, 3])
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_code_is_told_once_however_it_is_split(kind: str, piece: int | None) -> None:
    bench = Bench(kind, piece)
    bench.driver.handshake(bench.wire)
    assert bench.scan(text="A012") == [CodeScanned(ID, "A012")]
    assert bench.scan(text="A012") == []
    assert bench.scan(text="测试") == [CodeScanned(ID, "测试")]
    assert bench.scan(text="A012") == [CodeScanned(ID, "A012")]


def test_the_same_code_after_the_time_is_a_new_scan() -> None:
    bench = Bench("plain", repeat_s=0.0)
    assert bench.scan(text="A012") == bench.scan(text="A012") == [CodeScanned(ID, "A012")]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"text": "4" * 4096}, "too_long"),
        ({"text": "A\x00B"}, "control_characters"),
        ({"text": "\x1b[31mred"}, "control_characters"),
        ({"hex": "ff fe fd fc"}, "not_text"),
    ],
)
def test_what_cannot_be_a_code_is_refused_by_every_reader(bench: Bench, what: dict[str, str], code: str) -> None:
    heard = bench.scan(**what)
    if bench.reader.kind == "gm65-code-reader" and code == "too_long":
        assert [report for report in heard if isinstance(report, CodeScanned)] == []
    else:
        assert heard == [CodeRefused(ID, code)]
    bench.driver.poll(bench.wire)
    bench.driver._take(bench.driver._stream.pause())
    bench.reports.clear()
    assert bench.scan(text="A012") == [CodeScanned(ID, "A012")]


def test_half_a_surrogate_never_gets_through_as_one(bench: Bench) -> None:
    for report in bench.scan(text="\ud83d"):
        assert isinstance(report, (CodeRefused, CodeScanned))
        if isinstance(report, CodeScanned):
            report.text.encode()


def test_neither_a_report_nor_a_log_shows_the_code(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    heard = bench.scan(text="'; DROP TABLE events; --")
    assert heard == [CodeScanned(ID, "'; DROP TABLE events; --")]
    assert "DROP" not in repr(heard) + caplog.text + repr(vars(bench.driver))
    assert "DROP" not in str(bench.reader.show())


@pytest.mark.parametrize("kind", ["gm65", "gm65-framed", "newland", "honeywell"])
def test_a_reader_that_waits_to_be_triggered_is_triggered(kind: str) -> None:
    bench = Bench(kind)
    bench.driver.handshake(bench.wire)
    bench.reader.do("mode", {"mode": "trigger"})
    assert bench.scan(text="A012") == []
    bench.driver.perform(bench.wire, Scan(ID))
    assert bench.scan(text="B001")[-1:] == [CodeScanned(ID, "A012")] or bench.reports == []
    bench.driver.perform(bench.wire, Scan(ID, on=False))
    assert not bench.reader.show()["looking"]


def test_the_key_of_the_scanner_reads_what_is_before_it() -> None:
    bench = Bench("plain")
    bench.reader.do("mode", {"mode": "trigger"})
    assert bench.scan(text="A012") == []
    bench.reader.do("press", {})
    bench.driver.heard(bench.wire, bench.wire.read(0.0))
    assert bench.reports == [CodeScanned(ID, "A012")]
    bench.driver.perform(bench.wire, Scan(ID))  # a plain reader listens to nothing, and that is no fault


def test_a_gm65_is_asked_by_heartbeat_and_a_wrong_crc_is_not_answered() -> None:
    bench = Bench("gm65")
    bench.driver.handshake(bench.wire)
    assert bytes.fromhex("7E 00 0A 01 00 00 00 30 1A") in bench.wire.sent
    asked = bench.reader.show()["commands"]
    bench.driver._asked_s -= 11
    bench.driver.poll(bench.wire)
    assert bench.reader.show()["commands"] == asked + 1
    bench.wire.write(bytes.fromhex("7E 00 0A 01 00 00 00 30 1B"))
    assert bench.wire.read(0.2) == b""
    assert bench.reader.show()["broken"] == 1


def test_options_of_a_gm65_reach_the_line() -> None:
    bench = Bench("gm65", send_crc=False, same_code_ms=1500)
    bench.driver.handshake(bench.wire)
    assert bytes.fromhex("7E 00 0A 01 00 00 00 AB CD") in bench.wire.sent
    assert bytes.fromhex("7E 00 08 01 00 05 0F AB CD") in bench.wire.sent
    slow = Bench("gm65", same_code_ms=1500, zone_05_unit_ms=500)
    slow.driver.handshake(slow.wire)
    assert bytes.fromhex("7E 00 08 01 00 05 03") in slow.wire.sent


@pytest.mark.parametrize("kind", ["gm65", "newland"])
def test_a_reader_that_says_nothing_or_nonsense(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.code_reader.driver._GM65_ANSWER_S", 0.05)
    monkeypatch.setattr("drivers.code_reader.newland.ANSWER_S", 0.05)
    bench = Bench(kind)
    bench.reader.hear = lambda data: None  # type: ignore[method-assign]
    with pytest.raises(NoReply, match="cable"):
        bench.driver.handshake(bench.wire)
    bench.reader.hear = lambda data: bench.reader._send(b"\x02\x00\x00\x01\x00\x33\x32")  # type: ignore[method-assign]
    with pytest.raises(BadFrame):
        bench.driver.handshake(bench.wire)


def test_a_newland_that_refuses_the_trigger_is_named() -> None:
    bench = Bench("newland")
    bench.reader._answer_text = lambda sign, text: bench.reader._send(  # type: ignore[attr-defined]
        b"\x02\x010000" + sign + text + b"\x15;\x03"
    )
    with pytest.raises(DeviceFault) as caught:
        bench.driver.perform(bench.wire, Scan(ID))
    assert caught.value.code == "trigger-refused"


def test_what_is_no_order_for_a_reader(bench: Bench) -> None:
    with pytest.raises(DeviceFault):
        bench.driver.perform(bench.wire, Order(ID))


def test_a_half_code_is_dropped_after_a_true_silence_and_not_before() -> None:
    bench = Bench("plain", gap_s=0.02)
    bench.driver.heard(bench.wire, b"HALF")
    assert bench.driver.poll_every_s == 0.01
    until(lambda: (bench.driver.poll(bench.wire), bench.driver.dropped)[1], "the half code is dropped")
    assert bench.driver.poll_every_s is None
    bench.driver.heard(bench.wire, b"A012\r")
    assert bench.reports == [CodeScanned(ID, "A012")]


@pytest.mark.parametrize("kind", ["gm65", "newland"])
def test_a_probe_finds_its_own_and_nobody_else(kind: str) -> None:
    for other in KINDS:
        bench = Bench(other)
        probe = KINDS[kind][0].probe
        assert probe is not None
        found = probe.ask(bench.wire, 9600)
        assert bool(found) == other.startswith(kind), other
    assert PLAIN.probe is not None
    assert not PLAIN.probe.asks, "such a scanner only speaks when it reads"


@pytest.mark.parametrize(
    ("manifest", "options"),
    [
        (PLAIN, {"suffix": "tab"}),
        (PLAIN, {"dialect": "newland"}),
        (PLAIN, {"gap_s": 0}),
        (PLAIN, {"strip_aim": 1}),
        (GM65, {"framing": "x"}),
        (GM65, {"baud_115200_code": 0}),
        (NEWLAND, {"dialect": "zebra"}),
        (NEWLAND, {"repeat_s": float("nan")}),
    ],
)
def test_options_that_make_no_sense_are_errors(manifest: Manifest, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        manifest.build(ID, lambda report: None, address=None, baud=0, options=options)


class OnLine:
    """The real line and driver on a real port, with the simulated line behind it."""

    def __init__(self, kind: str, door: Door, heartbeat_s: float = 0.3) -> None:
        manifest, simulated, own = KINDS[kind]
        self.reader = simulated(ID, options=own)
        self.far = SimulatedLine(ID, door, baud=9600)
        self.tap = self.far.join(self.reader)
        self.far.open()
        self.reports: list[Report] = []
        options = own | ({} if kind == "plain" else {"heartbeat_s": heartbeat_s})
        self.driver: Any = manifest.build(ID, self.reports.append, address=None, baud=9600, options=options)
        self.near = Line(ID, lambda: SerialTransport(door.port, 9600), [self.driver], self.reports.append)
        self.near.start()

    def act(self, action: str, **arguments: Any) -> None:
        with self.far.lock:
            self.reader.do(action, arguments)

    def codes(self) -> list[str]:
        return [report.text for report in self.reports if isinstance(report, CodeScanned)]

    def state(self) -> State | None:
        return next((report.state for report in reversed(self.reports) if isinstance(report, Moved)), None)

    def close(self) -> None:
        self.near.stop()
        self.far.close()


@pytest.mark.parametrize("way", ["pty", "tcp"])
@pytest.mark.parametrize("kind", ["gm65", "newland"])
def test_a_reader_on_a_real_line_is_unplugged_and_back(kind: str, way: str, tmp_path: Path) -> None:
    door: Door = PtyDoor(tmp_path / "reader") if way == "pty" else SocketDoor()
    bench = OnLine(kind, door)
    try:
        until(lambda: bench.state() is State.READY, "ready")
        bench.act("scan", text="A012")
        until(lambda: bench.codes() == ["A012"], "the code")
        bench.near.submit(Scan(ID))
        until(lambda: any(isinstance(one, (OrderDone, OrderFailed)) for one in bench.reports), "the order")
        assert not any(isinstance(one, OrderFailed) for one in bench.reports)
        bench.far.unplug(None)
        until(lambda: bench.state() is State.LOST, "lost")
        bench.far.replug(None)
        until(lambda: bench.state() is State.READY, "ready again")
        bench.act("scan", text="B001")
        until(lambda: bench.codes() == ["A012", "B001"], "the second code")
    finally:
        bench.close()
        bench.near.stop()  # twice is fine


def test_a_garbled_line_loses_codes_and_reads_on(tmp_path: Path) -> None:
    bench = OnLine("gm65", PtyDoor(tmp_path / "reader"))
    try:
        until(lambda: bench.state() is State.READY, "ready")
        bench.far.garble(bench.tap, 1.0, 7)
        for number in range(20):
            bench.act("scan", text=f"C{number:03}")
        bench.far.clear_faults(bench.tap)

        def read() -> bool:
            bench.act("scan", text="A012")
            return "A012" in bench.codes()

        until(read, "the good code")
    finally:
        bench.close()


def test_a_half_code_is_gone_long_before_the_next_heartbeat(tmp_path: Path) -> None:
    bench = OnLine("gm65", PtyDoor(tmp_path / "reader"), heartbeat_s=3600)
    try:
        until(lambda: bench.state() is State.READY, "ready")
        with bench.far.lock:
            bench.reader._send(b"HALF")
        until(lambda: bench.driver.dropped == 1, "the half code is dropped")
        bench.act("scan", text="A012")
        until(lambda: bench.codes() == ["A012"], "the code")
    finally:
        bench.close()


def test_a_dead_reader_is_lost_and_speaks_again(tmp_path: Path) -> None:
    bench = OnLine("gm65", PtyDoor(tmp_path / "reader"))
    try:
        until(lambda: bench.state() is State.READY, "ready")
        bench.far.silence(bench.tap)
        until(lambda: bench.state() is State.LOST, "lost", 30)
        bench.far.clear_faults(bench.tap)
        until(lambda: bench.state() is State.READY, "ready", 30)
    finally:
        bench.close()


@pytest.mark.parametrize("kind", ["gm65", "plain"])
def test_a_reader_that_floods_is_one_named_fault_and_reads_again_when_it_is_quiet(kind: str, tmp_path: Path) -> None:
    bench = OnLine(kind, PtyDoor(tmp_path / "reader"))
    try:
        until(lambda: bench.state() is State.READY, "ready")
        with bench.far.lock:
            for number in range(1000):
                bench.reader._send(f"FLOOD{number}\r\n".encode())
        until(lambda: bench.state() is State.DEGRADED, "the flood named")
        until(lambda: bench.state() is State.READY, "calm", 30)
        faults = [one for one in bench.reports if isinstance(one, Moved) and one.state is State.DEGRADED]
        assert {one.reason for one in faults} == {"flood"}
        assert BURST <= len(bench.codes()) < 3 * BURST * len(faults)
        bench.act("scan", text="A012")
        until(lambda: "A012" in bench.codes(), "a code after the flood")
    finally:
        bench.close()
