"""What `hall config init` finds: devices behind real pseudo-terminals, and a machine of our own folders."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from drivers.document_camera.v4l2 import QUERYCAP
from edge.commissioning.machine_parts import machine_parts
from edge.commissioning.proposals import of_machine, proposals
from edge.commissioning.shown import part_json, part_lines
from edge.driver_registry import installed
from hall_config.prober import Search, answer_words, plain
from simulators.call_terminal import SimulatedCallTerminal
from tests.drivers.test_document_camera import Kernel
from tests.drivers.wired_pty import on_pty


class Machine:
    """A /dev, /proc and /sys of our own; a camera answers as the kernel does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kernel = Kernel([])

    def cards(self, text: bytes, plays: tuple[int, ...] = ()) -> None:
        sound = self.root / "proc" / "asound"
        sound.mkdir(parents=True)
        (sound / "cards").write_bytes(text)
        for number in plays:
            (sound / f"card{number}" / "pcm0p").mkdir(parents=True)

    def camera(self, node: str, by_id: str | None = None, by_path: str | None = None) -> None:
        (self.root / "dev").mkdir(exist_ok=True)
        (self.root / "dev" / node).touch()
        for way, name in (("by-id", by_id), ("by-path", by_path)):
            folder = self.root / "dev" / "v4l" / way
            folder.mkdir(parents=True, exist_ok=True)
            if name is not None:
                (folder / name).unlink(missing_ok=True)  # as udev: the last one has the link
                (folder / name).symlink_to(self.root / "dev" / node)

    def screen(self, name: bytes, state: bytes) -> None:
        folder = os.path.join(os.fsencode(self.root), b"sys/class/drm", name)
        os.makedirs(folder)
        Path(os.fsdecode(folder), "status").write_bytes(state)

    def ioctl(self, number: int, request: int, what: Any) -> int:
        """The second node of a camera gives no pictures."""
        name = os.readlink(f"/proc/self/fd/{number}")
        if request == QUERYCAP and name.endswith(("video1", "video3")):
            self.kernel.capabilities &= ~0x1
            try:
                return self.kernel(number, request, what)
            finally:
                self.kernel.capabilities |= 0x1
        return self.kernel(number, request, what)

    def ports(self) -> list[tuple[str, str]]:
        return [(one.driver, one.port.replace(str(self.root), "")) for one in of_machine(self.root, self.ioctl)]


