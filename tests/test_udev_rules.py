"""The shipped udev rules: each line is one that udev understands, and says what the hall needs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

RULES = Path(__file__).parent.parent / "systemd" / "99-legal-hall.rules"
PART = re.compile(r'([A-Z]+(?:\{[\w./-]+\})?)(==|!=|\+=|:=|=)"([^"]*)"')
MATCHES = {"ACTION", "SUBSYSTEM", "KERNEL", "ENV", "ATTR", "TEST"}
SETS = {"ENV", "GROUP", "MODE", "ATTR"}


def rules() -> list[list[tuple[str, str, str]]]:
    lines = [line for line in RULES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        parts = line.split(", ")
        assert all(PART.fullmatch(part) for part in parts), line
        found.append([match.groups() for part in parts if (match := PART.fullmatch(part))])
    return found


def test_every_line_matches_something_before_it_sets_something() -> None:
    assert rules()
    for rule in rules():
        keys = [(key.partition("{")[0], operator in ("==", "!=")) for key, operator, _ in rule]
        assert all(key in (MATCHES if matching else SETS) for key, matching in keys), rule
        assert [matching for _, matching in keys] == sorted((matching for _, matching in keys), reverse=True), rule
        assert not keys[-1][1], "a rule that sets nothing"


def test_modem_manager_is_kept_away_and_ports_belong_to_a_group() -> None:
    text = RULES.read_text(encoding="utf-8")
    assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in text
    assert 'GROUP="dialout", MODE="0660"' in text
    assert 'MODE="0666"' not in text, "a port is not everybody's"


def test_the_groups_are_those_of_the_service() -> None:
    service = (RULES.parent / "legal-hall-edge.service").read_text(encoding="utf-8")
    (groups,) = re.findall(r"(?m)^SupplementaryGroups=(.*)$", service)
    named = {value for rule in rules() for key, _, value in rule if key == "GROUP"}
    assert named <= set(groups.split())


def test_udev_itself_finds_no_fault() -> None:
    program = shutil.which("udevadm")
    known = program and subprocess.run([program, "--help"], capture_output=True, text=True, check=False).stdout
    if not known or "verify" not in known:
        pytest.skip("needs udevadm verify, of systemd 254 and newer")
    assert program is not None
    done = subprocess.run(
        [program, "verify", "--resolve-names=never", str(RULES)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
