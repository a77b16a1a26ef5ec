"""A Monday as docs/commissioning.md tells it, over simulated devices: each step by its command."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from hall_config.load import read_hall_file
from hall_config.program import run
from tests.edge.commissioning_hall import small_hall

ANSWERS = ["monday-hall", "测试大厅", "Test Hall", "1", "", "", "1", "", "", "", "y", "y", "y", "1"]


@pytest.mark.slow
def test_a_hall_is_set_up_by_its_commands_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALL_MACHINE", str(tmp_path / "no-sound-card-here"))
    with small_hall(tmp_path) as hall:
        ports = tmp_path / "ports"
        ports.mkdir()
        for name in ("printer", "reader", "sign-1"):
            (ports / name).symlink_to(hall.host.stations[name].port)
        monkeypatch.setenv("HALL_PORTS", str(ports))
        assert run(["devices", "probe"]) == 0
        said = capsys.readouterr().out
        assert all(driver in said for driver in ("escpos-printer", "sam-id-card", "onbon-bx-sign"))

        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in ANSWERS)))
        file = tmp_path / "fresh.toml"
        assert run(["config", "init", "--out", str(file)]) == 0, capsys.readouterr().err
        assert [one.id for one in read_hall_file(file).device] == ["printer", "card-reader", "sign-1"]
        assert run(["config", "check", str(file)]) == 0
        assert run(["devices", "list", "--config", str(file)]) == 0
        assert run(["devices", "test", "printer", "--config", str(file)]) == 0
        assert run(["devices", "test", "sign-1", "--config", str(file)]) == 0
        assert len(hall.show("printer")["slips"]) == 1
        capsys.readouterr()
