"""``hall devices`` as an engineer types it, over simulated devices, with and without a controller."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from edge.driver_book import read_workable
from edge.main import build
from hall_config.load import read_hall_file
from hall_config.logs import quiet_logs
from hall_config.program import run
from tests.edge.commissioning_hall import SmallHall, small_hall
from tests.parts import wait_for


@pytest.fixture(name="hall", scope="module")
def hall_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHall]:
    with small_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture(name="controller")
def controller_fixture(hall: SmallHall) -> Iterator[Any]:
    with quiet_logs():  # in one process with the commands, whose answer alone may stand on stdout
        made = build(read_hall_file(hall.file))
        made.start()
        wait_for(lambda: all(one.state == "ready" for one in made.devices.health()), "all devices", 30)
        yield made
        made.stop()


Capture = pytest.CaptureFixture[str]


def answer(capsys: Capture, *arguments: str) -> tuple[int, Any]:
    """Exit code and JSON of one command."""
    capsys.readouterr()
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def meanwhile(work: Any) -> threading.Timer:
    timer = threading.Timer(1.0, work)
    timer.start()
    return timer


def test_the_list_names_each_device_its_port_and_what_to_look_at(hall: SmallHall, capsys: Capture) -> None:
    logging_before = structlog.get_config()
    code, found = answer(capsys, "devices", "list", "--config", str(hall.file))
    assert structlog.get_config() == logging_before  # quiet while it lasts, and no longer
    assert (code, found["running"]) == (0, False)
    reader = next(one for one in found["devices"] if one["id"] == "reader")
    assert (reader["driver"], reader["kind"], reader["state"]) == ("sam-id-card", "card-reader", "not_running")
    assert (reader["port_there"], reader["resolved"]) == ("yes", hall.host.stations["reader"].line.door.tty)  # type: ignore[union-attr]
    assert run(["devices", "list", "--config", str(hall.file)]) == 0
    said = capsys.readouterr().out
    assert "控制器没有运行" in said
    assert "terminal-1" in said


def test_a_port_that_is_not_there_is_named_with_its_plug(hall: SmallHall, capsys: Capture, tmp_path: Path) -> None:
    gone = hall.file.read_text(encoding="utf-8").replace(str(hall.folder / "run"), "/dev/serial/by-id")
    file = tmp_path / "hall.toml"
    file.write_text(gone, encoding="utf-8")
    _, found = answer(capsys, "devices", "list", "--config", str(file))
    printer = found["devices"][0]
    assert printer["port_there"] == "no"
    assert "USB" in printer["look_at_zh"]
    assert printer["port"] in printer["look_at"]


def test_installed_drivers_and_broken_ones_are_listed(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edge import driver_registry

    information = tmp_path / "odd_driver-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-driver\nVersion: 1\n", encoding="utf-8")
    (information / "entry_points.txt").write_text("[legal_hall.drivers]\nodd-driver = no_such_module:X\n")
    monkeypatch.syspath_prepend(tmp_path)
    driver_registry._points.cache_clear()
    code, found = answer(capsys, "devices", "list", "--drivers")
    driver_registry._points.cache_clear()
    assert code == 0
    by_name = {one["name"]: one for one in found["drivers"]}
    assert "no_such_module" in by_name["odd-driver"]["broken"]
    assert by_name["escpos-printer"]["probe"] is True


def test_the_search_names_ports_and_exits_3_without_any(hall: SmallHall, capsys: Capture, tmp_path: Path) -> None:
    printer = hall.host.stations["printer"].port
    code, found = answer(capsys, "devices", "probe", "--port", printer)
    assert code == 0
    (port,) = found["ports"]
    assert port["port"] == printer
    assert [one["driver"] for one in port["answers"]] == ["escpos-printer"]
    assert run(["devices", "probe", "--search", str(tmp_path)]) == 3
    assert "没有找到串口" in capsys.readouterr().err
    assert run(["devices", "probe", "--search", str(tmp_path / "no")]) == 2
    assert run(["devices", "probe", "--port", "gpio:4"]) == 2


@pytest.mark.parametrize("through", [False, True], ids=["own lines", "through the controller"])
def test_each_kind_of_device_is_tested(
    hall: SmallHall, capsys: Capture, through: bool, request: pytest.FixtureRequest
) -> None:
    if through:
        request.getfixturevalue("controller")
    config = ["--config", str(hall.file)]
    slips = len(hall.show("printer")["slips"])

    code, found = answer(capsys, "devices", "test", "printer", *config)
    assert (code, found["results"][0]["verdict"]) == (0, "passed")
    assert len(hall.show("printer")["slips"]) == slips + 1

    assert answer(capsys, "devices", "test", "sign-1", *config)[0] == 0

    timer = meanwhile(lambda: hall.do("reader", "tap_card"))
    code, found = answer(capsys, "devices", "test", "reader", *config)
    timer.join()
    assert (code, found["results"][0]["verdict"]) == (0, "passed")
    assert "9999" not in json.dumps(found), "never the number"
    hall.do("reader", "remove_card")

    timer = meanwhile(lambda: hall.do("terminal-1", "press", key="call"))
    assert answer(capsys, "devices", "test", "terminal-1", *config)[0] == 0
    timer.join()

    code, found = answer(capsys, "devices", "test", "relay", *config)
    assert (code, found["results"][0]["verdict"]) == (1, "refused")
    assert answer(capsys, "devices", "test", "relay", "--yes", "--relay", "3", *config)[0] == 0

    timer = meanwhile(lambda: hall.do("door", "open"))
    assert answer(capsys, "devices", "test", "door", *config)[0] == 0
    timer.join()
    hall.do("door", "close")


def test_the_controllers_hall_does_not_hear_the_test(hall: SmallHall, capsys: Capture, controller: Any) -> None:
    before = controller.loop.look()[0].queue
    timer = meanwhile(lambda: hall.do("reader", "tap_card"))
    assert answer(capsys, "devices", "test", "reader", "--config", str(hall.file))[0] == 0
    timer.join()
    hall.do("reader", "remove_card")
    assert controller.loop.look()[0].queue == before, "a card tapped for a test draws no ticket"
    _, found = answer(capsys, "devices", "list", "--config", str(hall.file))
    assert found["running"] is True
    assert {one["state"] for one in found["devices"]} == {"ready"}


def test_a_printer_without_paper_fails_and_says_why(hall: SmallHall, capsys: Capture) -> None:
    hall.do("printer", "paper_out")
    code, found = answer(capsys, "devices", "test", "printer", "--config", str(hall.file))
    hall.do("printer", "clear_faults")
    assert (code, found["results"][0]["verdict"]) == (1, "failed")
    assert "缺纸" in found["results"][0]["lines"][-1]["zh"]


def test_a_silent_device_is_not_answered(hall: SmallHall, capsys: Capture) -> None:
    hall.fault("reader", "silent")
    code, found = answer(capsys, "devices", "test", "reader", "--config", str(hall.file))
    hall.fault("reader", "clear_faults")
    assert (code, found["results"][0]["verdict"]) == (3, "not_answered")


def test_a_pulled_plug_is_named_as_such(hall: SmallHall, capsys: Capture, tmp_path: Path) -> None:
    gone = hall.file.read_text(encoding="utf-8").replace(str(hall.folder / "run"), "/dev/serial/by-id")
    file = tmp_path / "hall.toml"
    file.write_text(gone, encoding="utf-8")
    code, found = answer(capsys, "devices", "test", "reader", "--config", str(file))
    assert (code, found["results"][0]["verdict"]) == (3, "not_answered")
    assert "端口不在" in found["results"][0]["lines"][-1]["zh"]


def test_a_relay_that_is_not_allowed_is_told_what_to_add(hall: SmallHall, capsys: Capture, controller: Any) -> None:
    assert controller.setup is not None
    assert run(["devices", "test", "relay", "--config", str(hall.file)]) == 1
    assert "--yes" in capsys.readouterr().out


def test_wrong_use_is_said(hall: SmallHall, capsys: Capture) -> None:
    assert run(["devices", "test", "nobody", "--config", str(hall.file)]) == 2
    assert "没有这台设备" in capsys.readouterr().err
    assert run(["devices", "test", "--config", str(hall.folder / "no.toml")]) == 2
    assert run(["devices", "list", "--config", str(hall.folder / "no.toml")]) == 2


def test_the_lock_of_a_gate_is_left_to_the_service_desk(hall: SmallHall, capsys: Capture, controller: Any) -> None:
    assert controller.setup is not None
    assert run(["devices", "test", "relay", "--yes", "--relay", "5", "--config", str(hall.file)]) == 1
    told = capsys.readouterr().out
    assert "服务台页面" in told
    assert "/desk" in told
    assert hall.show("relay")["on"] == []


def test_the_key_file_opens_the_door_only_while_the_controller_runs(
    hall: SmallHall, capsys: Capture, controller: Any
) -> None:
    key = hall.folder / "data" / "setup.key"
    assert key.stat().st_mode & 0o777 == 0o600
    right = key.read_text()
    key.write_text("wrong")
    assert run(["devices", "test", "printer", "--config", str(hall.file)]) == 1
    said = capsys.readouterr().err
    assert "不是用这份配置启动的控制器" in said
    assert "Traceback" not in said
    key.unlink()
    assert run(["devices", "test", "printer", "--config", str(hall.file)]) == 1
    assert "sudo" in capsys.readouterr().err
    key.write_text(right)
    controller.setup.close()
    assert not key.exists()


def test_a_broken_driver_fails_its_own_device_only(
    hall: SmallHall, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edge import driver_registry

    information = tmp_path / "odd_driver-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-driver\nVersion: 1\n", encoding="utf-8")
    (information / "entry_points.txt").write_text("[legal_hall.drivers]\nodd-driver = no_such_module:X\n")
    monkeypatch.syspath_prepend(tmp_path)
    driver_registry._points.cache_clear()
    file = tmp_path / "hall.toml"
    odd = '\n[[device]]\nid = "odd"\ndriver = "odd-driver"\nport = "pty:1"\n'
    file.write_text(hall.file.read_text(encoding="utf-8") + odd, encoding="utf-8")
    try:
        _, found = answer(capsys, "devices", "list", "--config", str(file))
        assert "no_such_module" in found["devices"][-1]["look_at_zh"]
        assert answer(capsys, "devices", "test", "printer", "--config", str(file))[0] == 0
        assert answer(capsys, "devices", "test", "odd", "--config", str(file))[0] == 1
        made = build(read_workable(file))
        made.start()
        wait_for(lambda: made.devices.health()[0].state == "ready", "the printer beside it", 30)
        assert made.devices.health()[-1].state == "quarantined"
        made.stop()
    finally:
        driver_registry._points.cache_clear()
