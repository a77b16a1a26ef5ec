"""The search on free ports: who is asked first, who is never asked, and what a stranger's plug-in cannot spoil."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import ANY

import pytest

from drivers.driver import Found, Manifest, Probe
from drivers.errors import NoReply, PortLost
from drivers.kind import Kind
from drivers.ticket_printer import MANIFEST as PRINTER
from drivers.transport import SerialTransport
from edge.commissioning.port_holder import Held
from edge.commissioning.probing import PortFound, Prober, in_asking_order
from edge.commissioning.serial_ports import SerialPort, named_port
from edge.commissioning.shown import naming
from edge.driver_registry import installed
from hall_config.program import run
from simulators.call_terminal import SimulatedCallTerminal
from simulators.code_reader import SimulatedPlainReader
from simulators.device import Device
from simulators.id_card_reader import SimulatedSamReader
from simulators.relay_board import SimulatedRelayBoard
from simulators.ticket_printer import SimulatedEscposPrinter
from tests.drivers.wired_pty import on_pty


@pytest.fixture(name="stack")
def stack_fixture() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def port_of(stack: ExitStack, device: Device) -> SerialPort:
    return named_port(stack.enter_context(on_pty(device)))


def test_every_port_is_told_what_hangs_on_it(stack: ExitStack) -> None:
    devices = [
        SimulatedEscposPrinter("printer", options={}),
        SimulatedSamReader("reader", options={}),
        SimulatedRelayBoard("relay", address=1, options={}),
    ]
    drivers = [one for one in installed() if one.name in ("escpos-printer", "sam-id-card", "waveshare-relay")]
    ports = [port_of(stack, device) for device in devices]
    asked: list[tuple[str, str]] = []
    found = Prober(drivers, tell=lambda one: asked.append((one.port.stable, one.driver))).look(ports)
    assert [one.port for one in found] == ports
    assert [[answer.driver for answer in one.answers] for one in found] == [
        ["escpos-printer"], ["sam-id-card"], ["waveshare-relay"],
    ]  # fmt: skip
    assert {driver for port, driver in asked if port == ports[0].stable} == {"escpos-printer"}, "a printer is let be"
    assert devices[0].show()["slips"] == []


class Wire(Device):
    """Several simulated terminals on one pair of wires, and rubbish on it."""

    kind = "wire"

    def __init__(self, *terminals: SimulatedCallTerminal) -> None:
        self.id = "wire"
        self.window = None
        self.terminals = terminals
        self._send: Any = lambda data: None

    def attach(self, send: Any) -> None:
        self._send = send
        for terminal in self.terminals:
            terminal.attach(send)

    def hear(self, data: bytes) -> None:
        for terminal in self.terminals:
            terminal.hear(data)

    def tick(self, steady_s: float) -> None:
        for terminal in self.terminals:
            terminal.tick(steady_s)

    def rubbish(self) -> None:
        self._send(bytes(range(256)) + b"\xff\x68\x99\xe4\xb8\x1b[2J")

    def do(self, action: str, arguments: Any) -> Any:
        return {}

    def show(self) -> Any:
        return {}


LISTENERS = [one for one in installed() if one.probe is not None and not one.probe.asks]


def test_every_terminal_of_a_wire_is_heard_when_somebody_presses_its_key(stack: ExitStack) -> None:
    wire = Wire(*(SimulatedCallTerminal(f"terminal-{n}", address=n, options={}) for n in (3, 7)))
    port = port_of(stack, wire)
    stopping, told = threading.Event(), []

    def press(_: float) -> None:
        fingers.start()

    def presses() -> None:
        while not stopping.wait(0.3):
            wire.rubbish()
            for terminal in wire.terminals:
                terminal.do("press", {"key": "call"})

    fingers = threading.Thread(target=presses, daemon=True)
    (found,) = Prober(
        LISTENERS,
        how_long=lambda silent: 60.0 * silent,
        press_now=press,
        heard=lambda where, answer: told.append((where.stable, answer.address)),
        enough=lambda: len(told) == 2,
    ).look([port])
    stopping.set()
    fingers.join()
    assert sorted((one.driver, one.address) for one in found.answers) == [("ff68-terminal", 3), ("ff68-terminal", 7)]
    assert sorted(told) == [(port.stable, 3), (port.stable, 7)]


def test_a_scanned_code_is_heard_and_never_shown(stack: ExitStack) -> None:
    reader = SimulatedPlainReader("reader", options={})
    port = port_of(stack, reader)
    told: list[Any] = []
    scan = threading.Timer(0.5, lambda: reader.do("scan", {"text": "TEST-PASS-0001"}))
    (found,) = Prober(
        LISTENERS,
        how_long=lambda silent: 60.0,
        press_now=lambda seconds: scan.start(),
        heard=lambda where, answer: told.append(answer),
        enough=lambda: bool(told),
    ).look([port])
    assert [(one.driver, one.address, one.words) for one in found.answers] == [("plain-code-reader", None, "code")]
    assert "TEST-PASS" not in repr(found)


def test_nobody_who_speaks_ends_with_the_time_and_a_pulled_port_is_a_problem(stack: ExitStack) -> None:
    quiet = port_of(stack, Wire())
    gone = named_port("/dev/no-such-terminal")
    ended: list[Any] = []
    nobody = Prober(LISTENERS, how_long=lambda silent: 0.3, ended=ended.append, is_held=free)
    assert nobody.look([quiet, gone]) == (PortFound(quiet), PortFound(gone, problem=ANY))
    assert [one.port for one in sorted(ended, key=lambda one: one.port.stable, reverse=True)] == [quiet, gone]


def test_a_port_that_somebody_holds_is_never_opened(stack: ExitStack) -> None:
    opened: list[str] = []
    manifest = replace(PRINTER, open_channel=lambda url, baud: opened.append(url))  # type: ignore[arg-type,return-value]
    port = port_of(stack, SimulatedEscposPrinter("printer", options={}))
    with SerialTransportHeld(port.stable):
        (found,) = Prober([manifest]).look([port])
    assert found.held == Held("exclusive")
    assert opened == []


class SerialTransportHeld:
    """A running line's hold on its port."""

    def __init__(self, port: str) -> None:
        self._line = SerialTransport(port)

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self._line.close()


