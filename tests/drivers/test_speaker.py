"""The speaker driver: over TCP to the simulated speaker, through an aplay process, into a folder."""

from __future__ import annotations

import select
import shutil
import socket
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.driver import Report
from drivers.errors import DeviceFault, DriverError, NoReply, PortLost
from drivers.speaker import MANIFEST, Play, PlayFinished, PlayStarted, Speaker, open_channel
from drivers.speaker.sinks import NetworkSink, Sink
from drivers.speaker.sound import bytes_of, wav_of
from simulators.speaker import SimulatedSpeaker

DEVICE = "speaker-1"


def tone(seconds: float) -> bytes:
    return wav_of(bytes_of(array("h", [(index * 331) % 12_000 - 6000 for index in range(round(seconds * 22_050))])))


class Steady:
    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


class SpeakerOnNetwork:
    """The simulated speaker behind a real listening socket. ``deaf``: it reads no more."""

    def __init__(self) -> None:
        self.speaker = SimulatedSpeaker(DEVICE)
        self.deaf = threading.Event()
        self.changed = threading.Condition()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = f"socket://127.0.0.1:{self._server.getsockname()[1]}"
        self._stop = threading.Event()
        self._lines: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            watched = [self._server, *([] if self.deaf.is_set() else self._lines)]
            for ready in select.select(watched, [], [], 0.01)[0]:
                with self.changed:
                    self._serve(ready)
                    self.changed.notify_all()

    def _serve(self, ready: socket.socket) -> None:
        if ready is self._server:
            self.hang_up()
            self._lines.append(ready.accept()[0])
            self.speaker.attach(lambda data: None)
            return
        if ready not in self._lines:
            return  # hung up meanwhile
        data = ready.recv(65_536)
        if data:
            self.speaker.hear(data)
        else:
            self._lines.remove(ready)
            ready.close()

    def hang_up(self) -> None:
        while self._lines:
            self._lines.pop().close()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 5), self.speaker.show()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(5)
        self.hang_up()
        self._server.close()


@pytest.fixture
def network() -> Iterator[SpeakerOnNetwork]:
    network = SpeakerOnNetwork()
    yield network
    network.stop()


class Bench:
    def __init__(self, channel: Sink) -> None:
        self.reports: list[Report] = []
        self.driver = Speaker(DEVICE, self.reports.append)
        self.channel = channel

    def play(self, job: str, wav: bytes) -> None:
        self.driver.perform(self.channel, Play(DEVICE, job, wav))

    def poll_for(self, seconds: float) -> None:
        deadline_s = time.monotonic() + seconds
        while time.monotonic() < deadline_s:
            self.driver.poll(self.channel)

    def play_to_the_end(self, wav: bytes) -> None:
        self.play("a", wav)
        self.poll_until_over()

    def poll_until_over(self, step: Callable[[], None] = lambda: None) -> None:
        deadline_s = time.monotonic() + 10
        while not isinstance(self.reports[-1], PlayFinished):
            assert time.monotonic() < deadline_s
            step()
            self.driver.poll(self.channel)


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


APLAY = """#!/bin/sh
# stands in for aplay: same arguments, same pipes
echo "$@" >> {folder}/arguments
case "$5" in
  missing) echo "aplay: main:831: audio open error: No such file or directory" >&2; exit 1 ;;
  hanging) exec sleep 60 ;;
  dying) head -c 2000 > /dev/null; echo "aplay: xrun: device gone" >&2; exit 1 ;;
esac
cat > {folder}/heard.wav
"""


@pytest.fixture
def aplay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in aplay's place: this machine may have no sound card."""
    program = tmp_path / "aplay"
    program.write_text(APLAY.format(folder=tmp_path))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_alsa_plays_through_a_process_that_gets_every_byte(aplay: Path) -> None:
    bench = Bench(open_channel("alsa:hw:1", 0))
    bench.driver.handshake(bench.channel)
    wav = tone(4.0)  # more than a pipe holds
    bench.play("a", wav)
    assert bench.reports == [PlayStarted(DEVICE, "a")]
    bench.poll_until_over()
    assert bench.reports[-1] == PlayFinished(DEVICE, "a")
    assert (aplay / "heard.wav").read_bytes() == wav
    assert (aplay / "arguments").read_text().splitlines()[-1] == "-q -t wav -D hw:1 -"


def test_an_alsa_device_that_is_not_there_is_lost_with_the_words_of_aplay(aplay: Path) -> None:
    bench = Bench(open_channel("alsa:missing", 0))
    with pytest.raises(PortLost, match="audio open error"):
        bench.driver.handshake(bench.channel)
    with pytest.raises(PortLost, match="audio open error"):
        bench.play("a", tone(1.0))
    assert bench.reports == []


def test_a_hanging_sound_device_is_no_reply_and_leaves_no_process(aplay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.speaker.sinks._START_S", 0.2)
    bench = Bench(open_channel("alsa:hanging", 0))
    with pytest.raises(NoReply):
        bench.play("a", tone(1.0))
    assert bench.channel._process is None  # type: ignore[attr-defined]


def test_a_sound_device_that_goes_away_in_the_middle_is_lost(aplay: Path) -> None:
    bench = Bench(open_channel("alsa:dying", 0))
    with pytest.raises(PortLost):
        bench.play_to_the_end(tone(4.0))
    assert not bench.reports or bench.reports[-1] == PlayFinished(DEVICE, "a", False)


def test_without_aplay_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    bench = Bench(open_channel("alsa:default", 0))
    with pytest.raises(PortLost, match="alsa-utils"):
        bench.driver.handshake(bench.channel)


@pytest.mark.skipif(shutil.which("aplay") is None, reason="needs aplay: install the package alsa-utils")
def test_the_real_aplay_plays_into_the_null_device() -> None:
    bench = Bench(open_channel("alsa:null", 0))
    bench.driver.handshake(bench.channel)
    bench.play("a", tone(0.2))
    bench.poll_until_over()
    assert bench.reports[-1] == PlayFinished(DEVICE, "a")


def test_a_play_shows_no_sound_in_its_words() -> None:
    assert "wav" not in repr(Play(DEVICE, "a", tone(0.1)))


def test_a_speaker_has_no_options() -> None:
    with pytest.raises(ValueError, match="volume"):
        MANIFEST.build(DEVICE, lambda report: None, address=None, baud=0, options={"volume": 3})
    driver: Any = MANIFEST.build(DEVICE, lambda report: None, address=None, baud=0, options={})
    assert isinstance(driver, Speaker)
    assert issubclass(PortLost, DriverError)
