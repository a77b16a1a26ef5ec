"""The call terminal's driver joined to the simulated terminal, in memory and on pseudo-terminals."""

from __future__ import annotations

import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from drivers.call_terminal import CallTerminal
from drivers.driver import OrderDone, Report
from drivers.kinds.call_terminal import Action, AskGrade, Beep, GradePressed, ShowGrade, ShowNumbers, TerminalAsked
from drivers.line import Line
from drivers.transport import Memory, SerialTransport
from simulators.call_terminal import SimulatedCallTerminal
from simulators.doors import PtyDoor
from simulators.line import Line as SimulatedLine
from tests.drivers.wired import Wired
from tests.drivers.wired_pty import on_pty


class Desk:
    """A terminal's driver with its reports, and a clock that the test moves."""

    def __init__(self, address: int = 3, **options: Any) -> None:
        self.reports: list[Report] = []
        self.now_s = 100.0
        self.driver = CallTerminal(
            "t3", self.reports.append, address=address, baud=9600, options=options, steady=lambda: self.now_s
        )

    @property
    def asked(self) -> list[tuple[Action, int | None]]:
        return [(report.action, report.number) for report in self.reports if isinstance(report, TerminalAsked)]


def joined(piece: int | None = None) -> tuple[Desk, SimulatedCallTerminal, Wired]:
    simulator = SimulatedCallTerminal("t3", address=3, window=3)
    return Desk(), simulator, Wired(simulator, piece=piece)


def carry(desk: Desk, line: Wired) -> None:
    while data := line.read(0.0):
        desk.driver.heard(line, data)


def test_a_pressed_key_reaches_the_hall_and_the_terminal_is_content() -> None:
    desk, simulator, line = joined(piece=1)
    simulator.do("press", {"keys": ["1", "2", "call"]})
    carry(desk, line)
    assert desk.asked == [(Action.CALL_NUMBER, 12)]
    line.let_pass(1.0)
    assert simulator.show()["answer"] == "ok"
    assert simulator.show()["counters"]["repeated"] == 0


def test_a_lost_echo_makes_the_terminal_repeat_and_the_hall_act_once() -> None:
    desk, simulator, line = joined()
    simulator.do("press", {"key": "call"})
    lost = line.read(0.0)
    desk.driver.heard(Memory(), lost)  # the echo goes nowhere
    line.let_pass(0.1)
    line.let_pass(0.1)
    desk.now_s += 0.2
    carry(desk, line)
    assert desk.asked == [(Action.CALL_NEXT, None)]
    assert simulator.show()["counters"] | {"broken": 0} == {
        "said": 2, "repeated": 1, "acknowledged": 1, "given_up": 0, "broken": 0, "beeps": 0,
    }  # fmt: skip


def test_numbers_and_beeps_arrive() -> None:
    desk, simulator, line = joined()
    desk.driver.perform(line, ShowNumbers("t3", waiting=7, ticket="A012"))
    desk.driver.perform(line, Beep("t3"))
    shown = simulator.show()
    assert (shown["waiting"], shown["ticket"], shown["beeps"]) == ("007", "012", 1)
    desk.driver.perform(line, ShowNumbers("t3"))
    assert (simulator.show()["waiting"], simulator.show()["ticket"]) == ("", "")


@pytest.mark.parametrize("answer", ["same_with_01", "short"])
def test_an_evaluator_press_reaches_the_hall(answer: str) -> None:
    simulator = SimulatedCallTerminal("t3", address=3)
    line, desk = Wired(simulator), Desk(evaluator_answer=answer)
    simulator.do("press", {"evaluator": 2})
    carry(desk, line)
    assert desk.reports == [GradePressed("t3", 4)]
    assert simulator.show()["answer"] == "ok"


def test_the_evaluator_is_asked_pressed_and_thanked_and_a_lost_answer_gives_one_grade() -> None:
    simulator = SimulatedCallTerminal("t3", address=3)
    line, desk = Wired(simulator, piece=1), Desk(start_evaluation=True)
    desk.driver.perform(line, AskGrade("t3"))
    assert simulator.show()["evaluator"]["asking"]
    simulator.do("press", {"evaluator": 3})
    lost = b"".join(iter(lambda: line.read(0.0), b""))
    desk.driver.heard(Memory(), lost)  # the acknowledge goes nowhere
    line.let_pass(0.1)
    line.let_pass(0.1)
    desk.now_s += 0.1
    line.noise(lost[:6])  # and a colliding terminal tears the next frame
    carry(desk, line)
    line.let_pass(0.1)
    carry(desk, line)
    assert desk.reports == [GradePressed("t3", 5)]
    assert simulator.show()["answer"] == "ok"
    desk.driver.perform(line, ShowGrade("t3", 5))
    assert simulator.show()["evaluator"]["stars"] == 5


def test_two_terminals_on_one_paced_bus_are_echoed_in_time(tmp_path: Path) -> None:
    bus = SimulatedLine("bus", PtyDoor(tmp_path / "bus"), paced=True)
    terminals = [SimulatedCallTerminal(f"t{number}", address=number) for number in (1, 2)]
    for terminal in terminals:
        bus.join(terminal)
    bus.open()
    reports: SimpleQueue[Report] = SimpleQueue()
    drivers = [CallTerminal(one.id, reports.put, address=number, baud=9600) for number, one in enumerate(terminals, 1)]
    line = Line("bus", lambda: SerialTransport(str(tmp_path / "bus")), drivers, reports.put)
    line.start()
    try:
        line.submit(ShowNumbers("t1", waiting=4))
        assert _next(reports, OrderDone).device == "t1"
        for terminal in terminals:
            with bus.lock:
                terminal.do("press", {"key": "call"})
            assert _next(reports, TerminalAsked) == TerminalAsked(terminal.id, Action.CALL_NEXT, None, ("call",))
            _until(lambda terminal=terminal: terminal.show()["answer"] == "ok")
        assert [terminal.show()["counters"]["given_up"] for terminal in terminals] == [0, 0]
        assert terminals[0].show()["waiting"] == "004"
    finally:
        line.stop()
        bus.close()


def test_the_echo_is_back_well_within_the_terminals_patience() -> None:
    simulator = SimulatedCallTerminal("t3", address=3)
    taken_s = []
    with on_pty(simulator) as path:
        channel = SerialTransport(path)
        one = CallTerminal("t3", lambda report: None, address=3, baud=9600)
        for number in range(20):
            started = time.monotonic()
            simulator.do("press", {"key": ("call", "recall")[number % 2]})
            while simulator.show()["answer"] != "ok":
                assert time.monotonic() - started < 5
                if data := channel.read(0.002):
                    one.heard(channel, data)
            taken_s.append(time.monotonic() - started)
        channel.close()
    assert sorted(taken_s)[len(taken_s) // 2] < 0.08


def _next(reports: SimpleQueue[Report], kind: type[Any]) -> Any:
    while True:
        report = reports.get(timeout=30)
        if isinstance(report, kind):
            return report


def _until(look: Any) -> None:
    deadline_s = time.monotonic() + 30
    while not look():
        assert time.monotonic() < deadline_s
        time.sleep(0.002)
