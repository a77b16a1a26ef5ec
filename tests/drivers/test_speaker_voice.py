"""Words to sound: the real espeak-ng, clips that are made, kept, spoiled and missing, and the arithmetic of samples."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import time
import wave
from array import array
from io import BytesIO
from pathlib import Path

import pytest

from drivers.errors import NoReply, PortLost
from drivers.speaker import Clips, Pause, Piece, voice
from drivers.speaker.sound import (
    RATE,
    bytes_of,
    chime,
    gain_of,
    levelled,
    samples_of,
    scaled,
    silence,
    trimmed,
    wav_of,
    wav_shape,
)
from tests.parts import wait_for

CALL = (Piece("请", "zh"), Piece("A", "en"), Piece("零", "zh"), Piece("号到三号窗口办理", "zh"))


@pytest.fixture
def espeak(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("espeak-ng") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must prove the voice: install the package espeak-ng")
        pytest.skip("needs espeak-ng: install the package espeak-ng")
    monkeypatch.setattr(
        "drivers.speaker.clips.LIMIT_S", 30.0
    )  # what it says is looked at here, not how soon a busy machine says it


@pytest.fixture
def no_espeak(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def rms(samples: array[int]) -> float:
    return math.sqrt(sum(value * value for value in samples) / len(samples))


@pytest.mark.usefixtures("espeak")
def test_the_voice_speaks_both_languages() -> None:
    for text, language in (("请到三号窗口", "zh"), ("window three", "en")):
        samples = voice.speak(text, language)  # type: ignore[arg-type]
        assert 0.5 < len(samples) / RATE < 4
        assert max(samples) > 3000


@pytest.mark.usefixtures("espeak")
def test_wrong_readings_are_put_right_and_change_the_recipe() -> None:
    assert "chong2" in voice.recipe("请到咨询台重新激活", "zh")
    assert "chong2" not in voice.recipe("重新", "en")
    assert voice.speak("重新", "zh") != voice.speak("重", "zh")


@pytest.mark.usefixtures("espeak")
def test_mandarin_is_said_by_the_voice_that_does_not_spell_pinyin_as_english() -> None:
    assert "|cmn-latn-pinyin+f3|" in voice.recipe("号", "zh")
    assert "|en|" in voice.recipe("A", "en"), "letters are said in English"
    one, two = (len(trimmed(voice.speak(text, "zh"))) / RATE for text in ("号", "号到"))
    assert one < 0.6, "one syllable; the voice cmn of 1.51 says its tone's number too"
    assert two > one


@pytest.mark.usefixtures("espeak")
@pytest.mark.parametrize("character", "号呼活候后")
def test_the_weak_h_is_said_by_another_phoneme_and_nothing_else_changes(character: str) -> None:
    assert f"[[h'{phonemes(character)[2:]}]]" in voice.recipe(character, "zh")
    plain, ours = phonemes(f"请到{character}"), phonemes(voice.recipe(f"请到{character}", "zh").split("|")[-1])
    assert "X" in plain
    assert "X" not in ours
    assert ours == plain.replace("X", "h"), "tones and sandhi stay"


def phonemes(text: str) -> str:
    """The phonemes of a text by espeak-ng itself, without its pauses."""
    command = ["espeak-ng", "-q", "-x", "-v", "cmn-latn-pinyin", "--stdin"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=20)
    return re.sub(r"_[|:]*|\s", "", done.stdout.decode())


@pytest.mark.usefixtures("espeak")
def test_a_text_never_becomes_an_option() -> None:
    assert len(voice.speak("--version", "en")) > RATE // 4


@pytest.mark.usefixtures("espeak")
def test_a_voice_that_takes_too_long_is_no_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "espeak-ng"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoReply):
        voice.speak("请", "zh", limit_s=0.1)


@pytest.mark.usefixtures("no_espeak")
def test_without_a_voice_the_package_is_named() -> None:
    with pytest.raises(PortLost, match="espeak-ng"):
        voice.speak("请", "zh")
    assert "espeak-ng" in (voice.missing() or "")


@pytest.mark.usefixtures("espeak")
def test_clips_are_levelled_trimmed_and_kept(tmp_path: Path) -> None:
    clips = Clips(tmp_path / "clips", volume=100)
    clips.prepare(CALL)
    assert clips.wait_ready(60)
    files = sorted((tmp_path / "clips").iterdir())
    assert len(files) == len(CALL)
    for file in files:
        with wave.open(str(file)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (22_050, 1, 2)
        samples = samples_of(file.read_bytes())
        voiced = array("h", [value for value in samples if abs(value) > 200])
        assert 0.79 < rms(voiced) / (0.126 * 32_767) < 1.26  # each as loud as the others within 2 dB
        assert max(abs(value) for value in samples) <= 0.9 * 32_767
        assert samples[0] == samples[-1] == 0
        first = next(index for index, value in enumerate(samples) if abs(value) > 200)
        assert 0.01 * RATE < first < 0.04 * RATE  # neither silence before it nor its beginning cut off
    before = [file.stat().st_ino for file in files]
    again = Clips(tmp_path / "clips", volume=100)
    again.prepare(CALL)
    assert again.wait_ready(60)
    assert [file.stat().st_ino for file in sorted((tmp_path / "clips").iterdir())] == before
    assert again.announcement(CALL).wav == clips.announcement(CALL).wav


@pytest.mark.usefixtures("espeak")
def test_a_spoiled_clip_is_made_anew(tmp_path: Path) -> None:
    good = Clips(tmp_path).announcement(CALL)
    for file, spoiled in zip(sorted(tmp_path.iterdir()), (b"", b"RIFFrubbish", bytes(100), b"x"), strict=True):
        file.write_bytes(spoiled)
    assert Clips(tmp_path).announcement(CALL).wav == good.wav


@pytest.mark.usefixtures("espeak")
def test_a_folder_that_cannot_be_written_does_not_silence_the_hall(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert Clips(tmp_path / "file" / "below").announcement(CALL).spoken


@pytest.mark.usefixtures("espeak")
def test_repeats_are_apart_by_at_least_300_ms_of_silence(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    once, twice = clips.announcement(CALL), clips.announcement(CALL, repeat=2)
    samples = samples_of(twice.wav)
    gap = longest_silence(samples[RATE * 3 // 2 :])
    assert 0.3 < gap < 0.8
    assert twice.duration_s > 2 * once.duration_s - 1.3


def longest_silence(samples: array[int]) -> float:
    longest = run = 0
    for value in samples:
        run = run + 1 if value == 0 else 0
        longest = max(longest, run)
    return longest / RATE


@pytest.mark.usefixtures("espeak")
def test_joining_ready_clips_takes_no_time(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    clips.prepare(CALL)
    assert clips.wait_ready(60)
    took_s = []
    for _ in range(20):
        began_s = time.perf_counter()
        assert clips.announcement(CALL, repeat=2).spoken
        took_s.append(time.perf_counter() - began_s)
    assert min(took_s) < 0.02  # the others may have met a busy machine


@pytest.mark.usefixtures("espeak")
def test_volume_is_in_the_sound(tmp_path: Path) -> None:
    first = Clips(tmp_path, volume=100)
    first.prepare(CALL)
    assert first.wait_ready(60)
    loud = samples_of(first.announcement(CALL).wav)
    soft = samples_of(Clips(tmp_path, volume=50).announcement(CALL).wav)
    mute = samples_of(Clips(tmp_path, volume=0).announcement(CALL).wav)
    assert rms(soft) == pytest.approx(rms(loud) / 4, rel=0.05)
    assert not any(mute)


@pytest.mark.usefixtures("no_espeak")
def test_without_a_voice_there_is_the_chime_and_the_reason(tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    clips.prepare(CALL)
    assert clips.wait_ready(5)
    sound = clips.announcement(CALL, repeat=2)
    assert not sound.spoken
    assert sound.duration_s == pytest.approx(1.15, abs=0.01)
    assert max(samples_of(sound.wav)) > 3000
    assert "espeak-ng" in (clips.problem or "")


def test_a_voice_that_comes_later_is_used(tmp_path: Path, espeak: None, monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path))
    clips = Clips(tmp_path / "clips")
    assert not clips.announcement(CALL).spoken
    monkeypatch.setenv("PATH", path)
    wait_for(lambda: clips.announcement(CALL).spoken, "a call in the voice that came", 30)
    assert clips.problem is None


def test_closing_stops_the_preparation(tmp_path: Path, espeak: None) -> None:
    clips = Clips(tmp_path)
    clips.prepare([Piece(f"{number}号", "zh") for number in range(2000)])
    clips.close()
    assert clips.wait_ready(6)
    assert len(list(tmp_path.iterdir())) < 2000


def test_nothing_to_say_is_the_chime(tmp_path: Path) -> None:
    sound = Clips(tmp_path).announcement([])
    assert not sound.spoken
    assert Clips(tmp_path).announcement([Pause(0.5)]).duration_s > sound.duration_s


# --- samples ----------------------------------------------------------------------------------------------------


def test_the_chime_is_two_soft_tones_that_begin_and_end_quietly() -> None:
    samples = chime()
    assert len(samples) == round(1.15 * RATE)
    assert max(abs(value) for value in samples) <= 16_384
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 200


def test_a_wav_is_what_the_standard_library_reads() -> None:
    samples = array("h", [0, 1, -1, 32_767, -32_768])
    with wave.open(BytesIO(wav_of(bytes_of(samples)))) as sound:
        assert sound.readframes(10) == bytes_of(samples)
    assert samples_of(wav_of(bytes_of(samples))) == samples


def test_false_sizes_of_a_streaming_program_do_no_harm() -> None:
    wav = bytearray(wav_of(bytes_of(array("h", [1, 2, 3]))))
    wav[40:44] = b"\xff\xff\xff\x7f"
    assert list(samples_of(bytes(wav))) == [1, 2, 3]
    assert list(samples_of(bytes(wav) + b"\x01")) == [1, 2, 3]


@pytest.mark.parametrize("cut", range(44))
def test_half_a_header_is_no_wav(cut: int) -> None:
    with pytest.raises(ValueError):
        wav_shape(wav_of(b"")[:cut])


def test_silence_is_trimmed_and_what_is_soft_made_as_loud_as_the_rest() -> None:
    tone = array("h", [round(1500 * math.sin(index / 9)) for index in range(RATE // 2)])
    samples = array("h", bytes(RATE)) + tone + array("h", bytes(RATE))
    short = trimmed(samples)
    assert len(tone) <= len(short) < len(tone) + 0.06 * RATE
    assert rms(levelled(short)) > 1.5 * rms(short)
    assert len(trimmed(array("h", bytes(200)))) == 0
    assert not len(levelled(array("h")))


def test_scaling_never_wraps_around() -> None:
    assert list(scaled(array("h", [32_767, -32_768, 100]), 3.0)) == [32_767, -32_767, 300]
    assert (gain_of(0), gain_of(50), gain_of(100)) == (0.0, 0.25, 1.0)
    assert len(silence(0.5)) == RATE
