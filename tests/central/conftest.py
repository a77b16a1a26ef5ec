"""Fixtures of central's tests: a store, an intake over it, a whole central without a broker, one with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.database import Database
from tests.parts import mosquitto

__all__ = ["mosquitto"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'central.db'}")
    yield opened
    opened.close()
