"""The other side of the conformance checks: what carries no bytes says so by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulators.counterparts import CarriesNoBytes, LineConnection, PinConnection, counterpart_of

Spoiling = Callable[[LineConnection | PinConnection], object]
EACH_WAY: dict[str, Spoiling] = {
    "noise": lambda line: line.noise(b"\x00", 0.1),
    "pieces": lambda line: line.pieces(1),
    "glue": lambda line: line.glue(True),
    "halve": lambda line: line.halve(True),
}


@pytest.mark.parametrize("spoil", EACH_WAY.values(), ids=EACH_WAY)
@pytest.mark.parametrize("driver", ["gpio-button", "v4l2-camera"])
def test_a_device_without_bytes_says_so_and_goes_on(driver: str, spoil: Spoiling, tmp_path: Path) -> None:
    counterpart = counterpart_of(driver)
    assert counterpart is not None
    line = counterpart.open(counterpart.transports[0], tmp_path)
    try:
        before = line.did()
        with pytest.raises(CarriesNoBytes, match=r"carries no bytes: .* unplug"):
            spoil(line)
        assert line.did() == before
        line.unplug()
        line.replug()
    finally:
        line.close()


def test_a_pin_cannot_be_silenced(tmp_path: Path) -> None:
    counterpart = counterpart_of("gpio-contact")
    assert counterpart is not None
    line = counterpart.open("pins", tmp_path)
    try:
        with pytest.raises(CarriesNoBytes):
            line.silence(True)
    finally:
        line.close()


def test_a_driver_without_a_simulator_has_no_counterpart() -> None:
    assert counterpart_of("of-another-vendor") is None
