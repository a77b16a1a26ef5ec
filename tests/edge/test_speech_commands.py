"""``hall speech``: only the archive that we know is used, recordings need the voice; each refusal says what to do."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from drivers.speaker.kokoro import SPEAKER, VOICE_BYTES
from edge import speech_commands
from hall_config.program import run

HALL = """
[hall]
id = "test-hall"
name_zh = "测试"
name_en = "Test"
[data]
folder = "{folder}"
[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"
[[window]]
number = 1
services = ["A"]
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "hall.toml"
    file.write_text(HALL.format(folder=tmp_path / "data"), encoding="utf-8")
    return str(file)


def packed(folder: Path, monkeypatch: pytest.MonkeyPatch, size: int = VOICE_BYTES) -> str:
    """An archive of the right shape, whose checksum is taken for the known one."""
    file = folder / "speakers.tgz"
    with tarfile.open(file, "w:gz") as archive:
        for name in (f"package/voices/{SPEAKER}.bin", "package/../../escaped.bin"):
            entry = tarfile.TarInfo(name)
            entry.size = size
            archive.addfile(entry, io.BytesIO(b"\1" * size))
    monkeypatch.setattr(speech_commands, "ARCHIVE_SHA256", hashlib.sha256(file.read_bytes()).hexdigest())
    return str(file)


def test_the_speakers_file_is_taken_out_and_nothing_else(
    config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = packed(tmp_path, monkeypatch)
    assert run(["speech", "fetch", "--config", config, "--archive", archive]) == 0
    files = [path.relative_to(tmp_path / "data") for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files == [Path("voices") / f"{SPEAKER}.bin"]
    assert (tmp_path / "data" / files[0]).stat().st_size == VOICE_BYTES
    assert "kokoro" in capsys.readouterr().out


def test_another_archive_is_refused_and_changes_nothing(
    config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.tgz"
    wrong.write_bytes(b"rubbish")
    short = packed(tmp_path, monkeypatch, size=100)
    for archive in (str(wrong), short, str(tmp_path / "nowhere.tgz"), str(tmp_path)):
        assert run(["speech", "fetch", "--config", config, "--archive", archive]) in (1, 2)
        assert archive.rpartition("/")[2] in capsys.readouterr().err.replace("\n", "")
    assert not (tmp_path / "data").exists()


def test_without_npm_the_way_by_hand_is_told(
    config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert run(["speech", "fetch", "--config", config]) == 3
    assert "npm pack kokoro-js@1.2.1" in capsys.readouterr().err


def test_recordings_are_made_only_with_the_voice_and_never_over_others(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "recordings.zip"
    assert run(["speech", "record", "--config", config, "--out", str(out)]) == 3  # neither packages nor speaker here
    said = capsys.readouterr().err
    assert "无法录制" in said
    assert "legal-hall[voice]" in said or "hall speech fetch" in said
    assert not out.exists()
    out.write_bytes(b"mine")
    assert run(["speech", "record", "--config", config, "--out", str(out)]) == 2
    assert "已经存在" in capsys.readouterr().err
    assert out.read_bytes() == b"mine"
