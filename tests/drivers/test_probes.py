"""How three drivers' devices are found: each by its own device, by no other, and by no noise or echo."""

from __future__ import annotations

import os
import threading
import tty
from typing import Any

import pytest

from drivers.call_terminal import MANIFEST as TERMINAL
from drivers.driver import Found, Manifest
from drivers.id_card_reader import MANIFEST as READER
from drivers.ticket_printer import MANIFEST as PRINTER
from drivers.transport import Memory, SerialTransport
from simulators.call_terminal import SimulatedCallTerminal
from simulators.device import Device
from simulators.id_card_reader import SimulatedSamReader
from simulators.led_sign import SimulatedOnbonSign
from simulators.ticket_printer import SimulatedEscposPrinter
from tests.drivers.wired import Wired

DEVICES: dict[str, Device] = {
    "printer": SimulatedEscposPrinter("printer", options={}),
    "reader": SimulatedSamReader("reader", options={}),
    "terminal": SimulatedCallTerminal("terminal", address=3, options={}),
    "sign": SimulatedOnbonSign("sign", options={}),
}


def ask(manifest: Manifest, channel: Any) -> tuple[Found, ...]:
    assert manifest.probe is not None
    return manifest.probe.ask(channel, manifest.default_baud)


@pytest.mark.parametrize("manifest", [PRINTER, READER, TERMINAL], ids=lambda manifest: manifest.name)
@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("piece", [None, 1])
def test_a_driver_finds_its_own_device_and_no_other(manifest: Manifest, name: str, piece: int | None) -> None:
    found = ask(manifest, Wired(DEVICES[name], piece=piece))
    assert bool(found) == ((manifest, name) in [(PRINTER, "printer"), (READER, "reader")])


@pytest.mark.parametrize("name", DEVICES)
def test_a_wrong_question_leaves_no_mark_on_a_foreign_device(name: str) -> None:
    before = DEVICES[name].show()
    for manifest in (PRINTER, READER):
        ask(manifest, Wired(DEVICES[name]))
    after = DEVICES[name].show()
    for key in ("slips", "printed", "paper", "text", "shown", "pages", "digits", "waiting"):
        assert before.get(key) == after.get(key)


@pytest.mark.parametrize("manifest", [PRINTER, READER], ids=lambda manifest: manifest.name)
@pytest.mark.parametrize("answer", [b"", b"\x12", b"\x12\x12\x12", b"\xff" * 40, bytes(range(256)) * 8])
def test_noise_is_not_taken_for_a_device(manifest: Manifest, answer: bytes) -> None:
    class Noisy(Memory):
        def write(self, data: bytes) -> None:
            self.say(answer)

    assert ask(manifest, Noisy()) == ()


@pytest.mark.parametrize("manifest", [PRINTER, READER], ids=lambda manifest: manifest.name)
def test_a_line_that_echoes_is_not_taken_for_a_device(manifest: Manifest) -> None:
    class Echo(Memory):
        def write(self, data: bytes) -> None:
            self.say(data)

    assert ask(manifest, Echo()) == ()


def test_a_reader_tells_its_number_and_a_printer_its_empty_roll() -> None:
    (found,) = ask(READER, Wired(DEVICES["reader"]))
    assert found.address is None
    assert found.words.startswith("SAM 0")
    printer = SimulatedEscposPrinter("printer", options={})
    printer.do("paper_out", {})
    assert ask(PRINTER, Wired(printer)) == (Found(None, "ESC/POS, paper out"),)


def test_a_terminal_is_found_by_a_key_and_nothing_is_written_to_it() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    terminal = SimulatedCallTerminal("terminal", address=3, options={})
    terminal.attach(lambda data: os.write(ours, data) and None)
    channel = SerialTransport(os.ttyname(theirs), 9600)
    timer = threading.Timer(0.1, lambda: terminal.do("press", {"key": "call"}))
    timer.start()
    try:
        assert ask(TERMINAL, channel) == (Found(3, "FF 68, key"),)
    finally:
        timer.join()
        channel.close()
        os.set_blocking(ours, False)
        with pytest.raises(BlockingIOError):
            os.read(ours, 10)
        os.close(ours)
        os.close(theirs)
