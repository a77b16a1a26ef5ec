"""What holds for all tests: examples are made up anew each time by a developer's run, and the same ones in CI."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline for one example: a machine that does something else as well is no fault of the code.
settings.register_profile("hall", deadline=None, derandomize=os.environ.get("CI", "").lower() == "true")
settings.load_profile("hall")
