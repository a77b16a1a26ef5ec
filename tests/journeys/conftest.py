"""Houses for whole-hall tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House, house_in
from tests.parts import Mosquitto, mosquitto

__all__ = ["mosquitto"]


@pytest.fixture
def house(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[House]:
    """Broker running, nothing else yet."""
    yield from house_in(tmp_path, mosquitto)


@pytest.fixture
def lone_house(tmp_path: Path) -> Iterator[House]:
    """A hall without broker and central, for good."""
    yield from house_in(tmp_path, None)
