"""The simulated speaker: files in any split, cut files, rubbish; what it shows is what came."""

from __future__ import annotations

import io
import random
import struct
import wave
from array import array
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from simulators.device import ActionRefused
from simulators.speaker import SimulatedSpeaker


def wav(samples: int, level: int = 8000, *, rate: int = 22_050, width: int = 2) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(rate)
        if width == 2:
            file.writeframes(array("h", [level if index % 2 else -level for index in range(samples)]).tobytes())
        else:
            file.writeframes(bytes(samples * width))
    return buffer.getvalue()


@pytest.mark.parametrize("split", [1, 7, 1000, 10**6])
def test_sounds_in_a_row_are_told_apart_in_any_split(split: int) -> None:
    speaker = SimulatedSpeaker("speaker-1")
    first, second = wav(500), wav(900, level=16_384)
    stream = first + second
    for start in range(0, len(stream), split):
        speaker.hear(stream[start : start + split])
    assert [sound.wav() for sound in speaker.played] == [first, second]
    assert speaker.audio() == second
    shown = speaker.show()
    assert (shown["count"], shown["last_peak"], shown["last_cut"], shown["dropped_bytes"]) == (2, 0.5, False, 0)
    assert shown["last_duration_s"] == pytest.approx(900 / 22_050, abs=0.001)


def test_a_sound_begins_with_its_first_sample_not_with_its_last() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    data = wav(22_050)
    speaker.tick(5.0)
    speaker.hear(data[:1000])
    assert speaker.show()["count"] == 1
    speaker.tick(6.0)
    speaker.hear(data[1000:])
    assert speaker.played[0].began_s == 5.0
    assert not speaker.show()["playing"]


def test_a_file_that_breaks_off_is_cut_and_the_next_one_whole() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    whole = wav(400)
    for split in range(45, 845, 37):
        speaker.hear(whole[:split])
        speaker.hear(whole)
        assert speaker.played[-2].cut
        assert bytes(speaker.played[-2].data) == whole[44:split]
        assert not speaker.played[-1].cut
        assert speaker.audio() == whole


def test_a_new_line_ends_a_sound() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    speaker.hear(wav(400)[:200])
    speaker.attach(lambda data: None)
    assert speaker.show()["last_cut"]
    speaker.hear(wav(100))
    assert speaker.audio() == wav(100)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"hello there",
        b"RIFF1234WAVX",
        b"RIFF\x00\x00\x00\x00WAVEdata\x10\x00\x00\x00",
        b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + struct.pack("<HHIIHH", 3, 1, 22_050, 0, 0, 32),
        b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + struct.pack("<HHIIHH", 1, 0, 22_050, 0, 0, 16),
        b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00"
        + struct.pack("<HHIIHH", 1, 1, 22_050, 0, 0, 16)
        + b"data\xff\xff\xff\xff",
        b"RIFF\x00\x00\x00\x00WAVELIST\xff\xff\xff\x7f" + bytes(5000),
    ],
    ids=["words", "no wave", "no format", "float", "no channel", "endless", "endless chunk"],
)
def test_rubbish_is_stepped_over_and_the_next_sound_is_whole(rubbish: bytes) -> None:
    speaker = SimulatedSpeaker("speaker-1")
    speaker.hear(rubbish + bytes(20))
    speaker.hear(wav(300))
    assert speaker.audio() == wav(300)
    assert speaker.show()["count"] == 1
    assert speaker.show()["dropped_bytes"] == len(rubbish) + 20


def test_a_megabyte_of_noise_takes_no_memory() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    chance = random.Random(3)
    for _ in range(256):
        speaker.hear(chance.randbytes(4096))
        assert len(speaker._waiting) < 10_000
    speaker.hear(wav(300))
    assert speaker.audio() == wav(300)


def test_a_file_without_a_sample_does_not_stop_the_line() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    speaker.hear(wav(0) + wav(10))
    assert speaker.show()["count"] == 2
    assert speaker.audio() == wav(10)


def test_only_the_last_sounds_are_kept() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    for size in range(20):
        speaker.hear(wav(100 + size))
    assert speaker.show()["count"] == 20
    assert len(speaker.played) == 8


def test_it_is_kept_whether_a_zone_was_open_when_the_sound_began() -> None:
    state = {"open": False}
    speaker = SimulatedSpeaker("speaker-1", zone_open=lambda: state["open"])
    speaker.hear(wav(100))
    state["open"] = True
    speaker.hear(wav(100))
    assert [sound.zone_open for sound in speaker.played] == [False, True]
    assert speaker.show()["heard_by_people"] == 1


def test_the_picture_shows_the_wave_and_whether_it_sounds() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    silent = Image.open(BytesIO(speaker.picture() or b"")).convert("RGB")
    speaker.hear(wav(22_050))
    sounding = Image.open(BytesIO(speaker.picture() or b"")).convert("RGB")
    speaker.tick(9.0)
    over = Image.open(BytesIO(speaker.picture() or b"")).convert("RGB")
    assert len({silent.tobytes(), sounding.tobytes(), over.tobytes()}) == 3
    assert silent.size == (760, 240)


def test_eight_bit_sound_plays_but_is_not_measured() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    speaker.hear(wav(800, width=1, rate=8000))
    assert speaker.show()["last_duration_s"] == 0.1
    assert speaker.show()["last_peak"] == 0.0
    assert speaker.picture()


@pytest.mark.parametrize("action", ["dance", "press", ""])
def test_an_action_that_a_speaker_cannot_do_is_refused(action: str) -> None:
    arguments: dict[str, Any] = {}
    with pytest.raises(ActionRefused):
        SimulatedSpeaker("speaker-1").do(action, arguments)


def test_a_reset_cuts_what_plays() -> None:
    speaker = SimulatedSpeaker("speaker-1")
    speaker.hear(wav(400)[:200])
    assert speaker.do("reset", {})["last_cut"] is True
