"""What holds for all tests.

Examples are made up anew each time by a developer's run, and the same ones in CI. Pages may take as long as a machine
needs that has other things to do: whether something comes is asked, how soon is measured by `make bench`.
"""

from __future__ import annotations

import os
import sys

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A page's test that fails is tried once more, and named: decision 0021."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
