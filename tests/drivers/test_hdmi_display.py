"""Screens on the controller's own sockets: what Linux tells of them, in folders as it shows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import DeviceFault, PortLost
from drivers.hdmi_display import MANIFEST, HdmiDisplay, open_channel
from drivers.kinds.display import DisplayState, SwitchDisplay
from drivers.line import Line
from drivers.unit import Moved
from simulators.doors import FolderDoor
from simulators.hdmi_display import SimulatedHdmiDisplay
from simulators.line import Line as SimulatedLine


def ours(told: Any, **options: Any) -> HdmiDisplay:
    return HdmiDisplay("led", told, address=None, baud=0, options=options)


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """Two cards, as a Raspberry Pi 5 has: the second one drives HDMI."""
    (tmp_path / "card0").mkdir()
    (tmp_path / "version").write_text("drm 1.1.0\n")
    for name in ("card1-HDMI-A-1", "card1-HDMI-A-2"):
        SimulatedHdmiDisplay(name).fill(_made(tmp_path / name))
    return tmp_path


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_connector_is_found_on_whichever_card_it_is(connector: Path) -> None:
    channel = open_channel("drm:HDMI-A-2", 0, connector)
    told: list[Report] = []
    ours(told.append).handshake(channel)
    assert told == [DisplayState("led", "on")]


def test_a_connector_that_is_not_there_is_named_with_those_that_are(connector: Path) -> None:
    with pytest.raises(PortLost, match=r"there are: HDMI-A-1, HDMI-A-2"):
        open_channel("drm:DP-1", 0, connector)
    with pytest.raises(PortLost, match="there are: none"):
        open_channel("drm:DP-1", 0, connector / "card0")


def test_a_dark_picture_is_a_fault_unless_the_hall_wants_it_dark(connector: Path) -> None:
    folder = connector / "card1-HDMI-A-1"
    channel = open_channel(f"file:{folder}", 0)
    for name, word in (("enabled", "disabled"), ("dpms", "Off")):
        before = (folder / name).read_text()
        (folder / name).write_text(word + "\n")
        with pytest.raises(DeviceFault) as caught:
            ours(lambda _: None).handshake(channel)
        assert caught.value.code == "no_picture_sent"
        ours(lambda _: None, dark="allowed").handshake(channel)
        (folder / name).write_text(before)


def test_a_screen_without_an_answer_says_which_plug_to_look_at(connector: Path) -> None:
    channel = open_channel("drm:HDMI-A-1", 0, connector)
    (connector / "card1-HDMI-A-1" / "status").write_text("disconnected\n")
    with pytest.raises(PortLost, match="HDMI plug"):
        ours(lambda _: None).poll(channel)
    with pytest.raises(PortLost, match="HDMI plug"):
        open_channel("drm:HDMI-A-1", 0, connector)


def test_rubbish_in_the_files_is_no_crash(connector: Path) -> None:
    folder = connector / "card1-HDMI-A-1"
    (folder / "status").write_bytes(b"\xff\x00" * 100_000)
    (folder / "enabled").write_bytes(b"")
    with pytest.raises(DeviceFault):
        ours(lambda _: None).poll(open_channel("drm:HDMI-A-1", 0, connector))


def test_it_is_not_switched_from_here(connector: Path) -> None:
    with pytest.raises(DeviceFault) as caught:
        ours(lambda _: None).perform(open_channel("drm:HDMI-A-1", 0, connector), SwitchDisplay("led", True))
    assert caught.value.code == "no_such_order"
    assert "power" not in MANIFEST.capabilities


@pytest.fixture
def joined(tmp_path: Path) -> Iterator[tuple[SimulatedHdmiDisplay, SimulatedLine, SimpleQueue[Report]]]:
    simulator = SimulatedHdmiDisplay("led")
    simulated = SimulatedLine("led", FolderDoor(tmp_path / "led", simulator.fill))
    simulated.join(simulator)
    simulated.open()
    heard: SimpleQueue[Report] = SimpleQueue()
    line = Line("led", lambda: open_channel(simulated.door.port, 0), [ours(heard.put)], heard.put)
    line.start()
    yield simulator, simulated, heard
    line.stop()
    simulated.close()


def test_pulled_and_plugged_it_is_lost_and_back_again(
    joined: tuple[SimulatedHdmiDisplay, SimulatedLine, SimpleQueue[Report]],
) -> None:
    simulator, simulated, heard = joined

    def until(state: str) -> None:
        while not (isinstance(report := heard.get(timeout=20), Moved) and report.state.value == state):
            pass

    until("ready")
    simulator.do("pull_cable", {})
    until("lost")
    simulator.do("plug_cable", {})
    until("ready")
    simulator.do("blank", {})
    until("degraded")
    simulator.do("clear_faults", {})
    until("ready")
    simulated.unplug(None)  # the graphics driver itself is gone
    until("lost")
    simulated.replug(None)
    until("ready")
    assert len({simulator.picture(), *(simulator.do(act, {}) or simulator.picture() for act in ("blank",))}) == 2
