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
from edge.devices import Devices
from edge.driver_registry import BrokenDriver, manifest_of
from hall_config.load import check_hall_text
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
"""


@pytest.fixture
def plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_vendors_module.py").write_text(MODULE)
    (tmp_path / "a_broken_module.py").write_text("raise SystemError('no licence')")
    monkeypatch.syspath_prepend(tmp_path)
    values = {
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


def test_naming_the_drivers_loads_none_of_them() -> None:
    code = (
        "import sys; from hall_config.driver_book import driver_names; driver_names(); print('drivers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
