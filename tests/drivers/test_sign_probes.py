"""Signs are found by their question, each with its number; that it harms nobody else is in test_all_probes.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drivers import led_sign, lumen_sign, strip_sign
from drivers.driver import Found, Probe
from drivers.led_sign import probe as onbon_probe
from drivers.lumen_sign import probe as lumen_probe
from drivers.transport import SerialTransport
from simulators.device import Device
from simulators.doors import SocketDoor
from simulators.led_sign import SimulatedOnbonSign
from simulators.line import Line as SimulatedLine
from simulators.lumen_sign import SimulatedLumenSign
from tests.drivers.wired_pty import on_pty


@contextmanager
def probed(manifest: Any) -> Iterator[Probe]:
    assert manifest.probe is not None
    yield manifest.probe


def ask(manifest: Any, device: Device, baud: int | None = None) -> tuple[Found, ...]:
    with probed(manifest) as probe, on_pty(device) as path:
        line = SerialTransport(path)
        try:
            return probe.ask(line, baud or probe.bauds[0])
        finally:
            line.close()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody is looked for beyond the first few numbers."""
    monkeypatch.setattr(onbon_probe, "_BUDGET_S", 1.5)
    monkeypatch.setattr(lumen_probe, "_BUDGET_S", 1.5)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("address", [1, 3])
def test_an_onbon_card_is_found_with_its_number(address: int) -> None:
    found = ask(led_sign.MANIFEST, SimulatedOnbonSign("sign", address=address))
    assert found == (Found(address, "Onbon BX"),)


@pytest.mark.usefixtures("short")
def test_an_onbon_card_with_a_high_number_is_found_without_it() -> None:
    assert ask(led_sign.MANIFEST, SimulatedOnbonSign("sign", address=900)) == (Found(None, "Onbon BX"),)


@pytest.mark.parametrize("firmware", ["3.2", "3.5"])
@pytest.mark.parametrize("address", [1, 200])
def test_a_lumen_card_is_found_with_its_number_and_version(address: int, firmware: str) -> None:
    found = ask(lumen_sign.MANIFEST, SimulatedLumenSign("sign", address=address, options={"firmware": firmware}))
    assert found == (Found(address, f"C-Power type 0C, program {firmware}"),)


@pytest.mark.parametrize("framing", ["tcp", "serial"])
def test_a_lumen_card_is_found_by_the_network(framing: str) -> None:
    bus = SimulatedLine("bus", SocketDoor())
    bus.join(SimulatedLumenSign("sign", address=5, options={"framing": framing}))
    bus.open()
    line = SerialTransport(bus.door.port)
    try:
        with probed(lumen_sign.MANIFEST) as probe:
            assert [found.address for found in probe.ask(line, 115_200)] == [5]
    finally:
        line.close()
        bus.close()


class Crowd:
    """Several cards on one pair that all answer to everybody, into each other's words."""

    kind = "crowd"

    def __init__(self, cards: list[Any]) -> None:
        self.id = "crowd"
        self.cards = cards
        self.said: list[bytes] = []

    def attach(self, send: Any) -> None:
        self.send = send
        for card in self.cards:
            card.attach(self.said.append)

    def hear(self, data: bytes) -> None:
        for card in self.cards:
            card.hear(data)
        if len(self.said) > 1:
            self.send(bytes(a & b for a, b in zip(*self.said[:2], strict=False)))
        elif self.said:
            self.send(self.said[0])
        self.said.clear()

    def tick(self, steady_s: float) -> None:
        for card in self.cards:
            card.tick(steady_s)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("manifest", "make"), [(led_sign.MANIFEST, SimulatedOnbonSign), (lumen_sign.MANIFEST, SimulatedLumenSign)]
)
def test_several_cards_that_spoil_each_others_words_are_found_one_by_one(manifest: Any, make: Any) -> None:
    crowd = Crowd([make("a", address=2), make("b", address=3)])
    assert [found.address for found in ask(manifest, crowd)] == [2, 3]  # type: ignore[arg-type]


def test_a_strip_cannot_be_asked() -> None:
    assert strip_sign.MANIFEST.probe is None
