"""The better voice's process from our side: one that speaks, dawdles, dies and babbles; the real one if any."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from drivers.errors import DeviceFault, DriverError, NoReply, PortLost
from drivers.speaker import Clips, Piece, kokoro
from drivers.speaker.kokoro import SPEAKER, VOICE_BYTES, Kokoro
from drivers.speaker.sound import RATE, loudness_db

SPEAKS = """
import json, os, sys
sys.stdout.write('{"ready": true}\\n'); sys.stdout.flush()
for line in sys.stdin:
    text = json.loads(line)["text"]
    if text == "die": os._exit(1)
    if text == "hang":
        import time; time.sleep(600)
    if text == "error": out = b'{"error": "no phonemes"}\\n'
    elif text == "babble": out = b"x" * 9000
    elif text == "list": out = b"[1]\\n"
    elif text == "endless": out = b'{"samples": 99999999}\\n'
    elif text == "pid": out = b'{"samples": 1}\\n' + (os.getpid() % 30000).to_bytes(2, "little")
    else: out = b'{"samples": 4410}\\n' + b"\\x10\\x27\\xf0\\xd8" * 2205
    sys.stdout.buffer.write(out); sys.stdout.flush()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which everything is installed."""
    monkeypatch.setattr(kokoro, "PACKAGES", ("json",))
    (tmp_path / f"{SPEAKER}.bin").write_bytes(bytes(VOICE_BYTES))
    return tmp_path


def voice_of(folder: Path, program: str = SPEAKS) -> Kokoro:
    return Kokoro(folder, command=(sys.executable, "-c", program))


def test_it_is_started_once_and_rests_when_told(folder: Path) -> None:
    voice = voice_of(folder)
    assert voice.missing() is None
    assert len(voice.speak("请", "zh", limit_s=20)) == 4410
    first = voice.speak("pid", "en", limit_s=20)[0]
    assert voice.speak("pid", "en", limit_s=20)[0] == first
    voice.rest()
    voice.rest()
    assert voice.speak("pid", "en", limit_s=20)[0] != first
    voice.rest()


@pytest.mark.parametrize("text", ["die", "error", "babble", "list", "endless"])
def test_whatever_it_does_wrong_is_a_named_fault_and_the_next_text_is_spoken(folder: Path, text: str) -> None:
    voice = voice_of(folder)
    with pytest.raises(PortLost if text == "die" else DeviceFault):
        voice.speak(text, "zh", limit_s=20)
    assert len(voice.speak("请", "zh", limit_s=20)) == 4410
    voice.rest()


def test_a_text_that_takes_too_long_is_no_reply_and_leaves_no_process(folder: Path) -> None:
    voice = voice_of(folder)
    voice.speak("请", "zh", limit_s=20)
    process = voice._process
    assert process is not None
    with pytest.raises(NoReply):
        voice.speak("hang", "zh", limit_s=0.3)
    assert process.poll() is not None


def test_resting_lets_nobody_wait(folder: Path) -> None:
    voice = voice_of(folder)
    voice.speak("请", "zh", limit_s=20)
    failed: list[DriverError] = []

    def ask() -> None:
        try:
            voice.speak("hang", "zh", limit_s=60)
        except DriverError as problem:
            failed.append(problem)

    asker = threading.Thread(target=ask)
    asker.start()
    deadline_s = time.monotonic() + 20
    while not voice._asking.locked():
        assert time.monotonic() < deadline_s
        time.sleep(0.001)
    voice.rest()
    asker.join(20)
    assert isinstance(failed[0], PortLost)


def test_one_that_fails_again_and_again_is_given_up_and_says_why(folder: Path) -> None:
    voice = voice_of(folder)
    for _ in range(3):
        assert voice.missing() is None
        with pytest.raises(DeviceFault):
            voice.speak("error", "zh", limit_s=20)
    assert "no phonemes" in (voice.missing() or "")


def test_one_that_cannot_start_says_why(folder: Path) -> None:
    voice = voice_of(folder, 'print(\'{"error": "MemoryError: "}\')')
    with pytest.raises(DeviceFault, match="MemoryError"):
        voice.speak("请", "zh", limit_s=20)


def test_what_is_missing_is_named_with_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"{SPEAKER}.bin").write_bytes(b"half")
    assert "hall speech fetch" in (voice_of(folder).missing() or "")
    (folder / f"{SPEAKER}.bin").unlink()
    assert "hall speech fetch" in (voice_of(folder).missing() or "")
    monkeypatch.setattr(kokoro, "PACKAGES", ("json", "no_such_package_here"))
    assert "no_such_package_here" in (voice_of(folder).missing() or "")


def test_a_text_never_becomes_an_option_or_a_second_line(folder: Path) -> None:
    voice = voice_of(folder)
    for text in ("--help", '一\n{"text": "die"}', "\0", "\udcff".encode("utf-8", "replace").decode()):
        assert len(voice.speak(text, "zh", limit_s=20)) == 4410
    voice.rest()


@pytest.mark.slow
def test_the_real_one_speaks_both_languages() -> None:
    """Where the extra ``voice`` is installed and HALL_VOICES names the folder with the speaker's file."""
    voice = Kokoro(Path(os.environ.get("HALL_VOICES", "/nonexistent")))
    if voice.missing() is not None:
        pytest.skip("needs the extra voice, and HALL_VOICES with what hall speech fetch brought")
    try:
        for text, language, low, high in (("请到三号窗口办理", "zh", 0.8, 4), ("window three", "en", 0.4, 3)):
            samples = voice.speak(text, language, limit_s=120)  # type: ignore[arg-type]
            assert low < len(samples) / RATE < high
            assert -40 < loudness_db(samples) < -6
    finally:
        voice.rest()


def test_the_hall_speaks_with_the_plain_voice_when_the_better_one_dies(folder: Path) -> None:
    from tests.edge.quick_voice import QuickVoice

    better = voice_of(folder, "raise SystemExit")
    clips = Clips(folder / "clips", voice=QuickVoice(), better=better)
    clips.prepare([Piece("请", "zh")])
    assert clips.wait_best(60)
    assert clips.announcement([Piece("请", "zh")]).spoken
    assert clips.notice([Piece("通知", "zh")]).spoken
    assert "memory" in (clips.weaker or "")
