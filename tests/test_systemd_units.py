"""The units for a real machine: systemd takes them, all are shut in alike, and the nightly backup really makes one."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from central.database import Database
from hall_config.program import run

UNITS = Path(__file__).parent.parent / "systemd"
HALL = Path(sys.executable).with_name("hall")
OURS = ("edge", "central", "backup")
# Whoever runs our program is shut in so; the edge reaches its devices besides.
SHUT_IN = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectControlGroups": "yes",
    "RestrictSUIDSGID": "yes", "LockPersonality": "yes", "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "User": "legal-hall", "Group": "legal-hall",
}  # fmt: skip


def unit(name: str) -> RawConfigParser:
    found = RawConfigParser(strict=False, comment_prefixes=("#",), delimiters=("=",))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(UNITS / name, encoding="utf-8")
    return found


def test_systemd_finds_nothing_wrong_with_any_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze, of the Debian package systemd")
    for file in sorted(UNITS.iterdir()):
        if file.suffix in (".service", ".timer", ".path"):
            here = file.read_text(encoding="utf-8").replace("/opt/legal-hall/.venv/bin/hall", str(HALL))
            (tmp_path / file.name.replace("@.", "@tv.")).write_text(here, encoding="utf-8")
    names = [str(file) for file in tmp_path.iterdir()]
    told = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    about_ours = [line for line in told.stderr.splitlines() if "legal-hall" in line]
    # where mosquitto or a browser is not installed, that is the machine's matter and not the unit's
    assert [line for line in about_ours if "not found" not in line and "not executable" not in line] == []


@pytest.mark.parametrize("name", OURS)
def test_every_program_of_ours_is_shut_in_alike(name: str) -> None:
    service = unit(f"legal-hall-{name}.service")["Service"]
    assert {key: service.get(key) for key in SHUT_IN} == SHUT_IN
    assert service.get("UMask") in ("0027", "0077")
    if name != "edge":
        assert service.get("PrivateDevices") == "yes"


def test_the_timer_wakes_the_backup_every_night_also_after_a_night_switched_off() -> None:
    timer = unit("legal-hall-backup.timer")["Timer"]
    assert timer["Unit"] == "legal-hall-backup.service"
    assert timer["Persistent"] == "true"
    if shutil.which("systemd-analyze") is not None:
        told = subprocess.run(
            ["systemd-analyze", "calendar", "--iterations=2", timer["OnCalendar"]], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        assert told.stdout.count("18:30:00 UTC") >= 2  # half past two in the halls


def test_what_the_unit_runs_makes_a_backup_that_opens_and_lets_old_ones_go(tmp_path: Path) -> None:
    data, backups, key = tmp_path / "data", tmp_path / "backups", tmp_path / "backup.key"
    data.mkdir()
    backups.mkdir()
    Database(f"sqlite:///{data / 'central.db'}").close()
    assert run(["keys", "new", str(key)]) == 0
    old, young, other = backups / "old.backup", backups / "young.backup", backups / "notes.txt"
    for file in (old, young, other):
        file.touch()
    for file in (old, other):
        subprocess.run(["touch", "-d", "40 days ago", str(file)], check=True)
    service = unit("legal-hall-backup.service")["Service"]
    for command in (service["ExecStart"], service["ExecStartPost"]):
        here = command.replace("$$", "$").replace("%%", "%")
        for there, place in {
            "/opt/legal-hall/.venv/bin/hall": HALL, "/var/backups/legal-hall": backups,
            "/etc/legal-hall/backup.key": key, "/var/lib/legal-hall": data,
        }.items():  # fmt: skip
            here = here.replace(there, str(place))
        done = subprocess.run(shlex.split(here), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    left = sorted(file.name for file in backups.iterdir())
    assert len(left) == 3
    assert left[1:] == ["notes.txt", "young.backup"]
    assert left[0].endswith("Z.backup")
    assert (backups / left[0]).stat().st_mode & 0o077 == 0
