"""What holds for all tests.

Examples are made up anew each time by a developer's run, and the same ones in CI. Pages may take as long as a machine
needs that has other things to do: whether something comes is asked, how soon is measured by `make bench`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings
from playwright.sync_api import expect

# Compiled once: where keeping it is forbidden, each worker and each program of a test would compile everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No deadline for one example: a machine that does something else as well is no fault of the code.
settings.register_profile("hall", deadline=None, derandomize=os.environ.get("CI", "").lower() == "true")
settings.load_profile("hall")

expect.set_options(timeout=30_000)


# Tests that ask pages, devices and programs in real time, on a machine whose cores others use as well.
IN_REAL_TIME: Final = {"drivers", "journeys", "simulators"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is asked in real time and fails is tried once more, and named: decisions 0021 and 0027."""
    for item in items:
        if item.get_closest_marker("once"):
            continue
        if item.get_closest_marker("browser") or item.get_closest_marker("broker") or _room(item) in IN_REAL_TIME:
            item.add_marker(pytest.mark.flaky(reruns=1))


def _room(item: pytest.Item) -> str:
    """Which folder of the tests it is in; none for a check of the conformance kit, which stands with the drivers."""
    here = Path(__file__).parent
    return item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