class Quiet:
    def close(self) -> None: ...


def manifest(name: str, ask: Any, kind: Kind = Kind.SIGN, opens: Any = None, *, asks: bool = True) -> Manifest:
    made = opens or (lambda url, baud: Quiet())
    return replace(PRINTER, name=name, kind=kind, open_channel=made, probe=Probe((9600, 19200), ask, asks=asks))


def test_printers_are_asked_first_modbus_late_and_listeners_last() -> None:
    names = [one.name for one in in_asking_order(installed())]
    assert names[0] == "escpos-printer"
    assert names.index("sam-id-card") < names.index("waveshare-relay")
    assert names[-1] in {one.name for one in installed() if one.probe is not None and not one.probe.asks}


PORT = SerialPort("here", "here", "name")


def free(_: str) -> None:
    return None


def test_after_an_answer_only_the_same_kind_of_bus_is_asked_on() -> None:
    asked: list[str] = []

    def ask(name: str, *found: Found) -> Any:
        return lambda channel, baud: (asked.append(f"{name} {baud}"), found)[1]

    def bus(url: str, baud: int) -> Quiet:
        return Quiet()

    drivers = [
        manifest("a-board", ask("a", Found(1)), Kind.RELAYS, bus),
        manifest("b-inputs", ask("b", Found(2), Found(3)), Kind.INPUTS, bus),
        manifest("c-other", ask("c"), Kind.INPUTS),
    ]
    (found,) = Prober(drivers, is_held=free).look([PORT])
    assert [(one.driver, one.address, one.baud) for one in found.answers] == [
        ("a-board", 1, 9600), ("b-inputs", 2, 9600), ("b-inputs", 3, 9600),
    ]  # fmt: skip
    assert asked == ["a 9600", "b 9600"]


def test_a_plug_in_that_crashes_or_answers_nothing_ends_no_search() -> None:
    def crash(channel: Any, baud: int) -> Any:
        raise RuntimeError("a stranger's mistake")

    def silent(channel: Any, baud: int) -> Any:
        raise NoReply("nothing")

    good = manifest("z-good", lambda channel, baud: (Found(None, "here I am"),))
    shut = manifest("c", silent, opens=crash)
    (found,) = Prober([manifest("a", crash), manifest("b", silent), shut, good], is_held=free).look([PORT])
    assert [one.driver for one in found.answers] == ["z-good"]


def test_a_port_that_is_pulled_meanwhile_says_so() -> None:
    def pulled(channel: Any, baud: int) -> Any:
        raise PortLost("gone")

    (found,) = Prober([manifest("a", pulled)], is_held=free).look([PORT])
    assert (found.problem, found.answers) == ("gone", ())


def test_a_search_can_be_stopped() -> None:
    asked: list[int] = []
    prober = Prober([manifest("a", lambda channel, baud: asked.append(baud) or prober.stop() or ())], is_held=free)
    prober.look([PORT])
    assert asked == [9600]
    assert prober.look([]) == ()


def test_a_serial_server_is_asked_at_its_own_speed_only() -> None:
    asked: list[int] = []
    drivers = [manifest("a", lambda channel, baud: asked.append(baud) or ())]
    Prober(drivers).look([named_port("socket://127.0.0.1:1")])
    assert asked == [9600]


def test_bare_bytes_are_never_sent_to_modbus_tcp() -> None:
    asked: list[str] = []
    drivers = [
        replace(PRINTER, probe=Probe((9600,), lambda channel, baud: asked.append("printer") or ())),
        manifest("z-board", lambda channel, baud: asked.append("board") or (), Kind.RELAYS),
    ]
    Prober(drivers).look([named_port("tcp://127.0.0.1:1")])
    assert asked == ["board"]


def test_a_dead_address_on_the_network_is_a_problem_in_words() -> None:
    (found,) = Prober([PRINTER]).look([named_port("socket://127.0.0.1:1")])
    assert "127.0.0.1" in found.problem


@pytest.mark.parametrize(
    ("port", "word"),
    [
        ("/dev/ttyUSB0", "by_chance"),
        ("/dev/ttyACM3", "by_chance"),
        ("/dev/ttyS0", "by_name"),
        ("socket://h:1", "by_name"),
    ],
)
def test_a_name_that_changes_is_not_called_fixed(port: str, word: str) -> None:
    assert naming(SerialPort(port, port, "name")) == word


def test_a_named_port_that_cannot_be_asked_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["devices", "probe", "--port", "/dev/serial/by-id/nothing"]) == 3
    said = capsys.readouterr()
    assert "USB 插头" in said.out
    assert "1/1" in said.err
