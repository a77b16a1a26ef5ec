"""The recorded voice: G.711 to the byte; each call of a hall is among the recordings, what is not is said otherwise."""

from __future__ import annotations

import math
import zipfile
from array import array
from pathlib import Path

import pytest

from drivers.errors import DeviceFault
from drivers.speaker import Clips, Piece
from drivers.speaker.recorded import RECORDINGS, Recorded, pack, packed, unpacked
from drivers.speaker.sound import RATE, loudness_db
from edge.spoken import DigitOne, SpokenWords
from hall.plan import Plan, ServicePlan, WindowPlan
from tests.drivers.test_speaker_clips import CALL, Tone, pitch_of

PLAN = Plan("h", "测试", "Test", (ServicePlan("A", "咨询", "Advice"),), (WindowPlan(1, ("A",)),))
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
RECORDED, PLAIN, BETTER = 20, 40, 80  # periods of the tones that they speak with


def tone(period: int) -> array[int]:
    return array("h", [3000 if index % period < period // 2 else -3000 for index in range(4410)])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    file = tmp_path / "recordings.zip"
    pack(file, [(piece, tone(RECORDED)) for piece in CALL if isinstance(piece, Piece)])
    return file


def clips_of(folder: Path, plain: Tone, recorded: Recorded, better: Tone | None = None) -> Clips:
    clips = Clips(folder, volume=100, voice=plain, recorded=recorded, better=better)
    clips.prepare(piece for piece in CALL if isinstance(piece, Piece))
    assert clips.wait_best(20)
    return clips


@pytest.mark.parametrize(
    ("code", "sample"),
    [(0xFF, 0), (0x7F, 0), (0x80, 32124), (0x00, -32124), (0xF0, 120), (0x70, -120), (0xEF, 132), (0x8F, 16764)],
)
def test_bytes_stand_for_the_samples_of_the_standard(code: int, sample: int) -> None:
    wav = packed(array("h", [0]))
    assert unpacked(wav[:-1] + bytes([code]))[0] == sample


def test_each_sample_comes_back_as_near_as_the_standard_lets_it() -> None:
    samples = array("h", range(-32124, 32125, 7))
    for before, after in zip(samples, unpacked(packed(samples)), strict=True):
        step = 2 ** max(3, math.floor(math.log2(abs(before) + 132)) - 4)
        assert abs(before - after) <= step / 2


@pytest.mark.parametrize(
    "wav", [b"", b"RIFF", packed(array("h"))[:-1], b"\x00" * 100, packed(array("h", [1] * 9))[:-1]]
)
def test_a_file_that_is_no_recording_is_refused(wav: bytes) -> None:
    with pytest.raises(ValueError, match="recording"):
        unpacked(wav)


@pytest.mark.parametrize("digit_one", ["yi", "yao"])
def test_every_call_of_a_hall_with_thirty_windows_and_nine_rooms_is_recorded(digit_one: DigitOne) -> None:
    """Where this fails the words of the catalogue have changed: `hall speech record` makes new recordings."""
    recorded = Recorded()
    assert recorded.missing() is None
    wanted = SpokenWords(PLAN, english=True, digit_one=digit_one).pieces(LETTERS, range(1, 31), range(1, 10))
    assert [piece for piece in wanted if piece not in recorded] == []
    assert Piece("请听从工作人员引导，有序离开", "zh") in recorded
    assert Piece("Please follow the staff and leave calmly", "en") in recorded


def test_all_recordings_are_speech_of_one_loudness() -> None:
    recorded = Recorded()
    with zipfile.ZipFile(RECORDINGS) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    for name in names:
        language, text = name.removesuffix(".wav").split("/")
        assert language in ("zh", "en")
        samples = recorded.speak(text, "zh" if language == "zh" else "en")
        assert 0.1 < len(samples) / RATE < 4.0, name
        assert abs(loudness_db(samples) + 18) < 1.0, name


def test_what_was_recorded_is_said_so_and_what_was_not_by_the_plain_voice(archive: Path, tmp_path: Path) -> None:
    plain = Tone(PLAIN)
    clips = clips_of(tmp_path / "clips", plain, Recorded(archive))
    assert pitch_of(clips.announcement(CALL).wav) == RECORDED
    other = (*CALL[:-1], Piece("号到四十五号窗口办理", "zh"))
    assert pitch_of(clips.announcement(other).wav) == PLAIN
    assert clips.announcement(other).spoken
    assert (clips.problem, clips.weaker) == (None, None)
    clips.close()


def test_without_espeak_calls_are_spoken_and_notices_are_not(archive: Path, tmp_path: Path) -> None:
    clips = clips_of(tmp_path / "clips", Tone(PLAIN, missing="no espeak-ng"), Recorded(archive))
    assert clips.announcement(CALL).spoken
    assert not clips.notice((Piece("今日停电", "zh"),)).spoken
    assert clips.problem is None
    assert "espeak-ng" in (clips.weaker or "")
    clips.close()


def test_a_hall_whose_calls_were_not_all_recorded_and_has_no_espeak_is_told_so(archive: Path, tmp_path: Path) -> None:
    clips = Clips(tmp_path / "clips", voice=Tone(PLAIN, missing="no espeak-ng"), recorded=Recorded(archive))
    clips.prepare((Piece("号到四十五号窗口办理", "zh"),))
    assert clips.wait_ready(20)
    assert clips.problem == "no espeak-ng"
    clips.close()


def test_the_better_voice_makes_only_what_was_not_recorded(tmp_path: Path) -> None:
    file, better = tmp_path / "some.zip", Tone(BETTER)
    pack(file, [(Piece("请", "zh"), tone(BETTER))])
    clips = clips_of(tmp_path / "clips", Tone(PLAIN), Recorded(file), better)
    assert better.said == ["A", "号到三号窗口办理"]
    assert pitch_of(clips.announcement(CALL).wav) == BETTER
    clips.close()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 torn", b"\x00" * 1000])
def test_an_archive_that_cannot_be_used_leaves_the_plain_voice(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "recordings.zip"
    if content is not None:
        file.write_bytes(content)
    clips = clips_of(tmp_path / "clips", Tone(PLAIN), Recorded(file))
    assert pitch_of(clips.announcement(CALL).wav) == PLAIN
    assert clips.problem is None
    assert "重新安装" in (clips.weaker or "")
    clips.close()


def test_a_spoiled_recording_costs_that_clip(archive: Path, tmp_path: Path) -> None:
    recorded = Recorded(archive)
    whole = bytearray(archive.read_bytes())
    whole[60:90] = bytes(30)
    archive.write_bytes(whole)
    with pytest.raises(DeviceFault):
        recorded.speak("请", "zh")
    clips = clips_of(tmp_path / "clips", Tone(PLAIN), recorded)
    assert pitch_of(clips.announcement(CALL).wav) == PLAIN
    clips.close()


def test_the_same_clips_make_the_same_archive(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    pack(again, [(piece, tone(RECORDED)) for piece in CALL if isinstance(piece, Piece)])
    assert again.read_bytes() == archive.read_bytes()
