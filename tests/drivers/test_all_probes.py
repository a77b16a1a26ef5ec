"""Every question that looks for a device, put to every other simulated device: nobody answers who is not meant, and
nothing moves.

A probe goes out on ports whose device nobody knows yet, so it must be harmless to all that may hang there. Each probe
is put to all devices at once, each on a pseudo-terminal of its own.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from typing import Any, Final

import pytest

from drivers.driver import Manifest
from drivers.led_sign import probe as onbon_probe
from drivers.lumen_sign import probe as lumen_probe
from hall_config.models import DevicePart
from simulators import registry
from tests.drivers.wired_pty import on_pty

DRIVERS: Final = {point.name: point for point in entry_points(group="legal_hall.drivers")}
DEVICES: Final = sorted(set(registry._MAKERS) - set(registry.NETWORK_DRIVERS))
ALSO_FINDS: Final = {"modbus-inputs": {"modbus-keypad"}}  # an input board with keys on it
PASSING: Final = re.compile(
    r"counters|frames|dropped|noise|broken|foreign|unknown|heard|bytes|_s$|faults|answers|refusals|ignored|commands"
)


def askers() -> list[str]:
    """Drivers whose probe says something; one that only listens disturbs nobody."""
    found = []
    for name, point in sorted(DRIVERS.items()):
        probe = point.load().probe
        if probe is not None and probe.asks:
            found.append(name)
    return found


def still(shown: Any) -> Any:
    """What a device shows, without what only counts or passes."""
    if isinstance(shown, dict):
        return {key: still(value) for key, value in shown.items() if not PASSING.search(key)}
    return [still(value) for value in shown] if isinstance(shown, list) else shown


def asked(manifest: Manifest, driver: str) -> str:
    """What is wrong with this pair; "" when all is well."""
    part = DevicePart.model_validate({"id": "other", "driver": driver, "port": "pty:", "address": 1, "window": 1})
    device = registry.make_device(part, 7)
    before = still(device.show())
    assert manifest.probe is not None
    with on_pty(device) as path:
        channel: Any = manifest.open_channel(path, manifest.probe.bauds[0])
        try:
            found = manifest.probe.ask(channel, manifest.probe.bauds[0])
        finally:
            channel.close()
        after = still(device.show())
    meant = driver == manifest.name or driver in ALSO_FINDS.get(manifest.name, ())
    if bool(found) is not meant:
        return f"{driver}: found {found}"
    return "" if after == before else f"{driver}: {before} became {after}"


@pytest.mark.parametrize("name", askers())
def test_a_probe_finds_its_own_device_and_moves_nothing_in_any(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in (onbon_probe, lumen_probe):
        monkeypatch.setattr(part, "_BUDGET_S", 1.5)  # address 1 is soon found, and nobody else is there
    manifest = DRIVERS[name].load()
    with ThreadPoolExecutor(len(DEVICES)) as pool:
        wrong = dict(zip(DEVICES, pool.map(lambda driver: asked(manifest, driver), DEVICES), strict=True))
    if wrong[name].endswith(": found ()"):  # its answer came too late among so many: once more, alone
        wrong[name] = asked(manifest, name)
    assert [words for words in wrong.values() if words] == []
