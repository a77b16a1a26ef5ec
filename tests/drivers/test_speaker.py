"""The speaker driver: over TCP to the simulated speaker, through an aplay process, into a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import DeviceFault, DriverError, PortLost
from drivers.kinds.speaker import Play, PlayFinished, PlayStarted
from drivers.speaker import MANIFEST, Speaker, open_channel
from drivers.speaker.sinks import NetworkSink
from tests.drivers.speaker_on_network import DEVICE, Bench, SpeakerOnNetwork, Steady, tone


@pytest.fixture
def network() -> Iterator[SpeakerOnNetwork]:
    network = SpeakerOnNetwork()
    yield network
    network.stop()


def network_bench(network: SpeakerOnNetwork) -> tuple[Bench, Steady]:
    steady = Steady()
    host, number = network.port.removeprefix("socket://").split(":")
    return Bench(NetworkSink(host, int(number), steady)), steady


def test_a_network_speaker_gets_every_byte_no_more_than_a_second_ahead(network: SpeakerOnNetwork) -> None:
    bench, steady = network_bench(network)
    wav = tone(3.0)
    bench.driver.handshake(bench.channel)
    bench.play("a", wav)
    assert bench.reports == [PlayStarted(DEVICE, "a")]
    network.wait_for(lambda: network.speaker.show()["count"] == 1)
    for _ in range(5):
        bench.driver.poll(bench.channel)
    assert bench.channel._sent <= 44 + 44_100 + 2  # type: ignore[attr-defined]

    def step() -> None:
        steady.now_s += 0.05

    bench.poll_until_over(step)
    assert bench.reports[-1] == PlayFinished(DEVICE, "a")
    assert steady.now_s == pytest.approx(53.0, abs=0.2)
    network.wait_for(lambda: network.speaker.audio() == wav)
    bench.channel.close()


def test_sounds_follow_each_other_on_one_connection(network: SpeakerOnNetwork) -> None:
    bench, steady = network_bench(network)
    sounds = [tone(0.2), tone(0.3), tone(0.4)]

    def step() -> None:
        steady.now_s += 0.05

    for number, wav in enumerate(sounds):
        bench.play(str(number), wav)
        bench.poll_until_over(step)
    network.wait_for(lambda: [sound.wav() for sound in network.speaker.played] == sounds)
    assert not any(sound.cut for sound in network.speaker.played)
    bench.channel.close()


def test_a_new_sound_cuts_the_old_one_and_is_whole_itself(network: SpeakerOnNetwork) -> None:
    bench, _ = network_bench(network)
    long, short = tone(5.0), tone(0.2)
    bench.play("long", long)
    network.wait_for(lambda: network.speaker.show()["count"] == 1)
    bench.play("short", short)
    assert bench.reports == [
        PlayStarted(DEVICE, "long"),
        PlayFinished(DEVICE, "long", False),
        PlayStarted(DEVICE, "short"),
    ]
    network.wait_for(lambda: network.speaker.audio() == short)
    assert network.speaker.played[0].cut
    bench.channel.close()


def test_a_speaker_that_hangs_up_is_lost_and_comes_back(network: SpeakerOnNetwork) -> None:
    bench, _ = network_bench(network)
    bench.play("a", tone(2.0))
    network.wait_for(lambda: network.speaker.show()["count"] == 1)
    with network.changed:
        network.hang_up()
    with pytest.raises(PortLost):
        bench.poll_until_over()
    assert bench.reports[-1] == PlayFinished(DEVICE, "a", False)
    bench.driver.forget()
    assert len(bench.reports) == 2
    with pytest.raises(PortLost):
        bench.driver.poll(bench.channel)
    bench.channel.close()
    again, _ = network_bench(network)
    again.driver.handshake(again.channel)
    again.play("b", tone(0.1))
    network.wait_for(lambda: network.speaker.audio() == tone(0.1))
    again.channel.close()


def test_an_idle_speaker_that_hangs_up_is_noticed(network: SpeakerOnNetwork) -> None:
    bench, _ = network_bench(network)
    bench.driver.poll(bench.channel)
    network.wait_for(lambda: bool(network._lines))
    with network.changed:
        network.hang_up()
    with pytest.raises(PortLost):
        bench.poll_for(5)
    bench.channel.close()


def test_a_speaker_that_takes_no_sound_is_lost_after_two_seconds(network: SpeakerOnNetwork) -> None:
    network.deaf.set()
    bench, steady = network_bench(network)
    bench.play("a", tone(200.0))  # more than all buffers between hold
    began_s = steady.now_s

    def step() -> None:
        steady.now_s += 0.5

    with pytest.raises(PortLost, match="taken no sound"):
        bench.poll_until_over(step)
    assert steady.now_s - began_s < 200
    assert bench.reports[-1] == PlayFinished(DEVICE, "a", False)
    bench.channel.close()


_NO_SPEAKERS = (
    "socket://127.0.0.1:1 socket:// socket://127.0.0.1 socket://h:0 socket://h:99999 socket://:80 file: pty: /dev/snd "
    "socket://127.0.0.1:８０"
)


@pytest.mark.parametrize("port", _NO_SPEAKERS.split(" "))
def test_a_port_that_is_no_speaker_is_lost(port: str) -> None:
    with pytest.raises(PortLost):
        open_channel(port, 0)


@pytest.mark.parametrize(
    "wav", [b"", b"RIFF", b"x" * 100, tone(0.1)[:40], b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + bytes(30)]
)
def test_a_sound_that_is_none_is_refused_and_what_plays_goes_on(tmp_path: Path, wav: bytes) -> None:
    bench = Bench(open_channel(f"file:{tmp_path}", 0))
    with pytest.raises(DeviceFault) as caught:
        bench.play("a", wav)
    assert caught.value.code == "bad-sound"
    assert bench.reports == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_keeps_each_sound(tmp_path: Path) -> None:
    folder = tmp_path / "said"
    bench = Bench(open_channel(f"file:{folder}", 0))
    bench.driver.handshake(bench.channel)
    for job in ("a", "b"):
        bench.play(job, tone(0.1))
        bench.driver.poll(bench.channel)
    assert [path.name for path in sorted(folder.iterdir())] == ["0001.wav", "0002.wav"]
    assert (folder / "0002.wav").read_bytes() == tone(0.1)
    assert bench.reports[-1] == PlayFinished(DEVICE, "b")


def test_a_folder_that_cannot_be_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    bench = Bench(open_channel(f"file:{tmp_path}/file/below", 0))
    with pytest.raises(PortLost):
        bench.driver.handshake(bench.channel)
    with pytest.raises(PortLost):
        bench.play("a", tone(0.1))


def test_a_play_shows_no_sound_in_its_words() -> None:
    assert "wav" not in repr(Play(DEVICE, "a", tone(0.1)))


def test_a_speaker_has_no_options() -> None:
    with pytest.raises(ValueError, match="volume"):
        MANIFEST.build(DEVICE, lambda report: None, address=None, baud=0, options={"volume": 3})
    driver: Any = MANIFEST.build(DEVICE, lambda report: None, address=None, baud=0, options={})
    assert isinstance(driver, Speaker)
    assert issubclass(PortLost, DriverError)
