"""The speaker driver through an aplay process, and through the real one where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.errors import NoReply, PortLost
from drivers.kinds.speaker import PlayFinished, PlayStarted
from drivers.speaker import open_channel
from tests.drivers.speaker_on_network import DEVICE, Bench, tone
from tests.parts import skip_unless

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


def test_the_real_aplay_plays_into_the_null_device() -> None:
    skip_unless("alsa-utils", "aplay")
    bench = Bench(open_channel("alsa:null", 0))
    bench.driver.handshake(bench.channel)
    bench.play("a", tone(0.2))
    bench.poll_until_over()
    assert bench.reports[-1] == PlayFinished(DEVICE, "a")