@pytest.fixture(name="machine")
def machine_fixture(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    os.close(made.kernel.number)


def test_a_card_that_plays_is_the_speaker_and_one_of_a_screen_comes_last(machine: Machine) -> None:
    machine.cards(
        b" 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n                      vc4-hdmi-0\n"
        b" 1 [Device         ]: USB-Audio - USB Audio Device\n 2 [Mike           ]: USB-Audio - Microphone\n",
        plays=(0, 1),
    )
    found = of_machine(machine.root)
    assert [(one.driver, one.port, one.sure, one.only_one) for one in found] == [
        ("speaker", "alsa:plughw:CARD=Device", True, True),
        ("speaker", "alsa:plughw:CARD=vc4hdmi0", False, True),
    ]


@pytest.mark.parametrize(
    "cards",
    [
        b"",
        b"--- no soundcards ---\n",
        b"\xff\xfe\x00" * 50,
        b' 0 [a"b]: x - y\n 1 [\x1b[2J]: x - y\n 2 [a,DEV=1]: x - y\n 3 [\xff]: x - y\n 4 [../x]: x - y\n',
        b" 0 [" + b"A" * 100_000 + b"]: x - y\n",
        b" 99999999999999999999 [x: y - z\n]]]\n" * 1000,
    ],
)
def test_odd_sound_cards_are_never_written_down(machine: Machine, cards: bytes) -> None:
    machine.cards(cards, plays=tuple(range(5)))
    assert machine.ports() == []
    said = "".join(part_lines(machine_parts(machine.root)))
    assert "\x1b" not in said
    assert said.isprintable()


def test_a_camera_is_found_once_by_the_name_that_stays(machine: Machine) -> None:
    machine.camera("video0", "usb-Eloam_S500L-video-index0", "pci-1-video-index0")
    machine.camera("video1", "usb-Eloam_S500L-video-index1", "pci-1-video-index1")
    assert machine.ports() == [("v4l2-camera", "video:/dev/v4l/by-id/usb-Eloam_S500L-video-index0")]
    (found,) = of_machine(machine.root, machine.ioctl)
    assert found.needs_window


def test_two_cameras_that_look_alike_are_told_apart_by_their_sockets(machine: Machine) -> None:
    for node, second, socket in (("video0", "video1", "pci-1"), ("video2", "video3", "pci-2")):
        machine.camera(node, "usb-Eloam_S500L-video-index0", f"{socket}-video-index0")
        machine.camera(second, "usb-Eloam_S500L-video-index1", f"{socket}-video-index1")
    assert machine.ports() == [
        ("v4l2-camera", "video:/dev/v4l/by-path/pci-1-video-index0"),
        ("v4l2-camera", "video:/dev/v4l/by-path/pci-2-video-index0"),
    ]


def test_a_camera_without_links_has_its_node_and_a_busy_one_is_only_listed(machine: Machine) -> None:
    machine.camera("video0")
    assert machine.ports() == [("v4l2-camera", "video:/dev/video0")]
    for error, state, words in (
        (errno.EBUSY, "camera busy", "别的程序"),
        (errno.ENOTTY, "cannot be asked", "打不开"),
    ):
        machine.kernel.error_at["QUERYCAP"] = error
        assert machine.ports() == []
        (part,) = machine_parts(machine.root, machine.ioctl)
        assert part_json(part)["state"] == state
        assert words in part_lines([part])[0]


def test_a_camera_link_with_an_odd_name_is_passed_over(machine: Machine) -> None:
    machine.camera("video0", "usb-a b-video-index0", 'usb-"\n\x1b]0;x\x07-index0')
    assert machine.ports() == [("v4l2-camera", "video:/dev/video0")]


def test_a_screen_is_proposed_where_one_is_connected(machine: Machine) -> None:
    machine.screen(b"card1-HDMI-A-1", b"connected\n")
    machine.screen(b"card1-HDMI-A-2", b"disconnected\n")
    machine.screen(b"card0-Writeback-1", b"connected\n")
    machine.screen(b"card0-\xff\x1b[2J", b"connected\n")
    machine.screen(b"card0-DP-1", b"\xff\xfe\x00")
    assert machine.ports() == [("hdmi-display", "drm:HDMI-A-1")]
    assert "接着屏幕" in "".join(part_lines(machine_parts(machine.root)))


def test_projectors_that_a_person_names_are_proposed_without_any_search() -> None:
    (one,) = proposals(Search(None, None, screens=("socket://192.0.2.30:4352",)))
    assert (one.driver, one.port, one.baud, one.needs_window) == (
        "pjlink-display", "socket://192.0.2.30:4352", None, False,
    )  # fmt: skip


def test_a_terminal_that_is_heard_becomes_a_proposal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listening = [one for one in installed() if one.probe is not None and not one.probe.asks]
    monkeypatch.setattr("edge.commissioning.proposals.installed", lambda: listening)
    terminal = SimulatedCallTerminal("terminal", address=5, options={})
    with ExitStack() as stack:
        (tmp_path / "terminal").symlink_to(stack.enter_context(on_pty(terminal)))
        said: list[str] = []

        def enough() -> bool:
            """Asked again and again while it is listened to: a finger that does not give up until it is heard."""
            terminal.do("press", {"key": "call"})
            said.append(capsys.readouterr().err)
            return "ff68-terminal" in "".join(said)

        found = proposals(Search(tmp_path, None, lambda silent: 60.0 * silent, enough))
    assert [(one.driver, one.address, one.needs_window) for one in found] == [("ff68-terminal", 5, True)]


def test_words_of_strangers_play_no_tricks_on_a_terminal() -> None:
    assert plain("a\x1b[2Jb\r\n\u202ec") == "a\ufffd[2Jb\ufffd\ufffd\ufffdc"
    assert len(plain("x" * 10_000)) == 200
    assert (answer_words("ESC/POS, paper out", "zh"), answer_words("ESC/POS, paper out", "en")) == (
        "ESC/POS、缺纸", "ESC/POS, paper out",
    )  # fmt: skip
    assert answer_words("../..", "en") == "../.."
