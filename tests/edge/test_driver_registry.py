"""A driver is found by its name; one that cannot be used is one failed device with a reason."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from drivers import led_sign
from drivers.driver import API_VERSION, OrderFailed, Report
from drivers.kinds.sign import ShowText
from drivers.lifecycle import State
from drivers.unit import Moved
from edge import driver_registry
from edge.commissioning.listing import listed
from edge.devices import Devices
from edge.driver_book import installed_book, read_workable
from edge.driver_registry import BrokenDriver, manifest_of
from hall_config.load import check_hall_text
from hall_config.problems import HallFileError
from tests.hall_config.good_hall import GOOD_HALL

MODULE = """
from dataclasses import replace
from drivers.led_sign import MANIFEST as SIGN
OLD = replace(SIGN, name="old", api=SIGN.api + 1)
OTHER = replace(SIGN, name="something-else")
NONE = 3
def fall(*args, **kwargs):
    raise RuntimeError("on my face")
FALLS = replace(SIGN, name="falls", build=fall)
def leave(*args, **kwargs):
    raise SystemExit("no licence for this hall")
LEAVES = replace(SIGN, name="leaves", build=leave)
EMPTY = replace(SIGN, name="empty", build=lambda *args, **kwargs: None)
KIND = replace(SIGN, name="kind", kind="teapot")
print("a vendor's greeting")
"""


@pytest.fixture
def plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_vendors_module.py").write_text(MODULE)
    (tmp_path / "a_broken_module.py").write_text("raise SystemError('no licence')")
    (tmp_path / "a_leaving_module.py").write_text("import sys; sys.exit('no dongle')")
    monkeypatch.syspath_prepend(tmp_path)
    values = {
        "leaving": "a_leaving_module:MANIFEST",
        "leaves": "a_vendors_module:LEAVES",
        "empty": "a_vendors_module:EMPTY",
        "kind": "a_vendors_module:KIND",
        "old": "a_vendors_module:OLD",
        "renamed": "a_vendors_module:OTHER",
        "none": "a_vendors_module:NONE",
        "falls": "a_vendors_module:FALLS",
        "broken": "a_broken_module:MANIFEST",
        "gone": "a_module_that_is_not_there:MANIFEST",
        "onbon-bx-sign": "drivers.led_sign:MANIFEST",
    }
    points = {name: EntryPoint(name, value, "legal_hall.drivers") for name, value in values.items()}
    monkeypatch.setattr(driver_registry, "_points", lambda: points)
    manifest_of.cache_clear()


def test_every_driver_of_ours_is_found_by_its_name() -> None:
    found = driver_registry.installed()
    assert led_sign.MANIFEST in found
    assert all(manifest.api == API_VERSION for manifest in found)


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("old", "interface"),
        ("renamed", "calls itself something-else"),
        ("none", "no Manifest"),
        ("broken", "no licence"),
        ("leaving", "no dongle"),
        ("kind", "its kind is not a drivers.kind.Kind"),
        ("gone", "cannot be loaded"),
        ("never-heard-of", "pip install"),
    ],
)
def test_a_driver_that_cannot_be_used_says_why(name: str, words: str) -> None:
    with pytest.raises(BrokenDriver, match=words):
        manifest_of(name)


@pytest.mark.usefixtures("plug_ins")
def test_a_broken_plug_in_is_one_failed_device(tmp_path: Path) -> None:
    text = GOOD_HALL
    for number, name in enumerate(("broken", "falls", "onbon-bx-sign")):
        text += f'\n[[device]]\nid = "d{number}"\ndriver = "{name}"\nport = "{tmp_path}/tty{number}"\nwindow = 1\n'
    heard: list[Report] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hall_config.cross_checks.driver_names", lambda: ("broken", "falls", "onbon-bx-sign"))
        devices = Devices(check_hall_text(text), heard.append, lambda: 0)
    devices.start()
    try:
        quarantined = [item for item in heard if isinstance(item, Moved) and item.state is State.QUARANTINED]
        assert [(item.device, "no licence" in item.reason) for item in quarantined] == [("d0", True), ("d1", False)]
        order: Any = ShowText("d1", ("A001",))
        devices.submit(order)
        assert [item.code for item in heard if isinstance(item, OrderFailed)] == ["driver_broken"]
        devices.submit(ShowText("d2", ("A001",)))  # the good one has its line
    finally:
        devices.stop()


@pytest.mark.usefixtures("plug_ins")
def test_what_a_plug_in_prints_spoils_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    sys.modules.pop("a_vendors_module", None)
    manifest_of("falls")
    said = capsys.readouterr()
    assert (said.out, "greeting" in said.err) == ("", True)


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize(
    ("name", "words"),
    [("falls", "on my face"), ("leaves", "no licence for this hall"), ("empty", "has no handshake")],
)
def test_a_plug_in_that_cannot_be_built_is_one_broken_driver(name: str, words: str, tmp_path: Path) -> None:
    """The check names it, the controller starts all the same, and the list says why."""
    text = GOOD_HALL
    for number, driver in enumerate((name, "onbon-bx-sign")):
        text += f'\n[[device]]\nid = "d{number}"\ndriver = "{driver}"\nport = "{tmp_path}/tty{number}"\nwindow = 1\n'
    (file := tmp_path / "hall.toml").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hall_config.cross_checks.driver_names", lambda: (name, "onbon-bx-sign"))
        with pytest.raises(HallFileError) as wrong:
            check_hall_text(text, book=installed_book())
        assert [problem.code for problem in wrong.value.problems] == ["BROKEN_DRIVER"]
        hall = read_workable(file)
    heard: list[Report] = []
    devices = Devices(hall, heard.append, lambda: 0)
    devices.start()
    try:
        told = [item for item in heard if isinstance(item, Moved) and item.device == "d0"]
        assert [(item.state, words in item.reason) for item in told] == [(State.QUARANTINED, True)]
    finally:
        devices.stop()
    assert [words in one.broken for one in listed(hall, None)] == [True, False]


def test_naming_the_drivers_loads_none_of_them() -> None:
    code = (
        "import sys; from hall_config.driver_book import driver_names; driver_names(); print('drivers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
