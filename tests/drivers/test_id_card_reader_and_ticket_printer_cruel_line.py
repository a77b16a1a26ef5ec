"""Reader and printer behind a line that flips bits, loses bytes and answers late: seeded, and never another error."""

from __future__ import annotations

import random

import pytest

from drivers import id_card_reader, ticket_printer
from drivers.driver import Report
from drivers.errors import DriverError
from drivers.id_card_reader import CardRead
from drivers.kinds.printer import NotPrinted, Print, Printed
from drivers.kinds.slip import Qr, Text
from simulators.device import Device
from simulators.id_card_reader import SimulatedSamReader
from simulators.ticket_printer import SimulatedEscposPrinter
from tests.drivers.wired import Wired


class Cruel(Wired):
    """Spoils what passes, both ways, by its own chance."""

    def __init__(self, simulator: Device, seed: int, rate: float) -> None:
        super().__init__(simulator)
        self._chance = random.Random(seed)
        self._rate = rate

    def read(self, timeout_s: float) -> bytes:
        return self._spoil(super().read(timeout_s))

    def write(self, data: bytes) -> None:
        super().write(self._spoil(data))

    def _spoil(self, data: bytes) -> bytes:
        spoilt = bytearray()
        for byte in data:
            luck = self._chance.random()
            if luck < self._rate:
                spoilt.append(byte ^ 1 << self._chance.randrange(8))
            elif luck > self._rate / 2 + self._rate:
                spoilt.append(byte)
        return bytes(spoilt)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate", [0.0002, 0.01, 0.2])
def test_a_reader_on_a_cruel_line_reads_right_or_not_at_all(seed: int, rate: float) -> None:
    told: list[Report] = []
    simulator = SimulatedSamReader("reader", options={"found_again": True})
    driver = id_card_reader.MANIFEST.build("reader", told.append, address=None, baud=115200, options={})
    line = Cruel(simulator, seed, rate)
    for index in range(60):
        if index % 6 == 0:
            simulator.do("tap_card", {"person": "elder-1"})
        try:
            driver.poll(line)
        except DriverError:
            driver.forget()
        line.let_pass(0.3)
    assert {report.card.number for report in told if isinstance(report, CardRead)} <= {"999999194103150260"}
    calm = Wired(simulator)
    driver.forget()
    simulator.do("reset", {})
    simulator.do("tap_card", {"person": "elder-2"})
    told.clear()
    driver.poll(calm)
    assert [type(report) for report in told] == [CardRead], "one good line and all is well"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate", [0.0002, 0.01, 0.2])
def test_a_printer_on_a_cruel_line_answers_for_every_slip(seed: int, rate: float) -> None:
    told: list[Report] = []
    simulator = SimulatedEscposPrinter("printer", options={"speed_mm_s": 0})
    driver = ticket_printer.MANIFEST.build("printer", told.append, address=None, baud=115200, options={})
    line = Cruel(simulator, seed, rate)
    for index in range(12):
        try:
            driver.perform(line, Print("printer", f"A{index:03}", (Text("测试 A012"), Qr("http://hall.test/t/x"))))
        except DriverError:
            driver.forget()
    answered = [report.job for report in told if isinstance(report, Printed | NotPrinted)]
    assert answered == [f"A{index:03}" for index in range(12)]
