"""Which name of a port stays: by-id where the adapter has a number of its own, else by-path; and who holds a port."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.commissioning.machine_parts import machine_parts
from edge.commissioning.port_holder import Held, held
from edge.commissioning.serial_ports import SerialPort, named_port, serial_ports
from tests.parts import wait_for


class Machine:
    """A /dev and a /sys of our own; every tty in them is a real terminal."""

    def __init__(self, folder: Path) -> None:
        self.dev, self.sys = folder / "dev", folder / "sys"
        for part in (self.dev / "serial" / "by-id", self.dev / "serial" / "by-path", self.sys / "class" / "tty"):
            part.mkdir(parents=True)
        self._numbers: list[int] = []

    def plug(self, by_id: str | None = None, by_path: str | None = None) -> str:
        ours, theirs = os.openpty()
        self._numbers += [ours, theirs]
        name = os.ttyname(theirs)
        for sort, link in (("by-id", by_id), ("by-path", by_path)):
            if link is not None:
                (self.dev / "serial" / sort / link).symlink_to(name)
        return name

    def number_of(self, device: str, serial: str | None) -> None:
        """What the kernel tells of the adapter behind a tty."""
        adapter = self.sys / "devices" / Path(device).name
        adapter.mkdir(parents=True)
        (adapter / "idVendor").write_text("1a86\n")
        if serial is not None:
            (adapter / "serial").write_text(f"{serial}\n")
        place = self.sys / "class" / "tty" / Path(device).name
        place.mkdir()
        (place / "device").symlink_to(adapter)

    def ports(self) -> dict[str, tuple[str, str]]:
        return {one.device: (Path(one.stable).name, one.by) for one in serial_ports(self.dev, self.sys)}

    def close(self) -> None:
        for number in self._numbers:
            os.close(number)


@pytest.fixture(name="machine")
def machine_fixture(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.close()


def test_an_adapter_with_a_number_is_named_by_itself(machine: Machine) -> None:
    device = machine.plug("usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0", "pci-0:1.1")
    machine.number_of(device, "A50285BI")
    assert machine.ports() == {device: ("usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0", "by-id")}


@pytest.mark.parametrize("serial", [None, "0", ""])
def test_an_adapter_without_a_number_is_named_by_its_socket(machine: Machine, serial: str | None) -> None:
    device = machine.plug("usb-Some_Adapter-if00-port0", "pci-0:1.1")
    machine.number_of(device, serial)
    assert machine.ports() == {device: ("pci-0:1.1", "by-path")}


@pytest.mark.parametrize(
    "name",
    ["usb-1a86_USB_Serial-if00-port0", "usb-Prolific_Technology_Inc._USB-Serial_Controller_D-if00-port0"],
)
def test_makes_that_are_known_to_look_alike_are_named_by_socket_even_alone(machine: Machine, name: str) -> None:
    device = machine.plug(name, "pci-0:1.3")
    assert machine.ports() == {device: ("pci-0:1.3", "by-path")}


def test_without_a_socket_the_adapter_is_all_there_is(machine: Machine) -> None:
    device = machine.plug("usb-1a86_USB_Serial-if00-port0")
    assert machine.ports() == {device: ("usb-1a86_USB_Serial-if00-port0", "by-id")}


def test_a_port_with_a_login_on_it_and_a_pulled_adapter_are_left_out(machine: Machine) -> None:
    device = machine.plug(None, "pci-0:1.1")
    (machine.dev / "serial" / "by-id" / "usb-gone").symlink_to(machine.dev / "ttyUSB9")
    console = machine.sys / "class" / "tty" / "console"
    console.mkdir()
    (console / "active").write_text(f"tty0 {Path(device).name}\n")
    assert machine.ports() == {}


def test_ports_of_a_simulation_are_the_terminals_of_its_folder(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    (tmp_path / "printer").symlink_to(os.ttyname(theirs))
    (tmp_path / "notes.txt").write_text("no port")
    assert serial_ports(tmp_path) == (SerialPort(os.ttyname(theirs), str(tmp_path / "printer"), "name"),)
    assert named_port("socket://127.0.0.1:4001") == SerialPort(
        "socket://127.0.0.1:4001", "socket://127.0.0.1:4001", "name"
    )
    assert serial_ports(tmp_path / "nowhere") == ()
    os.close(ours)
    os.close(theirs)


@pytest.fixture(name="port")
def port_fixture() -> Iterator[str]:
    ours, theirs = os.openpty()
    yield os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def test_a_free_port_is_nobodys(port: str) -> None:
    assert held(port) is None
    assert held(port) is None, "looking at it takes it from nobody"


def test_a_port_that_our_own_line_has_is_held(port: str) -> None:
    number = os.open(port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert held(port) == Held("exclusive")
    os.close(number)
    assert held(port) is None


def test_a_port_that_another_program_made_its_own_is_held(port: str) -> None:
    number = os.open(port, os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(number, termios.TIOCEXCL)
    assert held(port) == Held("exclusive")
    fcntl.ioctl(number, termios.TIOCNXCL)
    os.close(number)


def test_an_old_lock_file_counts_while_its_process_lives(port: str, tmp_path: Path) -> None:
    lock = tmp_path / f"LCK..{Path(port).name}"
    lock.write_text(f"{os.getpid():>10}\n")
    found = held(port, locks=tmp_path)
    assert found is not None
    assert (found.why, str(os.getpid()) in found.by) == ("lock_file", True)
    lock.write_text("999999999\n")
    assert held(port, locks=tmp_path) is None
    lock.write_bytes(b"\xff\x00 rubbish")
    assert held(port, locks=tmp_path) is None


def test_a_program_that_has_it_open_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ttyUSB0"
    file.touch()
    wait = "import sys, time; f = open(sys.argv[1], 'rb'); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", wait, str(file)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        found = wait_for(lambda: held(str(file)), "the other program's file")
        assert (found.why, str(other.pid) in found.by) == ("process", True)
        other.kill()


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    found = held(str(tmp_path / "nothing"))
    assert found is not None
    assert found.why == "cannot_open"


def test_the_machines_other_parts_are_listed_as_they_are_written_in_a_hall_file(tmp_path: Path) -> None:
    sound = tmp_path / "proc" / "asound"
    (sound / "card1" / "pcm0p").mkdir(parents=True)
    (sound / "cards").write_text(
        " 0 [HDMI ]: hda - HDA\n     more words\n 1 [Device         ]: USB-Audio - USB Audio\n"
    )
    camera = tmp_path / "dev" / "v4l" / "by-id"
    camera.mkdir(parents=True)
    (camera / "usb-Eloam-video-index0").touch()
    (camera / "usb-Eloam-video-index1").touch()
    screen = tmp_path / "sys" / "class" / "drm" / "card1-HDMI-A-1"
    screen.mkdir(parents=True)
    (screen / "status").write_text("connected\n")
    (tmp_path / "dev" / "gpiochip0").touch()  # no chip behind it: passed over
    found = [(one.sort, one.port, one.state) for one in machine_parts(tmp_path)]
    assert found == [
        ("sound", "alsa:plughw:CARD=HDMI", "no output"),
        ("sound", "alsa:plughw:CARD=Device", ""),
        ("camera", f"video:{camera}/usb-Eloam-video-index0", "cannot be asked"),
        ("screen", "drm:HDMI-A-1", "connected"),
    ]
