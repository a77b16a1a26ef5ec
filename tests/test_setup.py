"""Setting a machine up: what is missing is named in one line to type, and nothing is half done."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


def house_without_rooms(folder: Path) -> Path:
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "dev.txt").touch()
    (folder / "pyproject.toml").touch()
    return folder


def test_make_without_a_target_lists_them_in_both_languages(tmp_path: Path) -> None:
    told = make(house_without_rooms(tmp_path)).stdout
    for target in ("demo", "test", "check", "bench", "screenshots", "clean"):
        assert f"make {target} " in told
    assert "在本机运行整个演示 / run everything on this machine" in told


def test_a_python_that_is_too_old_is_named_before_anything_is_made(tmp_path: Path) -> None:
    done = make(house_without_rooms(tmp_path), "check", "PYTHON=false")
    assert done.returncode != 0
    assert "需要 Python 3.11" in done.stderr
    assert "Python 3.11 or newer is needed" in done.stderr
    assert not (tmp_path / ".venv").exists()


def as_nobody(need: str) -> subprocess.CompletedProcess[str]:
    """The script as somebody who may install nothing; it comes by stdin, for the folder may be closed to others."""
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run(
        ["bash", "-s", need, "bash", "a-package-that-nobody-has"],
        input=(ROOT / ".ci" / "system-packages").read_text(encoding="utf-8").replace("sudo -n true", "false"),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **nobody,  # type: ignore[call-overload]
    )


def test_who_may_install_nothing_is_given_the_one_line_to_type() -> None:
    must = as_nobody("must")
    assert must.returncode == 3
    assert must.stderr.splitlines()[-1] == "  sudo apt-get install -y --no-install-recommends a-package-that-nobody-has"
    may = as_nobody("may")
    assert may.returncode == 0
    assert may.stderr == must.stderr


def test_nothing_is_said_when_nothing_is_missing() -> None:
    done = subprocess.run([ROOT / ".ci" / "system-packages", "must", "bash"], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_no_file_that_installs_names_a_registry() -> None:
    for name in ("Makefile", ".ci/run", ".ci/system-packages", "requirements/dev.txt", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "index-url" not in text.replace("--no-emit-index-url", "")
        assert "pythonhosted" not in text
        assert "find-links" not in text
