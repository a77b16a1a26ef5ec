"""Two voices, one folder of clips: which speaks when, what notices cost, and how loud all of it is."""

from __future__ import annotations

import math
import os
import shutil
import threading
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from drivers.errors import DeviceFault
from drivers.speaker import Clips, Pause, Piece
from drivers.speaker.shelf import Shelf
from drivers.speaker.sound import RATE, levelled, loudness_db, samples_of
from drivers.speaker.voice import Language
from edge.spoken import SpokenWords
from hall.plan import Plan, ServicePlan, WindowPlan

CALL = (Piece("请", "zh"), Pause(0.1), Piece("A", "en"), Piece("号到三号窗口办理", "zh"))


class Tone:
    """A voice whose clips are tones of one pitch, so that a test can hear who spoke."""

    def __init__(self, period: int, *, missing: str | None = None, fails: bool = False) -> None:
        self.period = period
        self.said: list[str] = []
        self.rested = 0
        self.may_go = threading.Event()
        self.may_go.set()
        self._missing = missing
        self._fails = fails

    def missing(self) -> str | None:
        return self._missing

    def recipe(self, text: str, language: Language) -> str:
        return f"tone|{self.period}|{language}|{text}"

    def speak(self, text: str, language: Language, *, limit_s: float = 5.0) -> array[int]:
        assert self.may_go.wait(20)
        if self._fails:
            raise DeviceFault("voice", "it broke")
        self.said.append(text)
        return array("h", [3000 if index % self.period < self.period // 2 else -3000 for index in range(4410)])

    def rest(self) -> None:
        self.rested += 1


def pitch_of(wav: bytes) -> int:
    """The period of the speech behind the chime."""
    samples = samples_of(wav)[round(1.4 * RATE) :]
    rises = [at for at in range(1, len(samples)) if samples[at - 1] < 0 < samples[at]]
    return sorted(after - before for before, after in pairwise(rises))[len(rises) // 2]


def test_the_plain_voice_speaks_until_the_better_one_has_made_every_clip(tmp_path: Path) -> None:
    plain, better = Tone(20), Tone(40)
    better.may_go.clear()
    clips = Clips(tmp_path, voice=plain, better=better)
    clips.prepare([piece for piece in CALL if isinstance(piece, Piece)])
    assert clips.wait_ready(20)
    assert pitch_of(clips.announcement(CALL).wav) == 20
    better.may_go.set()
    assert clips.wait_best(20)
    assert pitch_of(clips.announcement(CALL).wav) == 40
    assert better.rested == 1, "its memory is given back"
    other = (*CALL, Piece("新词", "zh"))
    assert pitch_of(clips.announcement(other).wav) == 20, (
        "one sentence, one voice; and the better one is never waited for"
    )
    assert "新词" not in better.said


@pytest.mark.parametrize("better", [Tone(40, missing="no package / none"), Tone(40, fails=True)])
def test_a_better_voice_that_cannot_speak_leaves_the_plain_one_and_says_so(tmp_path: Path, better: Tone) -> None:
    clips = Clips(tmp_path, voice=Tone(20), better=better)
    clips.prepare([piece for piece in CALL if isinstance(piece, Piece)])
    assert clips.wait_best(20)
    assert pitch_of(clips.announcement(CALL).wav) == pitch_of(clips.notice(CALL).wav) == 20
    assert clips.problem is None
    assert clips.weaker in ("no package / none", "it broke")


def test_a_restart_finds_the_clips_of_both_voices(tmp_path: Path) -> None:
    for round_number in range(2):
        plain, better = Tone(20), Tone(40)
        clips = Clips(tmp_path, voice=plain, better=better)
        clips.prepare([piece for piece in CALL if isinstance(piece, Piece)])
        assert clips.wait_best(20)
        assert len(plain.said) == len(better.said) == (0 if round_number else 3)


def test_a_notice_is_kept_in_its_own_folder_and_made_once(tmp_path: Path) -> None:
    better = Tone(40)
    clips = Clips(tmp_path, voice=Tone(20), better=better)
    first, second = clips.notice(CALL), clips.notice(CALL)
    assert first.spoken
    assert first.wav == second.wav
    assert len(better.said) == 3
    assert len(list((tmp_path / "notices").glob("*.wav"))) == 3
    assert not list(tmp_path.glob("*.wav"))


def test_a_notice_in_haste_does_not_wait_for_the_better_voice(tmp_path: Path) -> None:
    better = Tone(40)
    better.may_go.clear()
    clips = Clips(tmp_path, voice=Tone(20), better=better)
    assert pitch_of(clips.notice(CALL, in_haste=True).wav) == 20
    better.may_go.set()
    assert pitch_of(clips.notice(CALL).wav) == 40


def test_a_folder_of_notices_stays_bounded_and_the_one_used_last_stays(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Tone(20), most_bytes=50_000)  # a clip has 10 kB
    first = Piece("每天都用", "zh")
    for number in range(12):
        shelf.make(Piece(f"通知{number}", "zh"), 1.0, keep=False)
        shelf.make(first, 1.0, keep=False)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 50_000
    before = len(list(tmp_path.iterdir()))
    again = Tone(20)
    Shelf(tmp_path, again, most_bytes=50_000).make(first, 1.0)
    assert again.said == []
    assert len(list(tmp_path.iterdir())) == before


def test_a_text_that_names_a_path_stays_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    Shelf(folder, Tone(20), most_bytes=10**6).make(Piece("../../etc/passwd\0", "zh"), 1.0)
    assert [path.parent for path in tmp_path.rglob("*.wav")] == [folder]


# --- loudness -----------------------------------------------------------------------------------------------------


def gated_db(samples: array[int]) -> float:
    """Another way to count: mean square of 20 ms blocks above -40 dBFS."""
    size = RATE // 50
    squares = [
        sum(value * value for value in samples[at : at + size]) / size for at in range(0, len(samples) - size, size)
    ]
    loud = [square for square in squares if square > (0.01 * 32_767) ** 2]
    return 10 * math.log10(sum(loud) / len(loud)) - 20 * math.log10(32_767)


@pytest.mark.parametrize("height", [300, 3_000, 32_000])
def test_soft_and_loud_speech_comes_out_alike_and_never_clipped(height: int) -> None:
    spoken = array("h", [round(height * math.sin(at / 9) * (at % 4410) / 4410) for at in range(RATE)])
    spoken[RATE // 2] = 32_767  # a click
    result = levelled(spoken)
    assert loudness_db(result) == pytest.approx(-18, abs=0.5)
    assert max(abs(value) for value in result) < 0.9 * 32_767


def test_every_clip_of_a_hall_is_as_loud_as_the_others(tmp_path: Path) -> None:
    if shutil.which("espeak-ng") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must prove the voice: install the package espeak-ng")
        pytest.skip("needs espeak-ng: install the package espeak-ng")
    plan = Plan(
        "h", "测试", "Test", (ServicePlan("A", "咨询", "Advice"),), (WindowPlan(3, ("A",)), WindowPlan(12, ("A",)))
    )
    clips = Clips(tmp_path)
    clips.prepare(SpokenWords(plan, english=True, digit_one="yao").vocabulary())
    assert clips.wait_ready(60)
    files = list(tmp_path.glob("*.wav"))
    assert len(files) > 30
    for file in files:
        samples = samples_of(file.read_bytes())
        assert gated_db(samples) == pytest.approx(-18, abs=2)
        assert max(abs(value) for value in samples) < 0.9 * 32_767
        first = next(at for at, value in enumerate(samples) if abs(value) > 328)
        assert first >= 0.01 * RATE, "its beginning is not cut off"


def test_a_chime_comes_before_each_announcement_unless_the_hall_wants_none(tmp_path: Path) -> None:
    parts = [Piece("请", "zh")]
    with_chime, without = (Clips(tmp_path, voice=Tone(20), chimes=chimes) for chimes in (True, False))
    long, short, bare = (
        with_chime.announcement(parts).duration_s,
        with_chime.announcement(parts, short=True).duration_s,
        without.announcement(parts).duration_s,
    )
    assert long - bare == pytest.approx(1.3, abs=0.01)
    assert short - bare == pytest.approx(0.65, abs=0.01)
    assert not Clips(tmp_path / "none", voice=Tone(20, missing="none"), chimes=False).announcement(parts).spoken
    alone = Clips(tmp_path / "none", voice=Tone(20, missing="none"), chimes=False).announcement(parts)
    assert alone.duration_s > 1.0, "the chime alone still turns heads to the signs"


@pytest.mark.parametrize("repeat", [1, 2, 3])
def test_between_two_sayings_are_at_least_300_ms_and_the_end_of_the_first_is_known(tmp_path: Path, repeat: int) -> None:
    clips = Clips(tmp_path, voice=Tone(20), chimes=False)
    one, sound = clips.announcement([Piece("请", "zh")]), clips.announcement([Piece("请", "zh")], repeat)
    assert sound.duration_s - repeat * one.duration_s >= 0.3 * (repeat - 1)
    assert sound.once_s == (None if repeat == 1 else pytest.approx(one.duration_s, abs=0.001))


def test_another_volume_is_heard_at_the_next_announcement(tmp_path: Path) -> None:
    volume = 100
    clips = Clips(tmp_path, voice=Tone(20), volume=lambda: volume)
    loud = max(samples_of(clips.announcement([Piece("请", "zh")]).wav))
    volume = 50
    soft = max(samples_of(clips.announcement([Piece("请", "zh")]).wav))
    full = max(samples_of(clips.announcement([Piece("请", "zh")], volume=100).wav))
    assert loud == full == pytest.approx(4 * soft, rel=0.02)
